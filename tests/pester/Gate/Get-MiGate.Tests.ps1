# The machine's pace as this process sees it.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Get-MiGate' {
    BeforeEach {
        Reset-Everything
    }

    It 'shows the shared pace and where it is kept' {
        $gate = Get-MiGate
        $gate.Directory | Should -BeExactly $env:TOLLGATE_GATE_DIRECTORY
        $gate.Shared | Should -BeTrue
        $gate.AloneBecause | Should -BeNullOrEmpty
        $gate.SlotsTotal | Should -Be 5
        $gate.SlotsBusy | Should -Be 0
        $gate.PausedFor | Should -BeOfType timespan
        $gate.WaitFor | Should -BeOfType timespan
    }

    It 'counts what is sent' {
        $before = (Get-MiGate).Sent
        $null = Connect-MiAccount -SkipValidation
        (Get-MiGate).Sent - $before | Should -Be 1
    }

    It 'asks the service nothing' {
        $null = Get-MiGate
        (Get-SimulatorCount).requests | Should -Be 0
    }

    It 'is even for a while after a refusal of the service' {
        $null = Connect-MiAccount -SkipValidation
        $before = (Get-MiGate).Throttled
        Send-Simulator -Path faults -Json '[{"fault":"throttle"}]'
        $null = Get-MiAccessToken -ForceRefresh
        $gate = Get-MiGate
        $gate.Mode | Should -Be 'Even'
        $gate.Throttled - $before | Should -Be 1
    }
}
