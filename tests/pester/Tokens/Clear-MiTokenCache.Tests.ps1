# Forgetting tokens: the contexts stay, and the next call asks the service.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Clear-MiTokenCache' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -ClientId $Second.ClientId
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        $null = Get-MiAccessToken -ResourceTypeName KeyVault
    }

    It 'forgets every token and says nothing' {
        Clear-MiTokenCache | Should -BeNullOrEmpty
        Get-MiTokenCache | Should -BeNullOrEmpty
        (Get-MiContext).Account.Id | Should -BeExactly $First.ClientId
    }

    It 'says how many with -PassThru' {
        Clear-MiTokenCache -PassThru | Should -Be 3
        Clear-MiTokenCache -PassThru | Should -Be 0
    }

    It 'forgets the connected identity''s tokens for one resource, named by <What>' -ForEach @(
        @{ What = 'type'; Given = @{ ResourceTypeName = 'Arm' } }
        @{ What = 'URL'; Given = @{ ResourceUrl = 'https://management.core.windows.net/' } }
    ) {
        Clear-MiTokenCache @Given -PassThru | Should -Be 1
        $left = Get-MiTokenCache
        ($left | Where-Object -Property Identity -EQ -Value $First.ClientId).Resource | Should -Be 'https://vault.azure.net'
        ($left | Where-Object -Property Identity -EQ -Value $Second.ClientId).Resource | Should -Be $Arm
    }

    It 'makes the next call ask the service' {
        Clear-MiTokenCache
        Send-Simulator -Path reset
        $null = Get-MiAccessToken
        (Get-SimulatorCount).tokens | Should -Be 1
    }

    It 'forgets nothing with -WhatIf' {
        Clear-MiTokenCache -WhatIf
        @(Get-MiTokenCache).Count | Should -Be 3
    }

    It 'needs a context for one resource, and none for all' {
        Clear-MiContext
        (Get-FailureOf { Clear-MiTokenCache -ResourceTypeName Arm }).FullyQualifiedErrorId |
            Should -BeExactly 'NotConnected,Tollgate.PowerShell.ClearMiTokenCacheCommand'
        { Clear-MiTokenCache } | Should -Not -Throw
    }

    It 'says of an unknown type name that there is none' {
        $failure = Get-FailureOf { Clear-MiTokenCache -ResourceTypeName NoSuchType }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ClearMiTokenCacheCommand'
        $failure.TargetObject | Should -BeExactly 'NoSuchType'
    }
}
