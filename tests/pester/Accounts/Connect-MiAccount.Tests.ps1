# Connecting: which identity is asked for, what the context then says, and that a failure leaves everything as it was.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Connect-MiAccount' {
    BeforeEach {
        Reset-Everything
    }

    It 'connects as the system-assigned identity when none is named' {
        $connected = Connect-MiAccount -SkipValidation

        $connected.Context.Account.Id | Should -BeExactly 'MSI@50342'
        $connected.Context.Account.Type | Should -BeExactly 'ManagedService'
        $connected.Context.Tenant.Id | Should -BeExactly $Tenant
        $connected.Context.Environment.Name | Should -BeExactly 'AzureCloud'
        $connected.Context.Name | Should -BeExactly "$Tenant - MSI@50342"
        $connected.Environments.Keys | Select-Object -First 3 | Sort-Object | Should -Be 'AzureChinaCloud', 'AzureCloud', 'AzureUSGovernment'
        $counts = Get-SimulatorCount
        $counts.tokens | Should -Be 1
        $counts.by_resource.$Arm | Should -Be 1
        $counts.by_selector.none | Should -Be 1
    }

    It 'takes the system-assigned identity for <_>' -ForEach 'MSI@50342', 'MSI@1', 'msi@50342' {
        (Connect-MiAccount -SkipValidation -Identity -AccountId $_).Context.Account.Id | Should -BeExactly $_
        (Get-SimulatorCount).by_selector.none | Should -Be 1
    }

    It 'names the identity by -<Parameter>' -ForEach @(
        @{ Parameter = 'AccountId'; Id = 'ClientId'; Selector = 'client_id' }
        @{ Parameter = 'AccountId'; Id = 'ResourceId'; Selector = 'msi_res_id' }
        @{ Parameter = 'ClientId'; Id = 'ClientId'; Selector = 'client_id' }
        @{ Parameter = 'ObjectId'; Id = 'ObjectId'; Selector = 'object_id' }
        @{ Parameter = 'ResourceId'; Id = 'ResourceId'; Selector = 'msi_res_id' }
    ) {
        $value = $First[$Id]
        $named = @{ $Parameter = $value }
        (Connect-MiAccount -SkipValidation @named).Context.Account.Id | Should -BeExactly $value
        $counts = Get-SimulatorCount
        $counts.by_selector.$Selector | Should -Be 1
        $counts.by_identity.($First.ClientId) | Should -Be 1
    }

    It 'takes the spelling of scripts written for Az' {
        $old = @{
            ManagedService        = $true
            AccountId             = $First.ClientId
            EnvironmentName       = 'AzureCloud'
            TenantId              = $Tenant
            SubscriptionId        = '11111111-2222-3333-4444-555555555555'
            SkipContextPopulation = $true
            MaxContextPopulation  = 5
            Scope                 = 'Process'
            Force                 = $true
        }
        (Connect-MiAccount -SkipValidation @old).Context.Subscription.Id | Should -BeExactly '11111111-2222-3333-4444-555555555555'
    }

    It 'keeps a subscription given as <What> as its <Property>' -ForEach @(
        @{ What = 'a GUID'; Given = '11111111-2222-3333-4444-555555555555'; Property = 'Id'; Other = 'Name' }
        @{ What = 'a text'; Given = 'Production (EU)'; Property = 'Name'; Other = 'Id' }
    ) {
        $subscription = ($Given | Connect-MiAccount -SkipValidation).Context.Subscription
        $subscription.$Property | Should -BeExactly $Given
        $subscription.$Other | Should -BeNullOrEmpty
        $subscription.TenantId | Should -BeExactly $Tenant
    }

    It 'keeps a tenant that is given, a domain too' {
        $context = (Connect-MiAccount -SkipValidation -Domain 'example.onmicrosoft.com').Context
        $context.Tenant.Id | Should -BeExactly 'example.onmicrosoft.com'
        $context.Tenant.Domains | Should -BeExactly 'example.onmicrosoft.com'
    }

    It 'asks for the token of the cloud <Cloud>' -ForEach @(
        @{ Cloud = 'AzureCloud'; Audience = 'https://management.core.windows.net/' }
        @{ Cloud = 'AzureChinaCloud'; Audience = 'https://management.core.chinacloudapi.cn/' }
        @{ Cloud = 'azureusgovernment'; Audience = 'https://management.core.usgovcloudapi.net/' }
    ) {
        $null = Connect-MiAccount -SkipValidation -Environment $Cloud
        (Get-SimulatorCount).by_resource.$Audience | Should -Be 1
    }

    It 'gets the token for -AuthScope <_> as well' -ForEach 'KeyVault', 'https://vault.azure.net' {
        $null = Connect-MiAccount -SkipValidation -AuthScope $_
        $counts = Get-SimulatorCount
        $counts.by_resource.'https://vault.azure.net' | Should -Be 1
        $counts.by_resource.$Arm | Should -Be 1
    }

    It 'asks nothing and gives nothing with -WhatIf' {
        Connect-MiAccount -SkipValidation -WhatIf | Should -BeNullOrEmpty
        (Get-SimulatorCount).token_requests | Should -Be 0
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'proves the identity with -SkipValidation too, whatever else is told' {
        $null = Connect-MiAccount -SkipValidation -Tenant $Tenant -Subscription $Subscription
        (Get-SimulatorCount).token_requests | Should -Be 1
        $failure = Get-FailureOf { Connect-MiAccount -SkipValidation -Tenant $Tenant -ClientId '40000000-c11e-4000-8000-000000000001' }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'IdentityNotFound,Tollgate.PowerShell.ConnectMiAccountCommand'
    }

    It 'refuses -Scope CurrentUser and says why' {
        $failure = Get-FailureOf { Connect-MiAccount -SkipValidation -Scope CurrentUser }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PersistenceNotSupported,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.CategoryInfo.Category | Should -Be 'NotImplemented'
        $failure.TargetObject | Should -Be 'CurrentUser'
        $failure.ErrorDetails.RecommendedAction | Should -Match '-Scope Process'
        (Get-SimulatorCount).token_requests | Should -Be 0
    }

    It 'fails at once for an identity the machine lacks, in the words of the service, and keeps the former context' {
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        $failure = Get-FailureOf { Connect-MiAccount -SkipValidation -ClientId '40000000-c11e-4000-8000-000000000001' }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'IdentityNotFound,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -BeExactly $Arm
        $failure.Exception.ServiceText | Should -BeExactly 'Identity not found'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'assigned to this machine or app'
        (Get-MiContext).Account.Id | Should -BeExactly $First.ClientId
    }

    It 'points at the parameter at fault: <Parameter>' -ForEach @(
        @{ Parameter = 'AccountId'; Given = @{ AccountId = 'MSI@' } }
        @{ Parameter = 'AccountId'; Given = @{ AccountId = '' } }
        @{ Parameter = 'ClientId'; Given = @{ ClientId = 'not-a-guid' } }
        @{ Parameter = 'ClientId'; Given = @{ ClientId = '' } }
        @{ Parameter = 'ObjectId'; Given = @{ ObjectId = 'not-a-guid' } }
        @{ Parameter = 'ResourceId'; Given = @{ ResourceId = '/subscriptions/x' } }
        @{ Parameter = 'ObjectId'; Given = @{ ClientId = '20000000-c11e-4000-8000-000000000001'; ObjectId = '20000000-0b1e-4000-8000-000000000001' } }
        @{ Parameter = 'Environment'; Given = @{ Environment = 'AzureMoonCloud' } }
        @{ Parameter = 'AuthScope'; Given = @{ AuthScope = 'NoSuchType' } }
    ) {
        $failure = Get-FailureOf { Connect-MiAccount -SkipValidation @Given }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.Exception.Field | Should -BeExactly $Parameter
        $failure.TargetObject | Should -BeExactly $Given[$Parameter]
        (Get-SimulatorCount).token_requests | Should -Be 0
    }

    It 'replaces a context of the same name with -Force' {
        $null = Connect-MiAccount -SkipValidation -ContextName work -ClientId $First.ClientId
        $null = Connect-MiAccount -SkipValidation -ContextName work -ClientId $Second.ClientId -Force
        (Get-MiContext -Name work).Account.Id | Should -BeExactly $Second.ClientId
        @(Get-MiContext -ListAvailable).Count | Should -Be 1
    }

    It 'replaces no context where nobody can be asked, and says that -Force does: <_>' -ForEach 'Connect-MiAccount -SkipValidation -ContextName work', 'Set-MiContext -SkipValidation -Name work -Subscription other' {
        $session = New-Session
        $null = Invoke-Session -Session $session -Script "Connect-MiAccount -SkipValidation -ContextName work -ClientId '$($First.ClientId)'"
        $null = Invoke-Session -Session $session -Script "Connect-MiAccount -SkipValidation -ContextName used -ClientId '$($Second.ClientId)'"
        $said = Invoke-Session -Session $session -Script "try { $_ } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message; `$_.ErrorDetails.Message }"
        $said[0] | Should -Match '^InvalidArgument,'
        $said -join ' ' | Should -Match "named 'work' already.*-Force"
        $script = @"
Import-Module -Name '$Manifest'
`$null = Connect-MiAccount -SkipValidation -ContextName work
try { $_ } catch { ''; `$_.FullyQualifiedErrorId }
"@
        # The question ends its line with no line end.
        foreach ($asks in $false, $true) {
            Invoke-FreshShell -Script $script -Asks:$asks | Should -Match '(?m)^InvalidArgument,'
        }
        Invoke-Session -Session $session -Script '(Get-MiContext -Name work).Account.Id' | Should -BeExactly $First.ClientId
        Close-Session -Session $session
    }

    It 'reads a changed environment variable at the next connect' {
        $null = Connect-MiAccount -SkipValidation
        $other = Start-Simulator -Argument '--no-system-assigned --no-user-assigned'
        $usual = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST
        try {
            $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $other.Url
            (Get-FailureOf { Connect-MiAccount -SkipValidation }).FullyQualifiedErrorId | Should -Match '^IdentityNotFound,'
        }
        finally {
            $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $usual
            Stop-Simulator -Simulator $other
        }
        { Connect-MiAccount -SkipValidation } | Should -Not -Throw
    }

    It 'shows the subscription name and the tenant' {
        $shown = Connect-MiAccount -SkipValidation -Subscription Production | Out-String
        $shown | Should -Match 'Subscription name\s+Tenant'
        $shown | Should -Match "Production\s+$Tenant"
    }

    It 'names its object by name, account, subscription and tenant when they are made text' {
        $context = (Connect-MiAccount -SkipValidation -ClientId $First.ClientId -Subscription Production -ContextName work).Context
        "$context" | Should -BeExactly 'work'
        "$($context.Account)" | Should -BeExactly $First.ClientId
        "$($context.Subscription)" | Should -BeExactly 'Production'
        "$($context.Tenant)" | Should -BeExactly $Tenant
        "$($context.Environment)" | Should -BeExactly 'AzureCloud'
    }
}
