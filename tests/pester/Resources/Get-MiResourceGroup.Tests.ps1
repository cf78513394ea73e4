# Resource groups: one by name or id, or those that fit.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Get-MiResourceGroup' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'lists the groups of the context''s subscription' {
        $groups = Get-MiResourceGroup
        $groups.ResourceGroupName | Sort-Object | Should -Be 'rg-data', 'rg-test-16', 'rg-web'
        $groups.Tags | ForEach-Object -Process { $_.subscription } | Select-Object -Unique | Should -BeExactly $Subscription
    }

    It 'gives the properties that scripts written for Az read' {
        $group = Get-MiResourceGroup -Name rg-web
        $group.PSObject.Properties.Name | Should -Be 'ResourceGroupName', 'Location', 'ProvisioningState', 'Tags', 'TagsTable', 'ResourceId', 'ManagedBy', 'CreatedTime', 'ChangedTime'
        $group.Location | Should -BeExactly 'northeurope'
        $group.ProvisioningState | Should -BeExactly 'Succeeded'
        $group.ResourceId | Should -BeExactly "/subscriptions/$Subscription/resourceGroups/rg-web"
        [string] $group | Should -BeExactly 'rg-web'
    }

    It 'has tags that a table can be added to' {
        $tags = (Get-MiResourceGroup -Name rg-web).Tags
        $tags += @{ more = 'yes' }
        $tags.environment | Should -BeExactly 'simulated'
        $tags.Count | Should -Be 3
    }

    It 'finds <Found> by <Parameters.Name>' -ForEach @(
        @{ Parameters = @{ Name = 'RG-WEB' }; Found = 'rg-web' }
        @{ Parameters = @{ Name = 'rg-*a' }; Found = 'rg-data' }
        @{ Parameters = @{ Name = '*-w*' }; Found = 'rg-web' }
        @{ Parameters = @{ Name = 'nothing*' }; Found = @() }
    ) {
        (Get-MiResourceGroup @Parameters -ErrorAction Stop).ResourceGroupName | Should -Be $Found
        (Get-MiResourceGroup $Parameters.Name).ResourceGroupName | Should -Be $Found
    }

    It 'finds groups by region, however it is written' {
        (Get-MiResourceGroup -Location 'North Europe').ResourceGroupName | Should -Be 'rg-web'
        (Get-MiResourceGroup -Location NorthEurope).ResourceGroupName | Should -Be 'rg-web'
        Get-MiResourceGroup -Location eastus | Should -BeNullOrEmpty
    }

    It 'finds one by name or id only where it fits the rest' {
        $id = "/subscriptions/$Subscription/resourceGroups/rg-web"
        (Get-MiResourceGroup -Name rg-web -Location northeurope).ResourceGroupName | Should -BeExactly 'rg-web'
        Get-MiResourceGroup -Name rg-web -Location eastus | Should -BeNullOrEmpty
        Get-MiResourceGroup -Name rg-web -Tag @{ environment = 'other' } | Should -BeNullOrEmpty
        (Get-MiResourceGroup -Id $id -Location northeurope).ResourceGroupName | Should -BeExactly 'rg-web'
        Get-MiResourceGroup -Id $id -Location eastus | Should -BeNullOrEmpty
    }

    It 'finds groups by tags, of which all must be there' {
        @(Get-MiResourceGroup -Tag @{ environment = 'Simulated' }).Count | Should -Be 3
        @(Get-MiResourceGroup -Tag @{ Environment = $null; subscription = $Subscription }).Count | Should -Be 3
        Get-MiResourceGroup -Tag @{ Environment = 'simulated'; subscription = 'other' } | Should -BeNullOrEmpty
        Get-MiResourceGroup -Tag @{ simulated = '' } | Should -BeNullOrEmpty
    }

    It 'finds a group by its id, or that of anything in it, in whatever subscription' {
        $other = 'b0000000-5b5c-4000-8000-000000000002'
        (Get-MiResourceGroup -Id "/subscriptions/$other/resourceGroups/rg-web").Tags.subscription | Should -BeExactly $other
        $inside = [pscustomobject]@{ ResourceId = "/subscriptions/$Subscription/resourceGroups/rg-data/providers/Microsoft.Sql/servers/one" }
        ($inside | Get-MiResourceGroup).ResourceGroupName | Should -BeExactly 'rg-data'
        (Get-FailureOf { Get-MiResourceGroup -Id '/subscriptions/x' }).FullyQualifiedErrorId |
            Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiResourceGroupCommand'
    }

    It 'says in Az''s words that a group does not exist, and goes on' {
        $found = 'none', 'rg-web' | ForEach-Object -Process { [pscustomobject]@{ ResourceGroupName = $_ } } |
            Get-MiResourceGroup -ErrorVariable failure -ErrorAction SilentlyContinue
        $found.ResourceGroupName | Should -Be 'rg-web'
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'ResourceNotFound,Tollgate.PowerShell.GetMiResourceGroupCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure[0].TargetObject | Should -BeExactly 'none'
        [string] $failure[0] | Should -Match '^Provided resource group does not exist\.'
        $failure[0].Exception.ServiceCode | Should -BeExactly 'ResourceGroupNotFound'
        $failure[0].Exception.ServiceText | Should -Match 'none'
        $failure[0].Exception.CorrelationId | Should -Not -BeNullOrEmpty
        $failure[0].Exception.HttpStatus | Should -Be 404
    }

    It 'tells a group that may not be seen from one that does not exist' {
        Set-ArmFault -Simulator $azure -Next '{"status":403,"code":"AuthorizationFailed","message":"no"}'
        $failure = Get-FailureOf { Get-MiResourceGroup -Name rg-web -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'AccessDenied,Tollgate.PowerShell.GetMiResourceGroupCommand'
        [string] $failure | Should -Not -Match 'does not exist'
    }

    It 'asks for times, and with the version, that are wanted' {
        $null = Get-MiResourceGroup -Name rg-web -ExpandProperties -ApiVersion 2022-09-01
        $query = (Get-ArmRequest -Simulator $azure).query
        $query | Should -Match 'api-version=2022-09-01'
        $query | Should -Match '\$expand=createdTime,changedTime'
        $null = Get-MiResourceGroup -ExpandProperties
        (Get-ArmRequest -Simulator $azure)[-1].query | Should -Match '\$expand=createdTime,changedTime'
    }

    It 'is shown as in Az' {
        $shown = Get-MiResourceGroup -Name rg-web | Out-String -Width 200
        $shown | Should -Match 'ResourceGroupName : rg-web\s+Location\s+: northeurope\s+ProvisioningState : Succeeded\s+Tags\s+:'
        $shown | Should -Match '\s{10}Name +Value\r?\n +=+  =+\r?\n +Environment +simulated'
        Get-MiResourceGroup -Name rg-web | Format-Table | Out-String | Should -Match 'ResourceGroupName\s+Location\s+ProvisioningState'
    }

    It 'needs a context, and a subscription in it' {
        Clear-MiContext
        (Get-FailureOf { Get-MiResourceGroup }).FullyQualifiedErrorId | Should -BeExactly 'NotConnected,Tollgate.PowerShell.GetMiResourceGroupCommand'
        $null = Connect-MiAccount -Environment Sim -SkipValidation
        $failure = Get-FailureOf { Get-MiResourceGroup -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'SubscriptionNotFound,Tollgate.PowerShell.GetMiResourceGroupCommand'
        [string] $failure | Should -Match '^No subscription found in the context\.'
        $null = Connect-MiAccount -Environment Sim -SkipValidation -Subscription work
        [string] (Get-FailureOf { Get-MiResourceGroup -ErrorAction Stop }) | Should -Match "^The context knows its subscription by the name 'work' only"
    }
}
