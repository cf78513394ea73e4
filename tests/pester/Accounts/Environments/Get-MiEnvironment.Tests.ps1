# The clouds and their addresses, and which hosts may be sent which token.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"

    # What the cmdlets that send requests go by.
    function Get-Realm {
        param($Environment)
        $realms = $Environment.GetType().GetProperty('AudienceHosts', [System.Reflection.BindingFlags] 'NonPublic, Instance').GetValue($Environment)
        foreach ($realm in $realms) {
            foreach ($name in $realm.Hosts) { "$name $($realm.Audience)" }
        }
    }
}

Describe 'Get-MiEnvironment' {
    BeforeEach {
        Reset-Everything
    }

    It 'lists the three clouds, connected or not' {
        (Get-MiEnvironment).Name | Select-Object -First 3 | Should -Be 'AzureCloud', 'AzureChinaCloud', 'AzureUSGovernment'
        (Get-SimulatorCount).requests | Should -Be 0
    }

    It 'finds one by its name, also from a property of that name, and Tab offers the names' {
        (Get-MiEnvironment azureusgovernment).ResourceManagerUrl | Should -BeExactly 'https://management.usgovcloudapi.net/'
        ([pscustomobject]@{ Name = 'AzureChinaCloud' } | Get-MiEnvironment).StorageEndpointSuffix | Should -BeExactly 'core.chinacloudapi.cn'
        (TabExpansion2 -inputScript 'Get-MiEnvironment -Name AzureU').CompletionMatches.CompletionText | Should -Be 'AzureUSGovernment'
    }

    It 'gives nothing, as Az does, when there is none of that name' {
        Get-MiEnvironment -Name ([guid]::NewGuid().ToString('n')) -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'shows name, resource manager and authority' {
        Get-MiEnvironment -Name AzureCloud | Out-String -Width 200 |
            Should -Match 'Name\s+Resource Manager Url\s+ActiveDirectory Authority[\s-]+AzureCloud\s+https://management.azure.com/\s+https://login.microsoftonline.com/'
    }

    It 'has the same properties in each cloud, empty where it has no such service' {
        $china = Get-MiEnvironment -Name AzureChinaCloud
        $china.MicrosoftGraphUrl | Should -BeExactly 'https://microsoftgraph.chinacloudapi.cn/'
        $china.AzureOperationalInsightsEndpoint | Should -BeExactly 'https://api.loganalytics.azure.cn/v1'
        $china.AzureSynapseAnalyticsEndpointSuffix | Should -BeExactly 'dev.azuresynapse.azure.cn'
        $china.AzureAttestationServiceEndpointSuffix | Should -BeNullOrEmpty
    }
}

Describe 'The realms of an environment' {
    It 'are every service of <Name>, each with its own audience and host names' -ForEach @(
        @{
            Name   = 'AzureCloud'
            Realms = @(
                'management.azure.com https://management.core.windows.net/'
                'graph.microsoft.com https://graph.microsoft.com/'
                'graph.windows.net https://graph.windows.net/'
                'api.loganalytics.io https://api.loganalytics.io'
                '*.vault.azure.net https://vault.azure.net'
                '*.managedhsm.azure.net https://managedhsm.azure.net'
                '*.dev.azuresynapse.net https://dev.azuresynapse.net'
                '*.attest.azure.net https://attest.azure.net'
                '*.asazure.windows.net https://region.asazure.windows.net'
                '*.azconfig.io https://azconfig.io'
                '*.communication.azure.com https://communication.azure.com'
                '*.batch.azure.com https://batch.core.windows.net/'
                '*.blob.core.windows.net https://storage.azure.com/'
                '*.queue.core.windows.net https://storage.azure.com/'
                '*.table.core.windows.net https://storage.azure.com/'
                '*.file.core.windows.net https://storage.azure.com/'
                '*.dfs.core.windows.net https://storage.azure.com/'
                '*.azuredatalakestore.net https://datalake.azure.net/'
                '*.azuredatalakeanalytics.net https://datalake.azure.net/'
            )
        }
        @{
            Name   = 'AzureUSGovernment'
            Realms = @(
                'management.usgovcloudapi.net https://management.core.usgovcloudapi.net/'
                'graph.microsoft.us https://graph.microsoft.us/'
                'graph.microsoftazure.us https://graph.microsoftazure.us/'
                'api.loganalytics.us https://api.loganalytics.us'
                '*.vault.usgovcloudapi.net https://vault.usgovcloudapi.net'
                '*.managedhsm.usgovcloudapi.net https://managedhsm.usgovcloudapi.net'
                '*.dev.azuresynapse.usgovcloudapi.net https://dev.azuresynapse.usgovcloudapi.net'
                '*.asazure.usgovcloudapi.net https://region.asazure.usgovcloudapi.net'
                '*.azconfig.azure.us https://azconfig.azure.us'
                '*.batch.usgovcloudapi.net https://batch.core.usgovcloudapi.net/'
                '*.blob.core.usgovcloudapi.net https://storage.azure.com/'
                '*.queue.core.usgovcloudapi.net https://storage.azure.com/'
                '*.table.core.usgovcloudapi.net https://storage.azure.com/'
                '*.file.core.usgovcloudapi.net https://storage.azure.com/'
                '*.dfs.core.usgovcloudapi.net https://storage.azure.com/'
            )
        }
    ) {
        Get-Realm -Environment (Get-MiEnvironment -Name $Name) | Should -Be $Realms
    }

    It 'name a whole origin where an address is not https on its usual port' {
        $added = Add-MiEnvironment -Name Origins -ResourceManagerEndpoint 'http://127.0.0.1:8080/arm' -MicrosoftGraphUrl 'https://graph.contoso.example:8443' -MicrosoftGraphEndpointResourceId 'api://graph'
        Get-Realm -Environment $added | Should -Be @(
            'http://127.0.0.1:8080 http://127.0.0.1:8080/arm'
            'https://graph.contoso.example:8443 api://graph'
        )
    }

    It 'name the number of a host as an origin, and the end of host names without the dot before it' {
        $added = Add-MiEnvironment -Name Ends -ResourceManagerEndpoint 'https://[::1]' -AzureKeyVaultDnsSuffix '.vault.contoso.example' -AzureKeyVaultServiceEndpointResourceId 'api://vault'
        Get-Realm -Environment $added | Should -Be @(
            'https://[::1] https://[::1]/'
            '*.vault.contoso.example api://vault'
        )
    }

    It 'leave out a host that is known from an audience only and would be asked over plain http' {
        $added = Add-MiEnvironment -Name Plain -MicrosoftGraphEndpointResourceId 'http://graph.contoso.example'
        Get-Realm -Environment $added | Should -BeNullOrEmpty
    }
}
