# Handing over: the genuine Az.Accounts (here a stand-in with its parameters) is logged in by token, for this process, and kept so.
# Where several sessions of a process do it is in HandOverSessions.Tests.ps1.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator

    # What stands for the part of Azure that a login by token serves.
    $services = @{
        AzureKeyVaultDnsSuffix                   = 'vault.azure.net'
        AzureKeyVaultServiceEndpointResourceId   = 'https://vault.azure.net'
        MicrosoftGraphUrl                        = 'https://graph.microsoft.com'
        MicrosoftGraphEndpointResourceId         = 'https://graph.microsoft.com/'
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Connect-MiAccount -HandOver' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        Clear-MiContext
        $null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint $azure.Url -ActiveDirectoryServiceEndpointResourceId $Arm @services
        Import-Module -Name $StandIn -Force -Global
    }

    AfterEach {
        Clear-MiContext
        Remove-Module -Name Az.Accounts -Force -ErrorAction SilentlyContinue
    }

    It 'logs Az.Accounts in by three tokens, for this process only and without a question to Azure, and says what that cannot do' {
        $connected = Connect-MiAccount -Environment Sim -AccountId $First.ClientId -Subscription $Subscription -SkipContextPopulation -HandOver -WarningVariable warnings 3> $null
        $connected.Context.Subscription.Name | Should -BeExactly 'Simulated One'
        $login = @(Get-Login)
        $login | Should -HaveCount 1
        $login[0].AccessToken | Should -Match $AnyToken
        $login[0].KeyVaultAccessToken | Should -Match $AnyToken
        $login[0].MicrosoftGraphAccessToken | Should -Match $AnyToken
        @($login[0].AccessToken, $login[0].KeyVaultAccessToken, $login[0].MicrosoftGraphAccessToken | Select-Object -Unique) | Should -HaveCount 3
        $login[0].AccountId | Should -BeExactly $First.ClientId
        $login[0].Tenant | Should -BeExactly $Tenant
        $login[0].Subscription | Should -BeExactly $Subscription
        $login[0].Scope | Should -BeExactly 'Process'
        $login[0].SkipValidation | Should -BeTrue
        $login[0].SkipContextPopulation | Should -BeTrue
        (Az.Accounts\Get-AzContext).Account.Type | Should -BeExactly 'AccessToken'
        $warnings[-1].Message | Should -Match 'Resource Manager, Key Vault and Microsoft Graph, and nothing else.*AccessToken.*does not renew'
        $warnings -join ' ' | Should -Not -Match $AnyToken
    }

    It 'names the login that Az had from somebody else, and takes no login of its own for that' {
        $null = Az.Accounts\Connect-AzAccount -AccessToken 'a' -AccountId 'me@contoso.example' -Tenant $Tenant -Subscription $Subscription -SkipValidation
        $connect = { Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $Subscription -HandOver 3>&1 | Where-Object -FilterScript { $_ -is [System.Management.Automation.WarningRecord] } }
        (& $connect)[-1].Message | Should -Match "in place of the login of 'me@contoso\.example' that it had"
        (& $connect)[-1].Message | Should -Not -Match 'in place of'
    }

    It 'leaves the output of the login out, and shows no token in any stream' {
        $printed = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver -Verbose *>&1 | Out-String
        $printed | Should -Not -Match $AnyToken
        @(Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null) | Should -HaveCount 1
    }

    It 'renews it when a command runs and a token is near its end, and not before' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        $null = Get-MiContext
        Get-Login | Should -HaveCount 1
        Set-Due
        $null = Get-MiContext
        Get-Login | Should -HaveCount 2
        $null = Get-MiContext
        Get-Login | Should -HaveCount 2
    }

    It 'is due <Due> seconds after it began when the first of its tokens to end lives <Lifetime>' -ForEach @(
        @{ Lifetime = 7200; Due = 6600 }
        @{ Lifetime = 1260; Due = 660 }
        @{ Lifetime = 1140; Due = 570 }
    ) {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription
        Send-Simulator -Path lifetime -Json "{`"seconds`":$Lifetime}"
        $null = Get-MiAccessToken -ResourceTypeName KeyVault
        Send-Simulator -Path lifetime -Json '{"seconds":86400}'
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        Get-Due | Should -BeGreaterThan ($Due - 30)
        Get-Due | Should -BeLessOrEqual $Due
    }

    It 'goes without a token that <What>' -ForEach @(
        @{ What = 'the environment has no service for'; Environment = 'Bare'; Warnings = 0; Without = 'KeyVaultAccessToken', 'MicrosoftGraphAccessToken' }
        @{ What = 'cannot be had, which it says'; Environment = 'Sim'; Warnings = 1; Without = 'KeyVaultAccessToken' }
    ) {
        $null = Add-MiEnvironment -Name Bare -ResourceManagerEndpoint $azure.Url -ActiveDirectoryServiceEndpointResourceId $Arm
        $null = Connect-MiAccount -Environment $Environment -Subscription $Subscription
        if ($Warnings) { Send-Simulator -Path faults -Json '[{"fault":"html"}]' }
        $null = Connect-MiAccount -Environment $Environment -Subscription $Subscription -HandOver -WarningVariable said 3> $null
        @($said -match 'goes without a token for KeyVault') | Should -HaveCount $Warnings
        $login = @(Get-Login)
        $login | Should -HaveCount 1
        $login[0].AccessToken | Should -Match $AnyToken
        'KeyVaultAccessToken', 'MicrosoftGraphAccessToken' | Where-Object -FilterScript { -not $login[0].ContainsKey($_) } | Should -Be $Without
    }

    It 'gives a warning, and goes on, when there is no token to renew it with' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        Clear-MiTokenCache
        Send-Simulator -Path faults -Json '[{"fault":"html"}]'
        Set-Due
        (Get-MiContext -WarningVariable warnings 3> $null).Subscription.Id | Should -BeExactly $Subscription
        $warnings[0].Message | Should -Match 'could not be given new tokens'
        Get-Login | Should -HaveCount 1
        # Not with each command: whoever runs one waits for it.
        Get-Due | Should -BeGreaterThan 50
        Set-Due
        Get-MiContext -Verbose 4>&1 | Out-String | Should -Match 'Az\.Accounts has new tokens'
        Get-Login | Should -HaveCount 2
    }

    It 'renews it with new tokens, not with those in memory' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        Set-Due
        $null = Get-MiContext
        $login = @(Get-Login)
        foreach ($name in 'AccessToken', 'KeyVaultAccessToken', 'MicrosoftGraphAccessToken') { $login[1].$name | Should -Not -BeExactly $login[0].$name }
    }

    It 'leaves Az in the subscription that a script has chosen there' {
        $other = 'b0000000-5b5c-4000-8000-000000000002'
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        & (Get-Module -Name Az.Accounts) { param($Id) $script:Context.Subscription.Id = $Id } $other
        Set-Due
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
        @(Get-Login)[1].Subscription | Should -BeExactly $other
        Set-Due
        $null = Get-MiContext
        @(Get-Login)[2].Subscription | Should -BeExactly $other
    }

    It 'renews nothing, and says so once, when Az is <What>' -ForEach @(
        @{ What = 'logged out'; Change = { $script:Context = $null } }
        @{ What = 'logged in as somebody else'; Change = { $script:Context.Account.Id = 'deploy@contoso.example' } }
    ) {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        & (Get-Module -Name Az.Accounts) $Change
        Set-Due
        $null = Get-MiContext -WarningVariable warnings 3> $null
        $warnings[0].Message | Should -Match 'not logged in any more as Connect-MiAccount -HandOver left it'
        Get-Login | Should -HaveCount 1
        Get-Kept | Should -BeNullOrEmpty
        $null = Get-MiContext -WarningVariable later
        $later | Should -BeNullOrEmpty
    }

    It 'gives a warning, and goes on, when it cannot be renewed' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        & (Get-Module -Name Az.Accounts) { function script:Connect-AzAccount { throw 'out of order' } }
        Set-Due
        (Get-MiContext -WarningVariable warnings 3> $null).Subscription.Id | Should -BeExactly $Subscription
        $warnings[0].Message | Should -Match 'could not be given new tokens: out of order'
    }

    It 'tells why Az.Accounts does not take the login, and stays connected' {
        & (Get-Module -Name Az.Accounts) { function script:Connect-AzAccount { throw 'out of order' } }
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'Refused,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match 'does not take the login: out of order'
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
    }

    It 'ends when the account disconnects' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        $null = Disconnect-MiAccount
        Get-Kept | Should -BeNullOrEmpty
    }

    It 'stays when another account disconnects' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        $null = Disconnect-MiAccount
        Get-Kept | Should -Not -BeNullOrEmpty
    }

    It 'needs a subscription by its id' {
        Send-Simulator -Path visibility -Url $azure.Url -Json (@{ $First.ClientId = @() } | ConvertTo-Json)
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -ClientId $First.ClientId -HandOver }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match '-HandOver needs a subscription'
        Get-Login | Should -BeNullOrEmpty
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'needs Az.Accounts' {
        Remove-Module -Name Az.Accounts -Force
        $before = Set-TestEnvironment -Variables @{ PSModulePath = $TestDrive }
        try {
            $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver }
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match '-HandOver needs the module Az.Accounts'
        Get-MiContext | Should -BeNullOrEmpty
    }
}
