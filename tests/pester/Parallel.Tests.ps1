# Sessions side by side in one process: tokens are shared, contexts are not.
BeforeDiscovery {
    $hasParallel = $PSVersionTable.PSVersion.Major -ge 7
    $hasThreadJob = [bool] (Get-Command -Name Start-ThreadJob -ErrorAction SilentlyContinue)
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/TollgateTest.psm1"
}

Describe 'Sessions of one process' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -Subscription mine
    }

    It 'start with a copy of the contexts of the first' {
        $session = New-Session
        Invoke-Session -Session $session -Script '(Get-MiContext).Subscription.Name' | Should -Be 'mine'
        Close-Session -Session $session
    }

    It 'keep what they choose to themselves' {
        $one = New-Session
        $two = New-Session
        $null = Invoke-Session -Session $one -Script 'Set-MiContext -SkipValidation -Subscription one'
        $null = Invoke-Session -Session $two -Script 'Set-MiContext -SkipValidation -Subscription two'
        Invoke-Session -Session $one -Script '(Get-MiContext).Subscription.Name' | Should -Be 'one'
        Invoke-Session -Session $two -Script '(Get-MiContext).Subscription.Name' | Should -Be 'two'
        (Get-MiContext).Subscription.Name | Should -Be 'mine'
        Close-Session -Session $one
        Close-Session -Session $two
    }

    It 'do not follow the first when it changes later' {
        $session = New-Session
        Invoke-Session -Session $session -Script '(Get-MiContext).Subscription.Name' | Should -Be 'mine'
        $null = Set-MiContext -SkipValidation -Subscription later
        Invoke-Session -Session $session -Script '(Get-MiContext).Subscription.Name' | Should -Be 'mine'
        Close-Session -Session $session
    }

    It 'start with those of the first, whoever else connects' {
        $session = New-Session
        $null = Invoke-Session -Session $session -Script 'Connect-MiAccount -SkipValidation -Subscription other'
        $next = New-Session
        Invoke-Session -Session $next -Script '(Get-MiContext).Subscription.Name' | Should -Be 'mine'
        Close-Session -Session $session
        Close-Session -Session $next
    }

    It 'stay connected when another disconnects the same account' {
        $session = New-Session
        $null = Invoke-Session -Session $session -Script 'Disconnect-MiAccount'
        Invoke-Session -Session $session -Script 'Get-MiContext' | Should -BeNullOrEmpty
        (Get-MiAccessToken).UserId | Should -Be 'MSI@50342'
        Close-Session -Session $session
    }

    It 'get one token with one request, twenty at once' {
        $sessions = 1..20 | ForEach-Object -Process { New-Session }
        Clear-MiTokenCache
        Send-Simulator -Path reset
        Send-Simulator -Path faults -Json '[{"fault":"hold"}]'
        $running = foreach ($session in $sessions) {
            $session.Commands.Clear()
            $null = $session.AddScript('(Get-MiAccessToken -AsPlainText).Token')
            $session.BeginInvoke()
        }
        Wait-SimulatorCount -Name held -Value 1
        Send-Simulator -Path release
        $tokens = for ($index = 0; $index -lt $sessions.Count; $index++) { $sessions[$index].EndInvoke($running[$index]) }
        $tokens.Count | Should -Be 20
        @($tokens | Select-Object -Unique).Count | Should -Be 1
        (Get-SimulatorCount).token_requests | Should -Be 1
        foreach ($session in $sessions) { Close-Session -Session $session }
    }

    It 'are those of thread jobs too' -Skip:(-not $hasThreadJob) {
        $jobs = foreach ($name in 'one', 'two', 'three') {
            Start-ThreadJob -ArgumentList $Manifest, $name -ScriptBlock {
                param($Manifest, $Name)
                Import-Module -Name $Manifest
                $before = (Get-MiContext).Subscription.Name
                $null = Set-MiContext -Subscription $Name -SkipValidation
                "$before, then $((Get-MiContext).Subscription.Name)"
            }
        }
        $jobs | Wait-Job | Receive-Job | Sort-Object | Should -Be 'mine, then one', 'mine, then three', 'mine, then two'
        $jobs | Remove-Job
        (Get-MiContext).Subscription.Name | Should -Be 'mine'
    }

    It 'start afresh when a pool lends one session to the next script' -Skip:(-not $hasParallel) {
        $seen = 1..3 | ForEach-Object -ThrottleLimit 1 -Parallel {
            Import-Module -Name $using:Manifest
            (Get-MiContext).Subscription.Name
            $null = Set-MiContext -SkipValidation -Subscription "number $_"
        }
        $seen | Should -Be 'mine', 'mine', 'mine'
        (Get-MiContext).Subscription.Name | Should -Be 'mine'
    }
}

