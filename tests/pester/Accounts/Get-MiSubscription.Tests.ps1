# The subscriptions that an identity sees.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Get-MiSubscription' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'lists every subscription, in whatever state it is' {
        $all = Get-MiSubscription
        $all.Name | Should -Be 'Simulated One', 'Simulated Two', 'Simulated Three', 'Simulated Four'
        $all.State | Select-Object -Last 1 | Should -BeExactly 'Disabled'
        $all.TenantId | Select-Object -Unique | Should -BeExactly $Tenant
        $all[0].Id | Should -BeExactly $Subscription
        $all[0].SubscriptionId | Should -BeExactly $Subscription
        $all[0].SubscriptionPolicies.quotaId | Should -Not -BeNullOrEmpty
    }

    It 'finds every page of a long list' {
        Send-Simulator -Path content -Json '{"subscriptions":7,"pageSize":2}' -Url $azure.Url
        @(Get-MiSubscription).Count | Should -Be 8
    }

    It 'finds one by its id, with one question' {
        (Get-MiSubscription -SubscriptionId 'b0000000-5b5c-4000-8000-000000000002').Name | Should -BeExactly 'Simulated Two'
        (Get-ArmRequest -Simulator $azure).path | Should -Be '/subscriptions/b0000000-5b5c-4000-8000-000000000002'
    }

    It 'finds one by its name, whatever the case' {
        (Get-MiSubscription -SubscriptionName 'simulated three').Id | Should -BeExactly 'b0000000-5b5c-4000-8000-000000000003'
    }

    It 'takes id, name and tenant from properties' {
        ([pscustomobject]@{ SubscriptionId = $Subscription; TenantId = $Tenant } | Get-MiSubscription).Name | Should -BeExactly 'Simulated One'
        ([pscustomobject]@{ SubscriptionName = 'Simulated Two' } | Get-MiSubscription).Name | Should -BeExactly 'Simulated Two'
    }

    It 'says of <What> that is not there that it was not found, and goes on' -ForEach @(
        @{ What = 'an id'; Parameters = @{ SubscriptionId = 'b0000000-5b5c-4000-8000-00000000ffff' } }
        @{ What = 'a name'; Parameters = @{ SubscriptionName = 'Nothing' } }
    ) {
        Get-MiSubscription @Parameters -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'SubscriptionNotFound,Tollgate.PowerShell.GetMiSubscriptionCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $asked = [string] @($Parameters.Values)[0]
        $failure[0].TargetObject | Should -BeExactly $asked
        [string] $failure[0] | Should -Match "^Subscription $asked was not found in tenant $Tenant\. Please verify that the subscription exists in this tenant\."
    }

    It 'gives only what the identity sees' {
        Send-Simulator -Path visibility -Json ('{{"{0}":["{1}"]}}' -f $First.ClientId, $Subscription) -Url $azure.Url
        $connected = Connect-MiAccount -Environment Sim -AccountId $First.ClientId
        (Get-MiSubscription -DefaultProfile $connected).Name | Should -Be 'Simulated One'
    }

    It 'runs as a job' {
        $job = Get-MiSubscription -AsJob
        try {
            (Receive-Job -Job $job -Wait).Name | Should -Contain 'Simulated Three'
        }
        finally {
            Remove-Job -Job $job -Force
        }
    }

    It 'leads to the context of each' {
        $names = Get-MiSubscription | Where-Object -Property State -EQ -Value Enabled | ForEach-Object -Process { (Set-MiContext -SubscriptionObject $_).Subscription.Name }
        $names | Should -Be 'Simulated One', 'Simulated Two', 'Simulated Three'
    }

    It 'needs a context' {
        Clear-MiContext
        (Get-FailureOf { Get-MiSubscription }).FullyQualifiedErrorId | Should -BeExactly 'NotConnected,Tollgate.PowerShell.GetMiSubscriptionCommand'
    }
}
