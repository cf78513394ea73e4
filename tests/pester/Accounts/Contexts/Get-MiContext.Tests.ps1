# Looking at contexts: nothing is an answer too.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
}

Describe 'Get-MiContext' {
    BeforeEach {
        Reset-Everything
    }

    It 'gives nothing, and no error, when this session is not connected' {
        Get-MiContext -ErrorAction Stop | Should -BeNullOrEmpty
        Get-MiContext -ListAvailable -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'gives the context in use' {
        $connected = Connect-MiAccount -SkipValidation
        Get-MiContext | Should -Be $connected.Context
    }

    It 'has the properties that scripts written for Az read' {
        $context = (Connect-MiAccount -SkipValidation -Subscription Production).Context
        $context.PSObject.Properties.Name | Should -Be 'Name', 'Account', 'Environment', 'Subscription', 'Tenant', 'TokenCache', 'VersionProfile', 'ExtendedProperties'
        $context.Account.PSObject.Properties.Name | Should -Be 'Id', 'IdType', 'Type', 'Tenants', 'AccessToken', 'Credential', 'TenantMap', 'CertificateThumbprint', 'ExtendedProperties'
        foreach ($name in 'Id', 'Name', 'State', 'SubscriptionId', 'TenantId', 'HomeTenantId', 'ManagedByTenantIds', 'CurrentStorageAccountName', 'Tags', 'ExtendedProperties') {
            $context.Subscription.PSObject.Properties.Name | Should -Contain $name
        }
        foreach ($name in 'Id', 'TenantId', 'Name', 'TenantCategory', 'Country', 'CountryCode', 'Domains', 'DefaultDomain', 'ExtendedProperties') {
            $context.Tenant.PSObject.Properties.Name | Should -Contain $name
        }
    }

    It 'has the addresses of the cloud' {
        $environment = (Connect-MiAccount -SkipValidation -Environment AzureUSGovernment).Context.Environment
        $environment.ResourceManagerUrl | Should -BeExactly 'https://management.usgovcloudapi.net/'
        $environment.ActiveDirectoryAuthority | Should -BeExactly 'https://login.microsoftonline.us/'
        $environment.ActiveDirectoryServiceEndpointResourceId | Should -BeExactly 'https://management.core.usgovcloudapi.net/'
        $environment.StorageEndpointSuffix | Should -BeExactly 'core.usgovcloudapi.net'
        $environment.AzureKeyVaultDnsSuffix | Should -BeExactly 'vault.usgovcloudapi.net'
        $environment.AzureAnalysisServicesEndpointSuffix | Should -BeExactly 'asazure.usgovcloudapi.net'
        $environment.DataLakeEndpointResourceId | Should -BeNullOrEmpty
    }

    It 'lists every context by tenant and then by subscription' {
        $null = Connect-MiAccount -SkipValidation -Tenant 'b.example' -Subscription one
        $null = Connect-MiAccount -SkipValidation -Tenant 'a.example' -Subscription two
        $null = Connect-MiAccount -SkipValidation -Tenant 'a.example' -Subscription one
        (Get-MiContext -ListAvailable -RefreshContextFromTokenCache).Name | Should -Be @(
            'one - a.example - MSI@50342'
            'two - a.example - MSI@50342'
            'one - b.example - MSI@50342'
        )
    }

    It 'finds a context by its name, which Tab offers' {
        $null = Connect-MiAccount -SkipValidation -ContextName first -Subscription one
        $null = Connect-MiAccount -SkipValidation -ContextName second -Subscription two
        (Get-MiContext FIRST).Subscription.Name | Should -BeExactly 'one'
        (TabExpansion2 -inputScript 'Get-MiContext -Name f').CompletionMatches.CompletionText | Should -Be 'first'
    }

    It 'says of an unknown name which there are' {
        $null = Connect-MiAccount -SkipValidation -ContextName first
        $failure = Get-FailureOf { Get-MiContext -Name second }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiContextCommand'
        $failure.TargetObject | Should -BeExactly 'second'
        $failure.Exception.Message | Should -Match 'this session has: first'
    }

    It 'cannot be changed from outside' {
        $context = (Connect-MiAccount -SkipValidation).Context
        { $context.Subscription = $null } | Should -Throw
        { $context.ExtendedProperties['x'] = 'y' } | Should -Throw
    }

    It 'shows names, which one is in use, subscription, environment and account below the tenant, at 80 columns' {
        $null = Connect-MiAccount -SkipValidation -ContextName spare -Subscription Production
        $null = Connect-MiAccount -SkipValidation -ContextName used -ClientId $First.ClientId
        $shown = Get-MiContext -ListAvailable | Out-String -Width 80
        $shown | Should -Match "Tenant: $Tenant"
        $shown | Should -Match '(?m)^ +Name +Subscription +Environment +Account'
        $shown | Should -Match '(?m)^  spare +Production +AzureCloud +MSI@50342'
        $shown | Should -Match '(?m)^\* used +AzureCloud +20000000'
        $shown -split '\r?\n' | ForEach-Object -Process { $_.Length | Should -BeLessOrEqual 80 }
    }
}
