# Nothing is saved, so there is nothing to turn off: the answer says so.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
}

Describe 'Disable-MiContextAutosave' {
    BeforeEach {
        Reset-Everything
    }

    It 'says that contexts are in this process only, for <_>' -ForEach 'no scope', 'Process', 'CurrentUser' {
        $scope = if ($_ -eq 'no scope') { @{} } else { @{ Scope = $_ } }
        $settings = Disable-MiContextAutosave @scope -ErrorAction Stop
        $settings.PSObject.Properties | ForEach-Object -Process { '{0}={1}' -f $_.Name, $_.Value } |
            Should -Be 'Mode=Process', 'ContextDirectory=None', 'ContextFile=None', 'CacheDirectory=None', 'CacheFile=None'
    }

    It 'leaves contexts as they are and asks nobody' {
        $context = (Connect-MiAccount -SkipValidation).Context
        Send-Simulator -Path reset
        $null = Disable-MiContextAutosave
        Get-MiContext | Should -Be $context
        (Get-SimulatorCount).requests | Should -Be 0
    }

    It 'says nothing with -WhatIf' {
        Disable-MiContextAutosave -WhatIf | Should -BeNullOrEmpty
    }
}
