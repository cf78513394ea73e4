# Clearing: no context and no token of its identity is left.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
}

Describe 'Clear-MiContext' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        $null = Connect-MiAccount -SkipValidation -ClientId $Second.ClientId
    }

    It 'removes every context and the tokens of their identities' {
        Clear-MiContext | Should -BeNullOrEmpty
        Get-MiContext -ListAvailable | Should -BeNullOrEmpty
        Get-MiTokenCache | Should -BeNullOrEmpty
    }

    It 'takes the parameters of Clear-AzContext' {
        Clear-MiContext -Scope Process -Force -PassThru | Should -BeTrue
    }

    It 'removes nothing with -WhatIf' {
        Clear-MiContext -WhatIf
        @(Get-MiContext -ListAvailable).Count | Should -Be 2
        @(Get-MiTokenCache).Count | Should -Be 2
    }

    It 'takes -Scope CurrentUser too, for what it removes was on no disk' {
        Clear-MiContext -Scope CurrentUser -PassThru | Should -BeTrue
        Get-MiContext -ListAvailable | Should -BeNullOrEmpty
    }

    It 'is content when there is nothing to clear' {
        Clear-MiContext
        Clear-MiContext -PassThru | Should -BeTrue
    }
}
