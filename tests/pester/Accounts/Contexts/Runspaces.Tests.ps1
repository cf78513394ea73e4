# Who inherits contexts from whom: a child from the runspace that started it, as it was at the call, and nobody from anybody else.
BeforeDiscovery {
    $hasParallel = $PSVersionTable.PSVersion.Major -ge 7
    $hasThreadJob = [bool] (Get-Command -Name Start-ThreadJob -ErrorAction SilentlyContinue)
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
    # Children load the module by themselves, at the first of its commands.
    $modulePath = Set-TestEnvironment -Variables @{ PSModulePath = $ModuleFolder + [System.IO.Path]::PathSeparator + $env:PSModulePath }
}

AfterAll {
    $null = Set-TestEnvironment -Variables $modulePath
}

Describe 'ForEach-Object -Parallel' -Skip:(-not $hasParallel) {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -Subscription mine
    }

    It 'gives every script what the caller has, also one in a runspace that was used before<With>' -ForEach @(
        @{ With = ''; Option = @{ ThrottleLimit = 1 } }
        @{ With = ', with runspaces for two'; Option = @{ ThrottleLimit = 2 } }
        @{ With = ', with -UseNewRunspace'; Option = @{ ThrottleLimit = 1; UseNewRunspace = $true } }
    ) {
        $seen = 1..5 | ForEach-Object @Option -Parallel {
            (Get-MiContext).Subscription.Name
            $null = Set-MiContext -SkipValidation -Subscription "number $_"
        }
        $seen | Should -Be (@('mine') * 5)
        Get-Chosen | Should -Be 'mine'
    }

    It 'gives it to a script that runs a command of Tollgate only in a pipeline, a function or a shell of its own' {
        $seen = 1 | ForEach-Object -Parallel {
            function Get-Inner { 1 | ForEach-Object -Process { (Get-MiContext).Subscription.Name } }
            Get-Inner
            $inner = [powershell]::Create('CurrentRunspace')
            $inner.AddScript('(Get-MiContext).Subscription.Name').Invoke()
        }
        $seen | Should -Be 'mine', 'mine'
    }

    It 'leaves the caller''s context alone: <_>' -ForEach 'Clear-MiContext', 'Disconnect-MiAccount', 'Connect-MiAccount -SkipValidation -Subscription other', 'Set-MiContext -SkipValidation -Subscription other' {
        $null = 1 | ForEach-Object -Parallel { & ([scriptblock]::Create($using:_)) }
        Get-Chosen | Should -Be 'mine'
        (Get-MiAccessToken).UserId | Should -Be 'MSI@50342'
    }

    It 'gives what the caller had at the call, whatever it does meanwhile' {
        $seen = 1..3 |
            ForEach-Object -Process { $null = Set-MiContext -SkipValidation -Subscription "before $_"; $_ } |
            ForEach-Object -ThrottleLimit 1 -Parallel { (Get-MiContext).Subscription.Name } |
            ForEach-Object -Process { $_; $null = Set-MiContext -SkipValidation -Subscription after }
        $seen | Should -Be 'mine', 'mine', 'mine'
        Get-Chosen | Should -Be 'after'
    }

    It 'gives it as a job too: what the caller had at the call<With>' -ForEach @(
        @{ With = ''; Option = @{ ThrottleLimit = 1 } }
        @{ With = ', with -UseNewRunspace'; Option = @{ ThrottleLimit = 1; UseNewRunspace = $true } }
    ) {
        $go = New-Signal
        $job = 1..3 | ForEach-Object @Option -AsJob -Parallel {
            $null = ($using:go).Wait(60000)
            (Get-MiContext).Subscription.Name
            $null = Set-MiContext -SkipValidation -Subscription "number $_"
        }
        $null = Set-MiContext -SkipValidation -Subscription later
        $go.Set()
        $job | Receive-WholeJob | Should -Be 'mine', 'mine', 'mine'
        Get-Chosen | Should -Be 'later'
    }

    It 'gives the children of children what those have' {
        $seen = 1..2 | ForEach-Object -ThrottleLimit 1 -Parallel {
            1 | ForEach-Object -Parallel { 'untouched ' + (Get-MiContext).Subscription.Name }
            $null = Set-MiContext -SkipValidation -Subscription "number $_"
            1 | ForEach-Object -Parallel { (Get-MiContext).Subscription.Name }
        }
        $seen | Should -Be 'untouched mine', 'number 1', 'untouched mine', 'number 2'
    }

    It 'keeps two callers apart that run at the same time' {
        $both = 'one', 'two' | ForEach-Object -Parallel {
            $mine = $_
            $null = Connect-MiAccount -SkipValidation -Subscription $mine
            1..6 | ForEach-Object -ThrottleLimit 2 -Parallel { "$using:mine has $((Get-MiContext).Subscription.Name)" }
        }
        $both | Sort-Object | Should -Be (@('one has one') * 6 + @('two has two') * 6)
    }

    It 'gives nothing where the caller has nothing, whoever else is connected' {
        Clear-MiContext
        $clients = $First.ClientId, $Second.ClientId
        $seen = 1..6 | ForEach-Object -ThrottleLimit 6 -Parallel {
            $mine = ($using:clients)[$_ % 2]
            if (-not (Get-MiContext)) { $null = Connect-MiAccount -SkipValidation -ClientId $mine }
            (Get-MiAccessToken).UserId -eq $mine
        }
        $seen | Should -Be (@($true) * 6)
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'gives environments in the same way' {
        $null = Add-MiEnvironment -Name Ours -ResourceManagerEndpoint 'https://arm.contoso.example'
        $seen = 1..2 | ForEach-Object -ThrottleLimit 1 -Parallel {
            (Get-MiEnvironment -Name Ours).ResourceManagerUrl
            "theirs $(Get-MiEnvironment -Name Theirs)"
            $null = Add-MiEnvironment -Name Theirs -ResourceManagerEndpoint 'https://other.contoso.example'
        }
        $seen | Should -Be 'https://arm.contoso.example/', 'theirs ', 'https://arm.contoso.example/', 'theirs '
        Get-MiEnvironment -Name Theirs | Should -BeNullOrEmpty
    }
}

