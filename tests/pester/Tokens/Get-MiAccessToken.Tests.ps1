# A token: for which resource, in which form, from where, and what is said when there is none.
BeforeDiscovery {
    $table = @'
AadGraph             https://graph.windows.net/            https://graph.chinacloudapi.cn/            https://graph.microsoftazure.us/
AnalysisServices     https://region.asazure.windows.net    https://region.asazure.chinacloudapi.cn    https://region.asazure.usgovcloudapi.net
AppConfiguration     https://azconfig.io                   https://azconfig.azure.cn                  https://azconfig.azure.us
Arm                  https://management.core.windows.net/  https://management.core.chinacloudapi.cn/  https://management.core.usgovcloudapi.net/
Attestation          https://attest.azure.net              -                                          -
Batch                https://batch.core.windows.net/       https://batch.chinacloudapi.cn/            https://batch.core.usgovcloudapi.net/
CommunicationEmail   https://communication.azure.com       -                                          -
DataLake             https://datalake.azure.net/           -                                          -
KeyVault             https://vault.azure.net               https://vault.azure.cn                     https://vault.usgovcloudapi.net
ManagedHsm           https://managedhsm.azure.net          https://managedhsm.azure.cn                https://managedhsm.usgovcloudapi.net
MSGraph              https://graph.microsoft.com/          https://microsoftgraph.chinacloudapi.cn/   https://graph.microsoft.us/
OperationalInsights  https://api.loganalytics.io           https://api.loganalytics.azure.cn          https://api.loganalytics.us
ResourceManager      https://management.core.windows.net/  https://management.core.chinacloudapi.cn/  https://management.core.usgovcloudapi.net/
Storage              https://storage.azure.com/            https://storage.azure.com/                 https://storage.azure.com/
Synapse              https://dev.azuresynapse.net          https://dev.azuresynapse.azure.cn          https://dev.azuresynapse.usgovcloudapi.net
'@ -split '\r?\n'
    $rows = foreach ($line in $table) {
        $type, $public, $china, $government = $line -split '\s+'
        @{ Cloud = 'AzureCloud'; Type = $type; Audience = $public }
        @{ Cloud = 'AzureChinaCloud'; Type = $type; Audience = $china }
        @{ Cloud = 'AzureUSGovernment'; Type = $type; Audience = $government }
    }
    $known = @($rows | Where-Object -FilterScript { $_.Audience -ne '-' })
    $unknown = @($rows | Where-Object -FilterScript { $_.Audience -eq '-' })
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Get-MiAccessToken' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
    }

    It 'gives the token for Azure Resource Manager as a SecureString unless told otherwise' {
        $token = Get-MiAccessToken
        $token.Token | Should -BeOfType securestring
        $token.ExpiresOn | Should -BeOfType datetimeoffset
        $token.ExpiresOn | Should -BeGreaterThan ([datetimeoffset]::Now.AddHours(23))
        $token.TenantId | Should -BeExactly $Tenant
        $token.UserId | Should -BeExactly $First.ClientId
        $token.Type | Should -BeExactly 'Bearer'
        (Get-SimulatorCount).by_resource.$Arm | Should -Be 1
    }

    It 'knows <Type> in <Cloud>' -ForEach $known {
        $null = Connect-MiAccount -SkipValidation -Environment $Cloud
        $null = Get-MiAccessToken -ResourceTypeName $Type
        (Get-MiTokenCache).Resource | Should -Contain $Audience
    }

    It 'says that <Cloud> has no <Type>, and what it has' -ForEach $unknown {
        $null = Connect-MiAccount -SkipValidation -Environment $Cloud
        $failure = Get-FailureOf { Get-MiAccessToken -ResourceTypeName $Type }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiAccessTokenCommand'
        $failure.TargetObject | Should -BeExactly $Type
        $failure.Exception.Message | Should -Match "^$Cloud has no audience for $Type\. It has one for: .*KeyVault"
    }

    It 'takes a type name in any case and offers the names' {
        { Get-MiAccessToken -ResourceTypeName keyvault } | Should -Not -Throw
        (TabExpansion2 -inputScript 'Get-MiAccessToken -ResourceTypeName Ma').CompletionMatches.CompletionText | Should -Be 'ManagedHsm'
    }

    It 'says of an unknown type name which there are' {
        $failure = Get-FailureOf { Get-MiAccessToken -ResourceTypeName NoSuchType }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiAccessTokenCommand'
        $failure.Exception.Message | Should -Match '^The specified ResourceTypeName "NoSuchType" is not supported, please provide a valid value\. e\.g\. Arm, AadGraph, etc\..*Synapse'
        $failure.Exception.Field | Should -BeExactly 'ResourceTypeName'
    }

    It 'takes any resource by -<_>' -ForEach 'ResourceUrl', 'Resource', 'ResourceUri' {
        $named = @{ $_ = 'https://database.windows.net/' }
        $null = Get-MiAccessToken @named
        (Get-SimulatorCount).by_resource.'https://database.windows.net/' | Should -Be 1
    }

    It 'drops one /.default' {
        $null = Get-MiAccessToken -ResourceUrl 'https://vault.azure.net/.default'
        (Get-SimulatorCount).by_resource.'https://vault.azure.net' | Should -Be 1
    }

    It 'gives plain text with -AsPlainText' {
        $token = Get-MiAccessToken -AsPlainText
        $token.Token | Should -Match "^$AnyToken"
        $token.TenantId, $token.UserId, $token.Type | Should -Be $Tenant, $First.ClientId, 'Bearer'
    }

    It 'gives the same token in every form' {
        $plain = (Get-MiAccessToken -AsPlainText).Token
        [System.Net.NetworkCredential]::new('', (Get-MiAccessToken -AsSecureString).Token).Password | Should -BeExactly $plain
        (Get-MiAccessToken -AsHeader).Authorization | Should -BeExactly "Bearer $plain"
    }

    It 'gives headers that Invoke-RestMethod takes' {
        $headers = Get-MiAccessToken -AsHeader
        $headers | Should -BeOfType hashtable
        { Invoke-RestMethod -Uri "$env:AZURE_POD_IDENTITY_AUTHORITY_HOST/sim/counts" -Headers $headers } | Should -Not -Throw
    }

    It 'refuses two forms at once' {
        $failure = Get-FailureOf { Get-MiAccessToken -AsHeader -AsPlainText }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiAccessTokenCommand'
        (Get-SimulatorCount).token_requests | Should -Be 1
    }

    It 'heeds the variable with which Az gives plain text, unless -AsSecureString is given' {
        $env:AZUREPS_OUTPUT_PLAINTEXT_AZACCESSTOKEN = 'true'
        try {
            (Get-MiAccessToken).Token | Should -BeOfType string
            (Get-MiAccessToken -AsSecureString).Token | Should -BeOfType securestring
        }
        finally {
            Remove-Item -Path env:AZUREPS_OUTPUT_PLAINTEXT_AZACCESSTOKEN
        }
    }

    It 'asks once for many calls, and again with -ForceRefresh' {
        $first = (Get-MiAccessToken -AsPlainText).Token
        (Get-MiAccessToken -AsPlainText).Token | Should -BeExactly $first
        (Get-SimulatorCount).tokens | Should -Be 1
        (Get-MiAccessToken -AsPlainText -ForceRefresh).Token | Should -Not -BeExactly $first
        (Get-SimulatorCount).tokens | Should -Be 2
    }

    It 'names the tenant that is given' {
        (Get-MiAccessToken -TenantId 'b0000000-0000-4000-8000-000000000000').TenantId | Should -BeExactly 'b0000000-0000-4000-8000-000000000000'
    }

    It 'uses the context that is given instead of the one in use' {
        $profileOfSecond = Connect-MiAccount -SkipValidation -ClientId $Second.ClientId
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        (Get-MiAccessToken -DefaultProfile $profileOfSecond).UserId | Should -BeExactly $Second.ClientId
        (Get-MiAccessToken -AzContext $profileOfSecond.Context).UserId | Should -BeExactly $Second.ClientId
        (Get-MiAccessToken).UserId | Should -BeExactly $First.ClientId
    }

    It 'says how to connect when this session is not' {
        Clear-MiContext
        $failure = Get-FailureOf { Get-MiAccessToken }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'NotConnected,Tollgate.PowerShell.GetMiAccessTokenCommand'
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.Exception.Message | Should -Match 'Run Connect-MiAccount to login'
    }

    It 'says what a request does to those who ask with -Verbose' {
        $said = Get-MiAccessToken -ResourceTypeName KeyVault -Verbose 4>&1 | Where-Object -FilterScript { $_ -is [System.Management.Automation.VerboseRecord] }
        "$said" | Should -Match 'https://vault\.azure\.net'
    }

    It 'shows that the token was disposed' {
        $token = Get-MiAccessToken
        $token.Token.Dispose()
        $shown = $token | Out-String
        $shown | Should -Match '(?m)^Token +: \(disposed\)'
        $shown | Should -Not -Match 'characters'
    }

    It 'never shows a token in a view' {
        Get-MiAccessToken | Out-String | Should -Match 'characters, not shown'
        Get-MiAccessToken -AsPlainText | Out-String | Should -Not -Match $AnyToken
        "$(Get-MiAccessToken -AsPlainText)" | Should -Match ([regex]::Escape($Arm) + ' \(expires ')
    }

    It 'refuses a time of <_> seconds' -ForEach 0, -1, 86401 {
        (Get-FailureOf { Get-MiAccessToken -TimeoutSeconds $_ }).FullyQualifiedErrorId | Should -Match '^ParameterArgumentValidationError,'
    }
}
