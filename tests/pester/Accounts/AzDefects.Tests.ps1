# What people reported of shared contexts in Azure PowerShell, each as a test that would show it here. The numbers are those of the
# reports at github.com/Azure/azure-powershell unless another project is named.
BeforeDiscovery {
    $hasParallel = $PSVersionTable.PSVersion.Major -ge 7
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
    $subscriptions = 'b0000000-5b5c-4000-8000-000000000001', 'b0000000-5b5c-4000-8000-000000000002', 'b0000000-5b5c-4000-8000-000000000003'
    $connect = "`$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm'; `$null = Connect-MiAccount -Environment Sim -WarningAction SilentlyContinue"
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'What was reported of Az' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It '10349, PowerShell 10866: Set-AzContext in one parallel runspace changes the others' -Skip:(-not $hasParallel) {
        $seen = 1..12 | ForEach-Object -ThrottleLimit 6 -Parallel {
            Import-Module -Name $using:Manifest
            $mine = ($using:subscriptions)[$_ % 3]
            $null = Set-MiContext -Subscription $mine
            1..5 | ForEach-Object -Process { (Get-MiContext).Subscription.Id -eq $mine }
        }
        $seen | Should -HaveCount 60
        $seen | Should -Not -Contain $false
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
    }

    It '25658: fifty runspaces, thousands of calls, and not one answer from another''s subscription' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"subscriptions":50,"readsRemaining":1000000}'
        $each = if ($OnWine) { 40 } else { 200 }
        $pool = [runspacefactory]::CreateRunspacePool(50, 50)
        $pool.Open()
        $calls = foreach ($number in 1..50) {
            $shell = [powershell]::Create()
            $shell.RunspacePool = $pool
            $null = $shell.AddScript({
                    param($Manifest, $Given, $Id, $Each)
                    Import-Module -Name $Manifest
                    $null = Set-MiContext -Context $Given
                    $context = Set-MiContext -Subscription $Id
                    $wrong = 0
                    $right = 0
                    foreach ($call in 1..$Each) {
                        $answer = Invoke-MiRestMethod -ApiVersion 2021-04-01 -ResourceGroupName 'rg-test-16'
                        $group = $answer.Content | ConvertFrom-Json
                        if ($group.tags.subscription -eq $Id -and $group.id -like "/subscriptions/$Id/*") { $right++ } else { $wrong++ }
                    }
                    [pscustomobject]@{ Right = $right; Wrong = $wrong; Context = $context.Subscription.Id -eq $Id }
                }).AddArgument($Manifest).AddArgument((Get-MiContext)).AddArgument(('b0000000-5b5c-4000-8000-{0:d12}' -f $number)).AddArgument($each)
            [pscustomobject]@{ Shell = $shell; Running = $shell.BeginInvoke() }
        }
        $results = foreach ($call in $calls) {
            $call.Shell.EndInvoke($call.Running)
            $call.Shell.Streams.Error | ForEach-Object -Process { throw $_ }
            $call.Shell.Dispose()
        }
        $pool.Dispose()
        ($results | Measure-Object -Property Right -Sum).Sum | Should -Be (50 * $each)
        ($results | Measure-Object -Property Wrong -Sum).Sum | Should -Be 0
        $results.Context | Should -Not -Contain $false
    }

    It 'Azure-Functions 2495: a context leaks from one invocation to the next' {
        # As the host of Functions does it: one runspace, reset between two invocations.
        $shell = [powershell]::Create()
        $seen = foreach ($other in $subscriptions[1], $subscriptions[2], $subscriptions[1]) {
            $shell.Commands.Clear()
            $null = $shell.AddScript("Import-Module -Name '$Manifest'; `"has [`$(Get-MiContext)]`"; (Connect-MiAccount -SkipValidation -Subscription '$other').Context.Subscription.Id")
            $shell.Invoke()
            $shell.Runspace.ResetRunspaceState()
        }
        $shell.Dispose()
        $seen | Should -Be 'has []', $subscriptions[1], 'has []', $subscriptions[2], 'has []', $subscriptions[1]
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
    }

    It '6289, 6489, 6680: a new process takes up the login of an earlier one' {
        $printed = Invoke-FreshShell -Script "Import-Module -Name '$Manifest'; `"context: [`$(Get-MiContext)]`""
        $printed.Trim() | Should -BeExactly 'context: []'
    }

    It '12613: the first Set-AzContext after connecting fails' {
        Clear-MiContext
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -SkipContextPopulation
        (Set-MiContext -Subscription $subscriptions[1] -ErrorAction Stop).Subscription.Id | Should -BeExactly $subscriptions[1]
    }

    It '15388: of several identities a wrong one is taken' {
        foreach ($identity in $First, $Second) {
            $null = Connect-MiAccount -Environment Sim -AccountId $identity.ClientId -Subscription $Subscription
            Clear-ArmRequest -Simulator $azure
            $null = Invoke-MiRestMethod -ApiVersion 2022-12-01
            (Get-ArmRequest -Simulator $azure).tokenAppId | Should -BeExactly $identity.ClientId
        }
        # An identity whose name is wrong is refused, and none is taken in its place.
        Clear-MiContext
        (Get-FailureOf { Connect-MiAccount -Environment Sim -AccountId '99999999-c11e-4000-8000-000000000009' }).FullyQualifiedErrorId | Should -Match '^IdentityNotFound,'
        Get-MiContext | Should -BeNullOrEmpty
    }

    It '9479: a user-assigned identity is not heeded in Functions' {
        $visited = Enter-Host -Kind app-service
        try {
            $null = Connect-MiAccount -Environment Sim -AccountId $First.ClientId -Subscription $Subscription
            Clear-ArmRequest -Simulator $azure
            $null = Invoke-MiRestMethod -ApiVersion 2022-12-01
            (Get-ArmRequest -Simulator $azure).tokenAppId | Should -BeExactly $First.ClientId
        }
        finally {
            Exit-Host -Visited $visited
        }
    }

    It '4629: Get-AzVM fails when it runs several times at once in one process' -Skip:(-not $hasParallel) {
        $found = 1..10 | ForEach-Object -ThrottleLimit 10 -Parallel {
            Import-Module -Name $using:Manifest
            (Get-MiVM -ResourceGroupName RG-TEST-16).Name
        }
        $found | Should -HaveCount 20
    }

    It '6710: many logins at once with one account hang' {
        $script = "Import-Module -Name '$Manifest'; $connect; (Get-MiContext).Subscription.Name"
        $shells = 1..8 | ForEach-Object -Process {
            $start = [System.Diagnostics.ProcessStartInfo]::new([System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName)
            $start.Arguments = '-NoProfile -NonInteractive -EncodedCommand ' + [System.Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($script))
            $start.RedirectStandardOutput = $true
            $start.UseShellExecute = $false
            [System.Diagnostics.Process]::Start($start)
        }
        $printed = foreach ($shell in $shells) {
            $shell.StandardOutput.ReadToEnd().Trim()
            $shell.WaitForExit()
        }
        $printed | Select-Object -Unique | Should -BeExactly 'Simulated One'
        $printed | Should -HaveCount 8
    }

    It '4715, 2600: a second login in a session selects a wrong subscription, or none' {
        $null = Connect-MiAccount -Environment Sim -AccountId $First.ClientId -Subscription $subscriptions[1]
        (Get-MiContext).Subscription.Id | Should -BeExactly $subscriptions[1]
        $null = Connect-MiAccount -Environment Sim -AccountId $Second.ClientId -Subscription $subscriptions[2]
        (Get-MiContext).Subscription.Id | Should -BeExactly $subscriptions[2]
        (Get-MiContext).Account.Id | Should -BeExactly $Second.ClientId
    }

    It '9448: a child of Start-Job finds a locked cache or an expired credential' {
        $job = Start-Job -ScriptBlock ([scriptblock]::Create("Import-Module -Name '$Manifest'; `"before: [`$(Get-MiContext)]`"; $connect; (Get-MiContext).Subscription.Name"))
        $job | Wait-Job | Receive-Job | Should -Be 'before: []', 'Simulated One'
        $job | Remove-Job
    }

    It 'azure-pipelines-tasks 9319, 7690; MSAL 1673; Azure-Functions 1864; 18321, 19624, 20455: files of the login are locked, missing or not to be written' {
        # What stands where these files would be keeps nobody from working, and stays as it is.
        $own = Join-Path -Path $TestDrive -ChildPath 'home'
        $null = New-Item -Path $own -ItemType Directory
        $blocked = '.Azure', '.azure', '.IdentityService' | ForEach-Object -Process { Join-Path -Path $own -ChildPath $_ }
        $blocked | ForEach-Object -Process { Set-Content -Path $_ -Value 'in the way' }
        $before = Set-TestEnvironment -Variables @{ HOME = $own; USERPROFILE = $own; LOCALAPPDATA = $own; APPDATA = $own }
        try {
            $printed = Invoke-FreshShell -Script "Import-Module -Name '$Manifest'; $connect; (Get-MiContext).Subscription.Name; @(Get-MiVM).Count"
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
        $printed | Should -Match 'Simulated One\s+2'
        $blocked | ForEach-Object -Process { Get-Content -Path $_ | Should -BeExactly 'in the way' }
    }

    It '20455: the module cannot be imported in parallel runspaces' -Skip:(-not $hasParallel) {
        $imported = 1..30 | ForEach-Object -ThrottleLimit 30 -Parallel {
            Import-Module -Name $using:Manifest -ErrorAction Stop
            (Get-MiAccessToken).Type
        }
        $imported | Should -HaveCount 30
    }
}
