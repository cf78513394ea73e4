# Contexts that ask Azure: which tenant and subscription Connect- and Set-MiContext find, with how many questions, and what they
# say when they find none.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
    $second = 'b0000000-5b5c-4000-8000-000000000002'

    function Get-AskedPath {
        (Get-ArmRequest -Simulator $azure).path
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Connect-MiAccount at Azure Resource Manager' {
    BeforeEach {
        Reset-Everything
        Reset-ArmSimulator -Simulator $azure
        Clear-ArmRequest -Simulator $azure
    }

    It 'takes the first enabled subscription with one token and one question, and says that there are several' {
        $context = (Connect-MiAccount -Environment Sim -WarningVariable warnings 3> $null).Context
        $context.Subscription.Id | Should -BeExactly $Subscription
        $context.Subscription.Name | Should -BeExactly 'Simulated One'
        $context.Subscription.State | Should -BeExactly 'Enabled'
        $context.Tenant.Id | Should -BeExactly $Tenant
        $context.Name | Should -BeExactly "Simulated One ($Subscription) - $Tenant - MSI@50342"
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -BeExactly "TenantId '$Tenant' contains more than one active subscription. First one will be selected for further use. To select another subscription, use Set-MiContext."
        Get-AskedPath | Should -Be '/subscriptions'
        (Get-SimulatorCount).token_requests | Should -Be 1
    }

    It 'says nothing when there is one' {
        Send-Simulator -Path visibility -Url $azure.Url -Json (@{ $First.ClientId = @($second) } | ConvertTo-Json)
        $context = (Connect-MiAccount -Environment Sim -ClientId $First.ClientId -WarningVariable warnings).Context
        $context.Subscription.Id | Should -BeExactly $second
        $warnings | Should -BeNullOrEmpty
    }

    It 'finds <Given> by id or by name, also through the pipeline' -ForEach @(
        @{ Given = 'b0000000-5b5c-4000-8000-000000000002'; Path = '/subscriptions/b0000000-5b5c-4000-8000-000000000002' }
        @{ Given = 'B0000000-5B5C-4000-8000-000000000002'; Path = '/subscriptions/b0000000-5b5c-4000-8000-000000000002' }
        @{ Given = 'simulated TWO'; Path = '/subscriptions' }
    ) {
        $context = ($Given | Connect-MiAccount -Environment Sim -SkipContextPopulation).Context
        $context.Subscription.Name | Should -BeExactly 'Simulated Two'
        $context.Subscription.Id | Should -BeExactly $second
        Get-AskedPath | Should -Be $Path
    }

    It 'fails in the words of Az when <What> is not to be seen, tells what is, and leaves the session as it was' -ForEach @(
        @{ What = 'an id'; Given = '99999999-5b5c-4000-8000-000000000009'; Words = 'does not have access to subscription ID "99999999-5b5c-4000-8000-000000000009". Please try logging in with different credentials or a different subscription ID.' }
        @{ What = 'a name'; Given = 'No such'; Words = 'does not have access to subscription name "No such". Please try logging in with different credentials or a different subscription ID.' }
    ) {
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -AccountId $First.ClientId -Subscription $Given }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'SubscriptionNotFound,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.Exception.Message | Should -Match ([regex]::Escape("The provided account $($First.ClientId) $Words"))
        $failure.Exception.Message | Should -Match 'Simulated Three'
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'warns of a disabled subscription that is asked for' {
        $context = (Connect-MiAccount -Environment Sim -Subscription 'Simulated Four' -WarningVariable warnings 3> $null).Context
        $context.Subscription.State | Should -BeExactly 'Disabled'
        $warnings[0].Message | Should -BeExactly "Selected subscription is in 'Disabled' state."
    }

    It 'connects without a subscription where the identity sees none' {
        Send-Simulator -Path visibility -Url $azure.Url -Json (@{ $First.ClientId = @() } | ConvertTo-Json)
        $context = (Connect-MiAccount -Environment Sim -ClientId $First.ClientId -WarningVariable warnings).Context
        $context.Subscription | Should -BeNullOrEmpty
        $context.Tenant.Id | Should -BeExactly $Tenant
        $context.Name | Should -BeExactly "$Tenant - $($First.ClientId)"
        $warnings | Should -BeNullOrEmpty
    }

    It 'finds the tenant of a domain, and refuses one that is unknown in the words of Az' {
        $tenantFound = (Connect-MiAccount -Environment Sim -Tenant simulated.example -Subscription $second).Context.Tenant
        $tenantFound.Id | Should -BeExactly $Tenant
        $tenantFound.DefaultDomain | Should -BeExactly 'simulated.onmicrosoft.com'
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -Tenant elsewhere.example }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match "Could not find tenant id for provided tenant domain 'elsewhere.example'. Please ensure that the managed service identity found on this machine has proper permissions"
    }

    It 'asks nothing at all with -SkipValidation, and keeps what is given' {
        $context = (Connect-MiAccount -Environment Sim -Tenant $Tenant -Subscription $second -SkipValidation).Context
        $context.Subscription.Id | Should -BeExactly $second
        $context.Subscription.Name | Should -BeNullOrEmpty
        Get-AskedPath | Should -BeNullOrEmpty
    }

    It 'offers contexts for the other subscriptions at the first connect, as many as are wanted' -ForEach @(
        @{ Wanted = @{}; Names = 'Simulated One', 'Simulated Three', 'Simulated Two' }
        @{ Wanted = @{ MaxContextPopulation = 2 }; Names = 'Simulated One', 'Simulated Two' }
        @{ Wanted = @{ MaxContextPopulation = -1 }; Names = 'Simulated One', 'Simulated Three', 'Simulated Two' }
        @{ Wanted = @{ MaxContextPopulation = 0 }; Names = 'Simulated One' }
        @{ Wanted = @{ SkipContextPopulation = $true }; Names = 'Simulated One' }
    ) {
        $connected = (Connect-MiAccount -Environment Sim @Wanted -WarningAction SilentlyContinue).Context
        Get-MiContext -ListAvailable | Where-Object -Property Name -EQ -Value $connected.Name | Should -Be $connected
        (Get-MiContext -ListAvailable).Subscription.Name | Should -Be $Names
        (Get-MiContext).Subscription.Name | Should -BeExactly 'Simulated One'
    }

    It 'offers none at a later connect' {
        $null = Connect-MiAccount -Environment Sim -Subscription $second -SkipContextPopulation
        $null = Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $second
        (Get-MiContext -ListAvailable) | Should -HaveCount 2
    }

    It 'reads a long list only as far as it is needed' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"subscriptions":300,"pageSize":10}'
        $null = Connect-MiAccount -Environment Sim -WarningAction SilentlyContinue
        (Get-MiContext -ListAvailable) | Should -HaveCount 25
        Get-AskedPath | Should -HaveCount 3
    }

    It 'falls back to the old version where the endpoint knows no other' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"apiVersions":["2016-06-01"]}'
        (Connect-MiAccount -Environment Sim -Subscription $second -SkipContextPopulation).Context.Subscription.Name | Should -BeExactly 'Simulated Two'
        (Get-ArmRequest -Simulator $azure).query | Should -Be 'api-version=2021-01-01', 'api-version=2016-06-01'
    }

    It 'connects with a warning where nobody can be reached, unless a subscription is asked for' {
        $null = Add-MiEnvironment -Name Nowhere -ResourceManagerEndpoint 'http://127.0.0.1:9' -ActiveDirectoryServiceEndpointResourceId $Arm
        $context = (Connect-MiAccount -Environment Nowhere -WarningVariable warnings 3> $null).Context
        $context.Subscription | Should -BeNullOrEmpty
        $context.Tenant.Id | Should -BeExactly $Tenant
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -Match '-SkipValidation'
        Clear-MiContext
        $failure = Get-FailureOf { Connect-MiAccount -Environment Nowhere -Subscription $second -TimeoutSeconds 2 }
        $failure.FullyQualifiedErrorId | Should -Match '^(EndpointUnreachable|TimedOut),'
        Get-MiContext | Should -BeNullOrEmpty
    }
}

