# Disconnecting an account: its contexts and its tokens go, those of others stay.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Disconnect-MiAccount' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -ClientId $Second.ClientId -ContextName other
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId -Subscription one
        $null = Set-MiContext -SkipValidation -Subscription two
    }

    It 'disconnects the account in use and gives it' {
        (Disconnect-MiAccount).Id | Should -BeExactly $First.ClientId
        (Get-MiContext -ListAvailable).Name | Should -Be 'other'
        (Get-MiTokenCache).Identity | Should -Be $Second.ClientId
    }

    It 'takes no other account into use instead' {
        $null = Disconnect-MiAccount
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'finds the account by <What>' -ForEach @(
        @{ What = 'its context'; Command = { Disconnect-MiAccount -ContextName other } }
        @{ What = 'its id'; Command = { Disconnect-MiAccount $Second.ClientId } }
        @{ What = 'its id in other case'; Command = { Disconnect-MiAccount -Id $Second.ClientId.ToUpperInvariant() } }
        @{ What = 'its application id'; Command = { Disconnect-MiAccount -ApplicationId $Second.ClientId -TenantId $Tenant } }
        @{ What = 'itself'; Command = { (Get-MiContext -Name other).Account | Disconnect-MiAccount } }
        @{ What = 'a context object'; Command = { Get-MiContext -Name other | Disconnect-MiAccount } }
    ) {
        (& $Command).Id | Should -BeExactly $Second.ClientId
        (Get-MiContext).Account.Id | Should -BeExactly $First.ClientId
        (Get-MiContext -ListAvailable).Account.Id | Should -Not -Contain $Second.ClientId
    }

    It 'says of an unknown account that it is none' {
        $failure = Get-FailureOf { Disconnect-MiAccount -Username nobody -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.DisconnectMiAccountCommand'
        $failure.TargetObject | Should -BeExactly 'nobody'
        $failure.Exception.Message | Should -Match '^Provide a valid account or context'
    }

    It 'says of an unknown context that it is none' {
        (Get-FailureOf { Disconnect-MiAccount -ContextName nothing }).TargetObject | Should -BeExactly 'nothing'
    }

    It 'says so and goes on when nobody is connected' {
        Clear-MiContext
        $said = Disconnect-MiAccount -Verbose 4>&1
        "$said" | Should -Match 'No accounts were found to disconnect from\. Ending call to Disconnect-MiAccount\.'
    }

    It 'changes nothing with -WhatIf' {
        Disconnect-MiAccount -WhatIf | Should -BeNullOrEmpty
        @(Get-MiContext -ListAvailable).Count | Should -Be 3
    }

    It 'takes -Scope CurrentUser too, for what it removes was on no disk' {
        (Disconnect-MiAccount -Scope CurrentUser).Id | Should -Not -BeNullOrEmpty
        Get-MiContext | Should -BeNullOrEmpty
    }
}