Describe 'A runspace that starts empty' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -Subscription mine
        $null = Add-MiEnvironment -Name Ours -ResourceManagerEndpoint 'https://arm.contoso.example'
        $look = '"has $(Get-MiContext), $(Get-MiEnvironment -Name Ours)"'
    }

    It 'is one that a script makes' {
        $shell = [powershell]::Create()
        $shell.AddScript($look).Invoke() | Should -BeExactly 'has , '
        $shell.Dispose()
    }

    It 'is one that a script gives the name of a task' {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Name = 'PSTask:1'
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        $shell.AddScript($look).Invoke() | Should -BeExactly 'has , '
        $runspace.Dispose()
    }

    It 'is each of a pool, which nobody resets, and whose contexts stay its own' {
        $pool = [runspacefactory]::CreateRunspacePool(2, 2)
        $pool.Open()
        $here = New-Signal
        $go = New-Signal
        $shells = 1..2 | ForEach-Object -Process {
            $shell = [powershell]::Create()
            $shell.RunspacePool = $pool
            $null = $shell.AddScript("param(`$Here, `$Go) `$Here.Set(); `$null = `$Go.Wait(60000); $look; `$null = Connect-MiAccount -SkipValidation -Subscription inner").AddArgument($here).AddArgument($go)
            [pscustomobject] @{ Shell = $shell; Running = $shell.BeginInvoke() }
            Wait-Signal -Signal $here
            $here.Reset()
        }
        $go.Set()
        $shells | ForEach-Object -Process { $_.Shell.EndInvoke($_.Running) } | Should -BeExactly 'has , ', 'has , '
        $shells[0].Shell.Commands.Clear()
        $shells[0].Shell.AddScript('(Get-MiContext).Subscription.Name').Invoke() | Should -BeExactly 'inner'
        $pool.Dispose()
        Get-Chosen | Should -Be 'mine'
    }

    It 'is one that a child makes' -Skip:(-not $hasThreadJob) {
        $job = Start-ThreadJob -ScriptBlock { (Get-MiContext).Subscription.Name; [powershell]::Create().AddScript('"has $(Get-MiContext)"').Invoke() }
        $job | Receive-WholeJob | Should -BeExactly 'mine', 'has '
    }

    It 'is that of Start-Job' {
        Start-Job -ScriptBlock ([scriptblock]::Create($look)) | Receive-WholeJob | Should -BeExactly 'has , '
    }
}

