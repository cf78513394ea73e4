# Choosing a subscription, a tenant or a context: kept as given, and nothing is asked of anybody.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
}

Describe 'Set-MiContext' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId -Subscription one
        Send-Simulator -Path reset
    }

    AfterEach {
        (Get-SimulatorCount).requests | Should -Be 0
    }

    It 'takes a subscription by <_>' -ForEach 'Subscription', 'SubscriptionName', 'SubscriptionId' {
        $named = @{ $_ = 'two' }
        $context = Set-MiContext -SkipValidation @named
        $context.Subscription.Name | Should -BeExactly 'two'
        $context.Account.Id | Should -BeExactly $First.ClientId
        $context.Tenant.Id | Should -BeExactly $Tenant
        Get-MiContext | Should -Be $context
    }

    It 'takes a subscription by position' {
        (Set-MiContext -SkipValidation two).Subscription.Name | Should -BeExactly 'two'
    }

    It 'keeps the former context in the list' {
        $null = Set-MiContext -SkipValidation -Subscription two
        (Get-MiContext -ListAvailable).Subscription.Name | Should -Be 'one', 'two'
    }

    It 'leaves the subscription out in another tenant' {
        $context = Set-MiContext -SkipValidation -Tenant 'b.example'
        $context.Tenant.Id | Should -BeExactly 'b.example'
        $context.Subscription | Should -BeNullOrEmpty
    }

    It 'keeps the subscription in the tenant in use' {
        (Set-MiContext -SkipValidation -Tenant $Tenant).Subscription.Name | Should -BeExactly 'one'
        (Set-MiContext -SkipValidation -Tenant $Tenant.ToUpperInvariant()).Subscription.Name | Should -BeExactly 'one'
    }

    It 'takes contexts, subscriptions and tenants from the pipeline' {
        $former = Get-MiContext
        $other = Set-MiContext -SkipValidation -Subscription two -Tenant 'b.example'
        ($former | Set-MiContext) | Should -Be $former
        $former | Set-MiContext | Out-Null
        ($other.Subscription | Set-MiContext).Tenant.Id | Should -BeExactly 'b.example'
        $former | Set-MiContext | Out-Null
        ($other.Tenant | Set-MiContext).Subscription | Should -BeNullOrEmpty
    }

    It 'names the context' {
        (Set-MiContext -SkipValidation -Subscription two -Name work).Name | Should -BeExactly 'work'
        (Get-MiContext -Name work).Subscription.Name | Should -BeExactly 'two'
        $former = Get-MiContext
        (Set-MiContext -Context $former -Name again).Subscription.Name | Should -BeExactly 'two'
        (Get-MiContext).Name | Should -BeExactly 'again'
        $former.Name | Should -BeExactly 'work'
    }

    It 'asks before it replaces a context of the same name, and changes nothing where nobody can be asked' {
        $session = New-Session -Context (Get-MiContext)
        $null = Invoke-Session -Session $session -Script 'Set-MiContext -SkipValidation -Subscription two -Name work'
        { Invoke-Session -Session $session -Script 'Set-MiContext -SkipValidation -Subscription three -Name work' } | Should -Throw
        Invoke-Session -Session $session -Script '(Get-MiContext -Name work).Subscription.Name' | Should -BeExactly 'two'
        Close-Session -Session $session
    }

    It 'replaces a context of the same name with -Force' {
        $null = Set-MiContext -SkipValidation -Subscription two -Name work
        $null = Set-MiContext -SkipValidation -Subscription three -Name work -Force
        (Get-MiContext -Name work).Subscription.Name | Should -BeExactly 'three'
    }

    It 'adds properties to a copy' {
        $former = Get-MiContext
        $context = Set-MiContext -Context $former -ExtendedProperty @{ Stage = 'test'; Count = 3 }
        $context.ExtendedProperties['stage'] | Should -BeExactly 'test'
        $context.ExtendedProperties['Count'] | Should -BeExactly '3'
        $former.ExtendedProperties.Count | Should -Be 0
    }

    It 'changes nothing with -WhatIf' {
        Set-MiContext -SkipValidation -Subscription two -WhatIf | Should -BeNullOrEmpty
        (Get-MiContext).Subscription.Name | Should -BeExactly 'one'
    }

    It 'refuses -Scope CurrentUser' {
        (Get-FailureOf { Set-MiContext -SkipValidation -Subscription two -Scope CurrentUser }).FullyQualifiedErrorId |
            Should -BeExactly 'PersistenceNotSupported,Tollgate.PowerShell.SetMiContextCommand'
    }

    It 'says how to connect when this session is not' {
        Clear-MiContext
        (Get-FailureOf { Set-MiContext -SkipValidation -Subscription two }).FullyQualifiedErrorId |
            Should -BeExactly 'NotConnected,Tollgate.PowerShell.SetMiContextCommand'
    }
}
