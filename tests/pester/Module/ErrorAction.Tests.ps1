# What becomes of a failure is the call's to say: errors that end a script by themselves do not where -ErrorAction is given. Scripts ask
# so whether they are connected, or try one identity after the other.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $unknown = '99999999-c11e-4000-8000-000000000001'
}

Describe 'A failure that ends a script' {
    BeforeEach {
        Reset-Everything
        $ErrorActionPreference = 'Stop'
        $Error.Clear()
    }

    It 'does not where the call says <_>' -ForEach 'SilentlyContinue', 'Ignore' {
        Get-MiAccessToken -ErrorAction $_ | Should -BeNullOrEmpty
        Get-MiResourceGroup -ErrorAction $_ | Should -BeNullOrEmpty
        Connect-MiAccount -SkipValidation -ClientId $unknown -ErrorAction $_ | Should -BeNullOrEmpty
        Set-MiContext -Subscription nobody -ErrorAction $_ | Should -BeNullOrEmpty
        Connect-MiAccount -SkipValidation -ClientId 'no guid' -ErrorAction $_ | Should -BeNullOrEmpty
        $Error.Count | Should -Be $(if ($_ -eq 'Ignore') { 0 } else { 5 })
    }

    It 'changes nothing then' {
        $null = Connect-MiAccount -SkipValidation -Subscription one
        Connect-MiAccount -SkipValidation -Subscription two -Scope CurrentUser -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Set-MiContext -SkipValidation -Subscription two -Scope CurrentUser -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        (Get-MiContext -ListAvailable).Subscription.Name | Should -Be 'one'
        $Error.FullyQualifiedErrorId | Should -Be 'PersistenceNotSupported,Tollgate.PowerShell.SetMiContextCommand', 'PersistenceNotSupported,Tollgate.PowerShell.ConnectMiAccountCommand'
    }

    It 'is kept where the call wants it' {
        $null = Get-MiAccessToken -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.FullyQualifiedErrorId | Should -BeExactly 'NotConnected,Tollgate.PowerShell.GetMiAccessTokenCommand'
    }

    It 'ends it where the call says <_>' -ForEach 'Stop', 'nothing' {
        $said = if ($_ -eq 'Stop') { @{ ErrorAction = 'Stop' } } else { @{} }
        $ErrorActionPreference = 'Continue'
        foreach ($call in { Get-MiAccessToken @said }, { Set-MiContext -Subscription nobody @said }, { Connect-MiAccount -SkipValidation -ClientId $unknown @said }) {
            Get-FailureOf -Command $call | Should -Not -BeNullOrEmpty
        }
    }
}