Describe 'A process whose first session has closed' {
    It 'forgets its contexts, and the next to connect speaks for it' {
        $said = Invoke-FreshShell -Script @"
function New-Runspace { `$runspace = [runspacefactory]::CreateRunspace(); `$runspace.Open(); `$runspace }
function Invoke-In(`$runspace, `$script) { `$shell = [powershell]::Create(); `$shell.Runspace = `$runspace; `$shell.AddScript(`$script).Invoke(); `$shell.Dispose() }
`$load = "Import-Module -Name '$Manifest'; "
`$name = '[string] (Get-MiContext).Subscription.Name'
`$first = New-Runspace
`$null = Invoke-In `$first (`$load + 'Connect-MiAccount -SkipValidation -Subscription first')
`$second = New-Runspace
'second has ' + (Invoke-In `$second (`$load + `$name))
`$first.Dispose()
`$third = New-Runspace
'third has ' + (Invoke-In `$third (`$load + `$name))
`$null = Invoke-In `$third 'Connect-MiAccount -SkipValidation -Subscription third'
`$fourth = New-Runspace
'fourth has ' + (Invoke-In `$fourth (`$load + `$name))
'second keeps ' + (Invoke-In `$second `$name)
"@
        $said | Should -Match 'second has first'
        $said | Should -Match 'third has \r?\n'
        $said | Should -Match 'fourth has third'
        $said | Should -Match 'second keeps first'
    }
}

Describe 'A context on its way to another process' {
    BeforeEach {
        Reset-Everything
        $context = (Connect-MiAccount -SkipValidation -ClientId $First.ClientId -Tenant $Tenant -Subscription $Subscription).Context
    }

    It 'is one there, when a job is given it' {
        $job = Start-Job -ArgumentList $context -ScriptBlock ([scriptblock]::Create(@"
param(`$Given)
Import-Module -Name '$Manifest'
'before: ' + (Get-MiContext)
(Get-MiAccessToken -DefaultProfile `$Given).UserId
`$chosen = Set-MiContext -Context `$Given
`$chosen.Name, `$chosen.Account.Id, `$chosen.Tenant.Id, `$chosen.Subscription.Id, `$chosen.Environment.Name
"@))
        $said = $job | Receive-Job -Wait -AutoRemoveJob
        $said | Should -Be 'before: ', $First.ClientId, $context.Name, $First.ClientId, $Tenant, $Subscription, 'AzureCloud'
    }

    It 'is one again when it is read from a file that somebody wrote on purpose' {
        $file = Join-Path -Path $TestDrive -ChildPath 'context.xml'
        $context | Export-Clixml -Path $file
        Clear-MiContext
        $read = Import-Clixml -Path $file | Set-MiContext
        $read.Subscription.Id | Should -BeExactly $Subscription
        (Get-MiAccessToken).UserId | Should -BeExactly $First.ClientId
        Get-Content -Path $file -Raw | Should -Not -Match $AnyToken
    }

    It 'is refused when it is another thing, or of an environment that is not known here' {
        (Get-FailureOf { Set-MiContext -Context ([pscustomobject] @{ Account = 'a' }) }).FullyQualifiedErrorId | Should -Match '^CannotConvertArgumentNoMessage,'
        $null = Add-MiEnvironment -Name Private -ResourceManagerEndpoint 'https://arm.contoso.example'
        $private = (Connect-MiAccount -SkipValidation -Environment Private).Context
        $said = Start-Job -ArgumentList $private -ScriptBlock ([scriptblock]::Create("param(`$Given) Import-Module -Name '$Manifest'; try { Set-MiContext -Context `$Given } catch { `$_.Exception.Message }")) |
            Receive-Job -Wait -AutoRemoveJob
        $said | Should -Match "Unable to find environment with name 'Private'"
    }
}

Describe 'A process whose first session is one of a pool' {
    It 'forgets the contexts of one script when the session is lent to the next' -Skip:(-not $hasParallel) {
        $said = Invoke-FreshShell -Script @"
1..3 | ForEach-Object -ThrottleLimit 1 -Parallel {
    Import-Module -Name '$Manifest'
    'before ' + (Get-MiContext).Subscription.Name
    `$null = Connect-MiAccount -SkipValidation -Subscription "number `$_"
    'after ' + (Get-MiContext).Subscription.Name
}
"@
        $said.Trim() -split '\r?\n' | Should -Be 'before ', 'after number 1', 'before ', 'after number 2', 'before ', 'after number 3'
    }
}
