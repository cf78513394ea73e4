# Ctrl+C ends any wait within 100 ms, and the next command works.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Stopping a command' {
    BeforeEach {
        Reset-Everything
        $session = New-Session
        $null = Invoke-Session -Session $session -Script 'Connect-MiAccount -SkipValidation'
    }

    AfterEach {
        Close-Session -Session $session
    }

    It 'ends <What> within 100 ms' -ForEach @(
        @{ What = 'a wait for the answer'; Command = 'Get-MiAccessToken -ForceRefresh'; Fault = '{"fault":"hang"}'; Waiting = 'in_flight' }
        @{ What = 'a wait before the next attempt'; Command = 'Get-MiAccessToken -ForceRefresh'; Fault = '{"fault":"throttle","retry_after":"2"}'; Waiting = 'faults' }
        @{ What = 'a diagnosis'; Command = 'Test-MiAccount'; Fault = '{"fault":"hang"}'; Waiting = 'in_flight' }
    ) {
        Send-Simulator -Path faults -Json "[$Fault]"
        $session.Commands.Clear()
        $null = $session.AddScript("$Command; 'not reached'")
        $running = $session.BeginInvoke()
        Wait-SimulatorCount -Name $Waiting -Value 1
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $session.Stop()
        $clock.ElapsedMilliseconds | Should -BeLessThan 100
        $running.IsCompleted | Should -BeTrue
        $session.InvocationStateInfo.State | Should -Be 'Stopped'
        $session.Streams.Error.Count | Should -Be 0
        Invoke-Session -Session $session -Script '(Get-MiAccessToken).Type' | Should -Be 'Bearer'
    }
}

Describe 'A long wait' {
    It 'shows as progress with the seconds left, and the bar is taken away' {
        Reset-Everything
        $session = New-Session
        $null = Invoke-Session -Session $session -Script 'Connect-MiAccount -SkipValidation'
        Send-Simulator -Path faults -Json '[{"fault":"throttle","retry_after":"2"}]'
        $null = Invoke-Session -Session $session -Script 'Get-MiAccessToken -ForceRefresh'
        $bars = $session.Streams.Progress
        $bars.Count | Should -BeGreaterThan 1
        $bars[0].Activity | Should -BeExactly 'Token for management.core.windows.net'
        # PowerShell writes the seconds itself.
        $bars[0].StatusDescription | Should -BeExactly 'waiting before attempt 2'
        $bars[0].SecondsRemaining | Should -BeIn 1, 2, 3
        $bars[$bars.Count - 1].RecordType | Should -Be 'Completed'
        Close-Session -Session $session
    }

    It 'says that the service has paused the machine, and fits a console of 80 columns' {
        Reset-Everything
        $session = New-Session
        $null = Invoke-Session -Session $session -Script 'Connect-MiAccount -SkipValidation'
        Send-Simulator -Path faults -Json '[{"fault":"throttle","retry_after":"3"}]'
        $refused = New-Session
        $running = $refused.AddScript('$null = Connect-MiAccount -SkipValidation; Get-MiAccessToken -ResourceTypeName KeyVault').BeginInvoke()
        Wait-SimulatorCount -Name faults -Value 1
        $null = Invoke-Session -Session $session -Script 'Get-MiAccessToken'
        $bars = @($session.Streams.Progress)
        @($bars.StatusDescription -match '^paused by the service, \d+ waiting$') | Should -Not -BeNullOrEmpty
        foreach ($bar in $bars) { ($bar.Activity + $bar.StatusDescription).Length | Should -BeLessOrEqual 72 }
        $refused.EndInvoke($running).UserId | Should -BeExactly 'MSI@50342'
        $refused, $session | ForEach-Object -Process { Close-Session -Session $_ }
    }

    It 'is the only one that shows' {
        $session = New-Session
        $null = Invoke-Session -Session $session -Script 'Connect-MiAccount -SkipValidation; Get-MiAccessToken'
        $session.Streams.Progress.Count | Should -Be 0
        Close-Session -Session $session
    }
}