Describe 'Set-MiContext at Azure Resource Manager' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'asks nothing about a subscription that connecting has told of, when it is named by its id' {
        (Set-MiContext -Subscription $second).Subscription.Name | Should -BeExactly 'Simulated Two'
        (Set-MiContext -Subscription $Subscription.ToUpperInvariant()).Subscription.Name | Should -BeExactly 'Simulated One'
        Get-AskedPath | Should -BeNullOrEmpty
    }

    It 'asks about a name each time, for it may be another''s as well' {
        (Set-MiContext -Subscription 'simulated three').Subscription.Id | Should -BeExactly 'b0000000-5b5c-4000-8000-000000000003'
        Get-AskedPath | Should -Be '/subscriptions'
    }

    It 'asks about one that was not enabled when it was told of, and warns' {
        $fourth = 'b0000000-5b5c-4000-8000-000000000004'
        $null = Set-MiContext -Subscription $fourth -WarningAction SilentlyContinue
        $null = Set-MiContext -Subscription $second
        Clear-ArmRequest -Simulator $azure
        (Set-MiContext -Subscription $fourth -WarningVariable warnings 3> $null).Subscription.State | Should -BeExactly 'Disabled'
        $warnings[0].Message | Should -BeExactly "Selected subscription is in 'Disabled' state."
        Get-AskedPath | Should -Be "/subscriptions/$fourth"
    }

    It 'asks about another, works at the first try after connecting, and changes nothing when it is not there' {
        Clear-MiContext
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -SkipContextPopulation
        Clear-ArmRequest -Simulator $azure
        (Set-MiContext -Subscription $second).Subscription.Name | Should -BeExactly 'Simulated Two'
        Get-AskedPath | Should -Be "/subscriptions/$second"
        $failure = Get-FailureOf { Set-MiContext -Subscription 'No such' }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'SubscriptionNotFound,Tollgate.PowerShell.SetMiContextCommand'
        (Get-MiContext).Subscription.Id | Should -BeExactly $second
    }

    It 'asks about one that another account''s context has told of, which this one may not see' {
        $third = 'b0000000-5b5c-4000-8000-000000000003'
        Send-Simulator -Path visibility -Url $azure.Url -Json (@{ $First.ClientId = @($second) } | ConvertTo-Json)
        $null = Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $second
        (Get-MiContext -ListAvailable).Subscription.Id | Should -Contain $third
        $failure = Get-FailureOf { Set-MiContext -Subscription $third }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'SubscriptionNotFound,Tollgate.PowerShell.SetMiContextCommand'
        (Get-MiContext).Subscription.Id | Should -BeExactly $second
    }

    It 'asks about one that is known <What> only' -ForEach @(
        @{ What = 'in another environment'; Given = @{} ; Before = {
                $null = Add-MiEnvironment -Name Twin -ResourceManagerEndpoint $azure.Url -ActiveDirectoryServiceEndpointResourceId $Arm
                $null = Connect-MiAccount -Environment Twin -Subscription $Subscription
            }
        }
        @{ What = 'in another tenant'; Given = @{ Tenant = 'c0000000-7e4a-4000-8000-000000000001' }; Before = {} }
        @{ What = 'by its id'; Given = @{}; Before = {
                Clear-MiContext
                $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -SkipContextPopulation
                $null = Set-MiContext -Subscription $second -SkipValidation
                $null = Set-MiContext -Subscription $Subscription -SkipValidation
            }
        }
    ) {
        . $Before
        Clear-ArmRequest -Simulator $azure
        (Set-MiContext -Subscription $second @Given).Subscription.Name | Should -BeExactly 'Simulated Two'
        Get-AskedPath | Should -Be "/subscriptions/$second"
    }

    It 'keeps what is known of the tenant in use' {
        Clear-MiContext
        $null = Connect-MiAccount -Environment Sim -Tenant simulated.example -Subscription $Subscription -SkipContextPopulation
        (Set-MiContext -Subscription $second).Tenant.DefaultDomain | Should -BeExactly 'simulated.onmicrosoft.com'
    }

    It 'finds a subscription for the tenant in use where there is none yet' {
        Clear-MiContext
        $null = Connect-MiAccount -Environment Sim -SkipValidation
        (Set-MiContext -Tenant $Tenant -WarningAction SilentlyContinue).Subscription.Id | Should -BeExactly $Subscription
        Get-AskedPath | Should -Be '/subscriptions'
    }

    It 'ends the script when it fails, so that nothing goes on with another subscription' {
        $ErrorActionPreference = 'Continue'
        (Get-FailureOf { Set-MiContext -Subscription 'No such' }).FullyQualifiedErrorId |
            Should -BeExactly 'SubscriptionNotFound,Tollgate.PowerShell.SetMiContextCommand'
    }

    It 'keeps the subscription for the tenant in use, and takes it from the pipeline as an object' {
        (Set-MiContext -Tenant $Tenant).Subscription.Id | Should -BeExactly $Subscription
        (Get-MiSubscription -SubscriptionName 'Simulated Two' | Set-MiContext).Subscription.Id | Should -BeExactly $second
        (Get-MiTenant | Set-MiContext).Subscription.Id | Should -BeExactly $second
    }

    It 'refuses to choose nothing, in the words of Az' {
        $failure = Get-FailureOf { Set-MiContext -Subscription '' }
        $failure.Exception.Message | Should -Match 'Please provide a valid tenant or a valid subscription'
    }

    It 'asks nothing for -WhatIf' {
        Set-MiContext -Subscription 'No such' -WhatIf | Should -BeNullOrEmpty
        Get-AskedPath | Should -BeNullOrEmpty
    }
}
