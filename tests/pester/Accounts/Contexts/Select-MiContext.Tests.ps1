# Going from one context of this session to another: nothing is asked of anybody.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
}

Describe 'Select-MiContext' {
    BeforeEach {
        Reset-Everything
        $one = (Connect-MiAccount -SkipValidation -ContextName one -ClientId $First.ClientId).Context
        $two = (Connect-MiAccount -SkipValidation -ContextName two -ClientId $Second.ClientId).Context
        Send-Simulator -Path reset
    }

    AfterEach {
        (Get-SimulatorCount).requests | Should -Be 0
    }

    It 'takes a context by its name, which Tab offers' {
        Select-MiContext ONE | Should -Be $one
        Get-MiContext | Should -Be $one
        (TabExpansion2 -inputScript 'Select-MiContext -Name t').CompletionMatches.CompletionText | Should -Be 'two'
    }

    It 'takes a context from the pipeline' {
        $one | Select-MiContext | Should -Be $one
        Get-MiContext | Should -Be $one
        Select-MiContext -InputObject $two -Scope Process | Should -Be $two
        Get-MiContext | Should -Be $two
    }

    It 'keeps the others in the list' {
        $null = Select-MiContext -Name one
        (Get-MiContext -ListAvailable).Name | Sort-Object | Should -Be 'one', 'two'
    }

    It 'says of an unknown name which there are' {
        $failure = Get-FailureOf { Select-MiContext -Name three }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.SelectMiContextCommand'
        $failure.TargetObject | Should -BeExactly 'three'
        $failure.Exception.Message | Should -Match 'this session has: (one, two|two, one)'
        Get-MiContext | Should -Be $two
    }

    It 'says where there are none how to have one' {
        $null = Clear-MiContext
        (Get-FailureOf { Select-MiContext -Name three }).Exception.Message | Should -Match "no context named 'three'; this session has none, run Connect-MiAccount"
    }

    It 'changes nothing with -WhatIf and refuses -Scope CurrentUser' {
        Select-MiContext -Name one -WhatIf | Should -BeNullOrEmpty
        (Get-FailureOf { Select-MiContext -Name one -Scope CurrentUser }).FullyQualifiedErrorId |
            Should -BeExactly 'PersistenceNotSupported,Tollgate.PowerShell.SelectMiContextCommand'
        Get-MiContext | Should -Be $two
    }
}
