# The stand-in for Az.Accounts takes and refuses what the real one does, so that what passes with it passes with Az.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'The stand-in for Az.Accounts' {
    BeforeAll {
        Import-Module -Name $StandIn -Global -Force
        $login = @{
            AccessToken           = 'arm'
            AccountId             = 'me'
            Tenant                = 'a'
            Subscription          = 'b'
            SkipValidation        = $true
            SkipContextPopulation = $true
            Scope                 = 'Process'
        }
    }

    AfterAll {
        Remove-Module -Name Az.Accounts -Force
    }

    It 'is known by the real name and exports the login' {
        (Get-Command -Module Az.Accounts).Name | Sort-Object |
            Should -Be 'Add-AzAccount', 'Connect-AzAccount', 'Disconnect-AzAccount', 'Get-AzContext', 'Login-AzAccount', 'Logout-AzAccount', 'Remove-AzAccount'
    }

    It 'keeps what it was given, and has the context then' {
        $given = (Az.Accounts\Connect-AzAccount @login -KeyVaultAccessToken vault -MicrosoftGraphAccessToken graph).Context
        $given.Account.Type | Should -BeExactly 'AccessToken'
        $given.Subscription.Id | Should -BeExactly 'b'
        $given.Subscription.Name | Should -BeNullOrEmpty
        Az.Accounts\Get-AzContext | Should -Be $given
        $call = & (Get-Module -Name Az.Accounts) { $script:Calls[-1] }
        $call.AccessToken, $call.KeyVaultAccessToken, $call.MicrosoftGraphAccessToken, $call.Scope | Should -Be 'arm', 'vault', 'graph', 'Process'
        (Az.Accounts\Disconnect-AzAccount).Id | Should -BeExactly 'me'
        Az.Accounts\Get-AzContext | Should -BeNullOrEmpty
    }

    It 'refuses -SkipValidation without -<_>' -ForEach 'Tenant', 'Subscription' {
        $less = $login.Clone()
        $less.Remove($_)
        { Az.Accounts\Connect-AzAccount @less } | Should -Throw -ExpectedMessage 'Must supply Subscription Id and Tenant Id when using -SkipValidation'
    }

    It 'refuses what the set of the real one does not have: <_>' -ForEach 'Identity', 'AuthScope', 'ServicePrincipal' {
        $more = @{ $_ = 'x' }
        { Az.Accounts\Connect-AzAccount @login @more } | Should -Throw -ErrorId 'NamedParameterNotFound,Connect-AzAccount'
    }
}