Describe 'A process whose first session never loads the module' -Skip:(-not $hasParallel) {
    It 'gives six scripts that connect unless they are connected each their own identity, also in thread jobs' {
        $said = Invoke-FreshShell -Script @"
`$scripts = {
    param(`$Mine)
    if (-not (Get-MiContext)) { `$null = Connect-MiAccount -SkipValidation -ClientId `$Mine }
    (Get-MiAccessToken).UserId -eq `$Mine
}
`$clients = '$($First.ClientId)', '$($Second.ClientId)'
`$text = [string] `$scripts
'parallel: ' + (1..6 | ForEach-Object -ThrottleLimit 3 -Parallel { & ([scriptblock]::Create(`$using:text)) ((`$using:clients)[`$_ % 2]) })
'thread jobs: ' + (1..6 | ForEach-Object { Start-ThreadJob -ThrottleLimit 3 -ScriptBlock `$scripts -ArgumentList `$clients[`$_ % 2] } | Receive-Job -Wait)
'main: ' + (Get-MiContext)
"@
        $said | Should -Match 'parallel: True True True True True True\r?\n'
        $said | Should -Match 'thread jobs: True True True True True True\r?\n'
        $said | Should -Match 'main: \r?\n'
    }

    It 'gives a host''s second runspace nothing of the first' {
        $said = Invoke-FreshShell -Script @"
function New-Runspace { `$runspace = [runspacefactory]::CreateRunspace(); `$runspace.Open(); `$runspace }
function Invoke-In(`$runspace, `$script) { `$shell = [powershell]::Create(); `$shell.Runspace = `$runspace; `$shell.AddScript(`$script).Invoke(); `$shell.Dispose() }
`$one = New-Runspace
`$null = Invoke-In `$one 'Connect-MiAccount -SkipValidation -Subscription one'
`$two = New-Runspace
'two has ' + (Invoke-In `$two '(Get-MiContext).Subscription.Name; try { Get-MiAccessToken -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }')
'its child has ' + (Invoke-In `$one '1..2 | ForEach-Object -Parallel { (Get-MiContext).Subscription.Name }')
"@
        $said | Should -Match 'two has +NotConnected,Tollgate.PowerShell.GetMiAccessTokenCommand'
        $said | Should -Match 'its child has one one'
    }
}

Describe 'Where no runspace is' {
    It 'Tab offers what everybody knows at most, and does not fail: <_>' -ForEach @(
        (Get-Command -Name Get-MiContext).ImplementingType.Assembly.GetTypes() |
            Where-Object -FilterScript { $_.Name -like '*Completer' -and -not $_.IsAbstract } | ForEach-Object -Process { $_.Name }
    ) {
        $completer = New-Object -TypeName "Tollgate.PowerShell.$_"
        $getter = $completer.GetType().GetProperty('Names', [System.Reflection.BindingFlags] 'NonPublic, Instance').GetGetMethod($true)
        # The list is made on the other thread as well, for it is lazy.
        $call = [System.Linq.Expressions.Expression]::Call([System.Linq.Expressions.Expression]::Constant($completer), $getter)
        $list = [System.Linq.Expressions.Expression]::Call([System.Linq.Enumerable], 'ToArray', [type[]] @([string]), $call)
        $lambda = [System.Linq.Expressions.Expression]::Lambda([System.Func[string[]]], $list, [System.Linq.Expressions.ParameterExpression[]] @()).Compile()
        $offered = [System.Threading.Tasks.Task]::Run($lambda).GetAwaiter().GetResult()
        if ($_ -match '^(Context|Subscription|ResourceGroup)') { $offered | Should -BeNullOrEmpty }
    }

    It 'a closed one has no contexts, and it is no failure to look for them' {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $runspace.Dispose()
        $runspace.Events | Should -BeNullOrEmpty
        $type = (Get-Command -Name Get-MiContext).ImplementingType.Assembly.GetType('Tollgate.PowerShell.RunspaceContexts')
        $found = $type.GetMethod('Find', [System.Reflection.BindingFlags] 'NonPublic, Static').Invoke($null, @($runspace))
        $found | Should -BeNullOrEmpty
    }
}
