# A thread job inherits the contexts of the runspace that started it, as they were at the call.
BeforeDiscovery {
    $hasThreadJob = [bool] (Get-Command -Name Start-ThreadJob -ErrorAction SilentlyContinue)
    $hasParallel = $PSVersionTable.PSVersion.Major -ge 7
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
    # Children load the module by themselves, at the first of its commands.
    $modulePath = Set-TestEnvironment -Variables @{ PSModulePath = $ModuleFolder + [System.IO.Path]::PathSeparator + $env:PSModulePath }
}

AfterAll {
    $null = Set-TestEnvironment -Variables $modulePath
}

Describe 'Start-ThreadJob' -Skip:(-not $hasThreadJob) {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -Subscription mine
    }

    AfterEach {
        Get-Job | Remove-Job -Force
    }

    It 'gives what the caller had at the call' {
        $go = New-Signal
        $job = Start-ThreadJob -ScriptBlock { $null = ($using:go).Wait(60000); (Get-MiContext).Subscription.Name }
        $null = Set-MiContext -SkipValidation -Subscription later
        $go.Set()
        $job | Receive-Job -Wait | Should -Be 'mine'
        Start-ThreadJob -ScriptBlock { (Get-MiContext).Subscription.Name } | Receive-Job -Wait | Should -Be 'later'
    }

    It 'gives it to the initialization script, and what that chooses to the script' {
        $job = Start-ThreadJob -InitializationScript { (Get-MiContext).Subscription.Name; $null = Set-MiContext -SkipValidation -Subscription inner } -ScriptBlock { (Get-MiContext).Subscription.Name }
        $job | Receive-Job -Wait | Should -Be 'mine', 'inner'
    }

    It 'gives it to jobs that have to wait for their turn, and never what a sibling has' {
        $go = New-Signal
        $jobs = foreach ($number in 1..6) {
            Start-ThreadJob -ThrottleLimit 1 -ArgumentList $number -ScriptBlock {
                param($Number)
                $null = ($using:go).Wait(60000)
                (Get-MiContext).Subscription.Name
                $null = Connect-MiAccount -SkipValidation -Subscription "number $Number"
            }
        }
        $null = Set-MiContext -SkipValidation -Subscription later
        $go.Set()
        $jobs | Receive-Job -Wait | Should -Be (@('mine') * 6)
        # Whoever comes next may set the limit anew: the queue is the process's.
        Start-ThreadJob -ThrottleLimit 5 -ScriptBlock { (Get-MiContext).Subscription.Name } | Receive-Job -Wait | Should -Be 'later'
        Get-Chosen | Should -Be 'later'
    }

    It 'gives jobs of two callers that share the queue each their own caller''s' -Skip:(-not $hasParallel) {
        $seen = 'one', 'two' | ForEach-Object -Parallel {
            $mine = $_
            $null = Connect-MiAccount -SkipValidation -Subscription $mine
            $jobs = 1..4 | ForEach-Object -Process {
                Start-ThreadJob -ThrottleLimit 2 -ArgumentList $mine -ScriptBlock { "$args has $((Get-MiContext).Subscription.Name)"; $null = Connect-MiAccount -SkipValidation -Subscription other }
            }
            $jobs | Receive-Job -Wait
        }
        $seen | Sort-Object | Should -Be (@('one has one') * 4 + @('two has two') * 4)
    }

    It 'leaves the caller''s context alone: <_>' -ForEach 'Clear-MiContext', 'Disconnect-MiAccount', 'Connect-MiAccount -SkipValidation -Subscription other', 'Set-MiContext -SkipValidation -Subscription other' {
        $null = Start-ThreadJob -ScriptBlock ([scriptblock]::Create($_)) | Receive-Job -Wait
        Get-Chosen | Should -Be 'mine'
        Start-ThreadJob -ScriptBlock { (Get-MiContext).Subscription.Name } | Receive-Job -Wait | Should -Be 'mine'
    }

    It 'connects nobody but the job that connects' {
        Clear-MiContext
        $null = Start-ThreadJob -ScriptBlock { Connect-MiAccount -SkipValidation } | Receive-Job -Wait
        Get-MiContext | Should -BeNullOrEmpty
        (Get-FailureOf { Get-MiAccessToken }).FullyQualifiedErrorId | Should -BeExactly 'NotConnected,Tollgate.PowerShell.GetMiAccessTokenCommand'
        Start-ThreadJob -ScriptBlock { "has $(Get-MiContext)" } | Receive-Job -Wait | Should -BeExactly 'has '
    }

    It 'gives -Parallel inside a job the job''s context' -Skip:(-not $hasParallel) {
        $job = Start-ThreadJob -ScriptBlock {
            1 | ForEach-Object -Parallel { 'untouched ' + (Get-MiContext).Subscription.Name }
            $null = Connect-MiAccount -SkipValidation -Subscription inner
            1..2 | ForEach-Object -Parallel { (Get-MiContext).Subscription.Name }
        }
        $job | Receive-Job -Wait | Should -Be 'untouched mine', 'inner', 'inner'
    }

    It 'gives jobs of jobs what those have, also when those have ended' {
        $go = New-Signal
        $outer = Start-ThreadJob -ScriptBlock {
            Start-ThreadJob -ScriptBlock { (Get-MiContext).Subscription.Name } | Receive-Job -Wait
            $null = Set-MiContext -SkipValidation -Subscription inner
            Start-ThreadJob -ArgumentList $using:go -ScriptBlock { param($Signal) $null = $Signal.Wait(60000); (Get-MiContext).Subscription.Name }
        }
        $name, $inner = $outer | Receive-Job -Wait
        $go.Set()
        $name | Should -Be 'mine'
        $inner | Receive-Job -Wait | Should -Be 'inner'
    }

    It 'gives a job that a script of -Parallel left behind what that script had' -Skip:(-not $hasParallel) {
        $go = New-Signal
        $jobs = 1..3 | ForEach-Object -ThrottleLimit 1 -Parallel {
            $null = Set-MiContext -SkipValidation -Subscription "number $_"
            Start-ThreadJob -ThrottleLimit 5 -ArgumentList $using:go -ScriptBlock { param($Signal) $null = $Signal.Wait(60000); (Get-MiContext).Subscription.Name }
        }
        $go.Set()
        $jobs | Receive-Job -Wait | Sort-Object | Should -Be 'number 1', 'number 2', 'number 3'
    }
}
