# Resources: listed page after page, filtered, or asked for by id with the version that their type needs.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
    $root = "/subscriptions/$Subscription"

    # What the cmdlets read from an id.
    function Get-IdPart {
        param([string] $Id, [string] $Name)
        $hidden = [System.Reflection.BindingFlags] 'NonPublic, Instance'
        $type = (Get-Command -Name Get-MiResource).ImplementingType.Assembly.GetType('Tollgate.PowerShell.ResourceIdentifier')
        $type.GetProperty($Name, $hidden).GetValue($type.GetConstructors($hidden)[0].Invoke(@($Id)))
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Get-MiResource' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'lists every resource of the context''s subscription' {
        $all = Get-MiResource
        $all.Count | Should -Be 11
        $all.Tags | ForEach-Object -Process { $_['subscription'] } | Select-Object -Unique | Should -BeExactly $Subscription
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked.path | Should -Be "$root/resources"
        $asked.query | Should -BeExactly 'api-version=2021-04-01'
    }

    It 'gives the properties that scripts written for Az read' {
        $store = Get-MiResource -Name simstore1
        foreach ($name in 'ResourceId', 'Id', 'Identity', 'Kind', 'Location', 'ManagedBy', 'ResourceName', 'Name', 'ExtensionResourceName', 'ParentResource', 'Plan', 'Properties', 'ResourceGroupName', 'Type', 'ResourceType', 'ExtensionResourceType', 'Sku', 'Tags', 'TagsTable', 'SubscriptionId', 'CreatedTime', 'ChangedTime', 'ETag') {
            $store.PSObject.Properties.Name | Should -Contain $name
        }
        $store.ResourceId | Should -BeExactly "$root/resourceGroups/rg-test-16/providers/Microsoft.Storage/storageAccounts/simstore1"
        $store.ResourceType | Should -BeExactly 'Microsoft.Storage/storageAccounts'
        $store.ResourceGroupName | Should -BeExactly 'rg-test-16'
        $store.SubscriptionId | Should -BeExactly $Subscription
        $store.Kind | Should -BeExactly 'StorageV2'
        $store.Sku.Name | Should -BeExactly 'Standard_LRS'
        $store.ParentResource | Should -BeNullOrEmpty
        $store.Tags.ContainsKey('environment') | Should -BeTrue
        (Get-MiResource -ResourceType Microsoft.Sql/servers/databases).ParentResource | Should -BeExactly 'servers/sql-1'
        (Get-MiResource -Name Vm-App-1).Identity.Type | Should -BeExactly 'SystemAssigned'
    }

    It 'finds <Names> by <Parameters.Keys>' -ForEach @(
        @{ Parameters = @{ ResourceType = 'microsoft.compute/virtualMachines' }; Names = 'Vm-App-1', 'vm-db-1' }
        @{ Parameters = @{ Name = 'VNET-test-1' }; Names = 'VNet-Test-1' }
        @{ Parameters = @{ Name = 'vm-*-1' }; Names = 'Vm-App-1', 'vm-db-1' }
        @{ Parameters = @{ Name = '*db*'; ResourceGroupName = '*16' }; Names = 'vm-db-1' }
        @{ Parameters = @{ ResourceGroupName = 'RG-Web' }; Names = 'Plan-1', 'Portal-1' }
        @{ Parameters = @{ ResourceGroupName = 'rg-[dw]*'; ResourceType = 'Microsoft.Storage/storageAccounts' }; Names = 'simarchive1' }
        @{ Parameters = @{ ResourceGroupName = 'rg-data'; Name = 'sql*' }; Names = 'sql-1', 'sql-1/Orders-1' }
        @{ Parameters = @{ ODataQuery = "startswith(name,'sim') and location eq 'westeurope'" }; Names = 'simarchive1', 'simstore1' }
        @{ Parameters = @{ ODataQuery = "`$filter=name eq 'Portal-1'"; ResourceType = 'Microsoft.Web/sites' }; Names = 'Portal-1' }
        @{ Parameters = @{ ODataQuery = "?`$filter=name eq 'Portal-1'" }; Names = 'Portal-1' }
        @{ Parameters = @{ ODataQuery = "name eq 'Portal-1' or name eq 'simstore1'"; ResourceType = 'Microsoft.Web/sites' }; Names = 'Portal-1' }
        @{ Parameters = @{ ODataQuery = "name eq 'Portal-1' OR name eq 'simstore1'" }; Names = 'Portal-1', 'simstore1' }
        @{ Parameters = @{ ODataQuery = "name eq 'a or b'"; ResourceType = 'Microsoft.Web/sites' }; Names = @() }
        @{ Parameters = @{ ResourceGroupName = 'rg-data'; ResourceType = 'Microsoft.Sql/servers/databases'; Name = 'sql-1/Orders-1' }; Names = 'sql-1/Orders-1' }
        @{ Parameters = @{ Name = 'nothing' }; Names = @() }
        @{ Parameters = @{ Name = 'a&b#c' }; Names = @() }
        @{ Parameters = @{ Name = "o'clock" }; Names = @() }
    ) {
        (Get-MiResource @Parameters -ErrorAction Stop).Name | Sort-Object | Should -Be $Names
    }

    It 'finds by tags, of which all must be there' {
        @(Get-MiResource -Tag @{ environment = 'SIMULATED'; subscription = $Subscription }).Count | Should -Be 11
        @(Get-MiResource -Tag @{ environment = $null }).Count | Should -Be 11
        @(Get-MiResource -TagName environment -TagValue simulated).Count | Should -Be 11
        @(Get-MiResource -TagName subscription -ResourceType Microsoft.Web/sites).Count | Should -Be 1
        @(Get-MiResource -TagValue simulated).Count | Should -Be 11
        Get-MiResource -Tag @{ environment = 'simulated'; subscription = 'other' } | Should -BeNullOrEmpty
        Get-MiResource -TagName environment -TagValue other | Should -BeNullOrEmpty
        Get-MiResource -TagName simulated | Should -BeNullOrEmpty
    }

    It 'finds one by its whole name only when it has the tags' {
        $whole = @{ ResourceGroupName = 'rg-web'; ResourceType = 'Microsoft.Web/sites'; Name = 'Portal-1' }
        (Get-MiResource @whole -Tag @{ environment = 'simulated' }).Name | Should -BeExactly 'Portal-1'
        Get-MiResource @whole -Tag @{ environment = 'other' } | Should -BeNullOrEmpty
    }

    It 'refuses a filter that is none, and asks nothing' {
        $failure = Get-FailureOf { Get-MiResource -ODataQuery '$filter name' }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiResourceCommand'
        $failure.Exception.Field | Should -BeExactly 'ODataQuery'
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    It 'leaves to Azure what Azure can leave out' {
        $null = Get-MiResource -ResourceType Microsoft.Sql/servers -Name sql-1
        $null = Get-MiResource -ResourceGroupName rg-web -Name 'por*'
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked[0].query | Should -Match ([regex]::Escape("`$filter=resourceType eq 'Microsoft.Sql/servers' and name eq 'sql-1'"))
        $asked[1].path | Should -BeExactly "$root/resourceGroups/rg-web/resources"
        $asked[1].query | Should -Not -Match 'filter'
    }

    It 'puts alternatives in parentheses beside another condition, and nothing else' {
        $type = @{ ResourceType = 'Microsoft.Web/sites' }
        foreach ($query in "name eq 'a' or name eq 'b'", "name eq 'a or b' and location eq 'it''s or not'") { $null = Get-MiResource -ODataQuery $query @type }
        $null = Get-MiResource -ODataQuery "name eq 'a' or name eq 'b'"
        $asked = @(Get-ArmRequest -Simulator $azure).query
        $asked[0] | Should -BeLike "*resourceType eq 'Microsoft.Web/sites' and (name eq 'a' or name eq 'b')*"
        $asked[1] | Should -BeLike "*resourceType eq 'Microsoft.Web/sites' and name eq 'a or b' and location eq 'it''s or not'*"
        $asked[2] | Should -BeLike "*filter=name eq 'a' or name eq 'b'*"
    }

    It 'gets one by id, with the newest final version of its type, asked for once' {
        Send-Simulator -Path content -Json '{"checkResourceVersions":true}' -Url $azure.Url
        $id = "$root/resourceGroups/rg-data/providers/Microsoft.Sql/servers/sql-1"
        $server = Get-MiResource -ResourceId $id
        $server.Properties.provisioningState | Should -BeExactly 'Succeeded'
        $database = Get-MiResource -Id "$id/databases/Orders-1"
        $database.Name | Should -BeExactly 'sql-1/Orders-1'
        $null = Get-MiResource -ResourceId $id -Pre
        $null = Get-MiResource -ResourceId $id -ApiVersion 2014-04-01
        $asked = @(Get-ArmRequest -Simulator $azure | Where-Object -Property path -NotMatch -Value '/providers/Microsoft.Sql$')
        $asked.query | Should -Be 'api-version=2021-11-01', 'api-version=2021-11-01', 'api-version=2024-05-01-preview', 'api-version=2014-04-01'
        @(Get-ArmRequest -Simulator $azure).Count - $asked.Count | Should -BeLessOrEqual 1
    }

    It 'takes -ApiVersion for a list, and with -ExpandProperties for what is in it' {
        $null = Get-MiResource -Name Portal-1 -ApiVersion 2020-10-01
        (Get-ArmRequest -Simulator $azure).query | Should -Match 'api-version=2020-10-01'
        Clear-ArmRequest -Simulator $azure
        $null = Get-MiResource -Name Portal-1 -ExpandProperties -ApiVersion 2022-03-01
        (Get-ArmRequest -Simulator $azure).query -replace '&.*' | Should -Be 'api-version=2021-04-01', 'api-version=2022-03-01'
        $null = Get-MiResource -Name sql-1 -ExpandProperties -Pre
        (Get-ArmRequest -Simulator $azure)[-1].query | Should -BeExactly 'api-version=2024-05-01-preview'
    }

    It 'asks each Azure for the versions that its providers have' {
        $site = "$root/resourceGroups/rg-web/providers/Microsoft.Web/sites/Portal-1"
        $null = Get-MiResource -ResourceId $site
        $other = Start-ArmSimulator
        try {
            Connect-ArmSimulator -Simulator $other
            $null = Get-MiResource -ResourceId $site
            (Get-ArmRequest -Simulator $other).path | Should -Be "$root/providers/Microsoft.Web", $site
        }
        finally {
            Stop-Simulator -Simulator $other
        }
    }

    It 'asks for the versions of what is in no subscription without one' {
        $null = Get-MiResource -ResourceId /providers/Microsoft.Management/managementGroups/mine -ErrorAction SilentlyContinue
        @(Get-ArmRequest -Simulator $azure)[0].path | Should -BeExactly '/providers/Microsoft.Management'
    }

    It 'says that a provider does not offer a type' {
        $failure = Get-FailureOf { Get-MiResource -ResourceId "$root/resourceGroups/rg-web/providers/Microsoft.Web/nothings/one" -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'ResourceNotFound,Tollgate.PowerShell.GetMiResourceCommand'
        $failure.Exception.Message | Should -Match 'Microsoft\.Web offers no resource type nothings'
    }

    It 'reads <Name> of <Id>' -ForEach @(
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/providers/M/b/two'; Name = 'ResourceType'; Part = 'N/a' }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/providers/M/b/two'; Name = 'ExtensionResourceType'; Part = 'M/b' }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/providers/M/b/two'; Name = 'ExtensionResourceName'; Part = 'two' }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/providers/M/b/two'; Name = 'Namespace'; Part = 'M' }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/providers/M/b/two'; Name = 'TypePath'; Part = 'b' }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/providers/M/b/two'; Name = 'ParentResource'; Part = $null }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/b/two/c/three'; Name = 'ParentResource'; Part = 'a/one/b/two' }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/b/two/c/three'; Name = 'ResourceType'; Part = 'N/a/b/c' }
        @{ Id = '/subscriptions/s/resourceGroups/g/providers/N/a/one/b/two'; Name = 'ExtensionResourceType'; Part = $null }
        @{ Id = 'subscriptions/s/resourceGroups/a b?c/'; Name = 'Path'; Part = '/subscriptions/s/resourceGroups/a%20b%3Fc' }
    ) {
        Get-IdPart -Id $Id -Name $Name | Should -BeExactly $Part
    }

    It 'takes a preview where a type has nothing else' {
        $id = "$root/resourceGroups/rg-data/providers/Microsoft.ManagedIdentity/userAssignedIdentities/none/assignments/one"
        $null = Get-MiResource -ResourceId $id -ErrorAction SilentlyContinue
        (Get-ArmRequest -Simulator $azure)[-1].query | Should -BeExactly 'api-version=2025-01-31-preview'
    }

    It 'gets one by its whole name, with its properties' {
        $one = Get-MiResource -ResourceGroupName rg-test-16 -ResourceType Microsoft.Compute/virtualMachines -Name vm-app-1
        $one.Properties.hardwareProfile.vmSize | Should -BeExactly 'Standard_D2s_v5'
        $failure = Get-FailureOf { Get-MiResource -ResourceGroupName rg-test-16 -ResourceType Microsoft.Compute/virtualMachines -Name none -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'ResourceNotFound,Tollgate.PowerShell.GetMiResourceCommand'
        $failure.TargetObject | Should -BeExactly 'none'
    }

    It 'lists by the id of a list' {
        (Get-MiResource -ResourceId "$root/providers/Microsoft.Compute/virtualMachines").Name | Sort-Object | Should -Be 'Vm-App-1', 'vm-db-1'
        (Get-MiResource -ResourceId "$root/resourceGroups/rg-web").Name | Should -BeExactly 'rg-web'
        (Get-MiResource -ResourceId "$root/resources" -ODataQuery "name eq 'Portal-1'").Name | Should -BeExactly 'Portal-1'
    }

    It 'takes ids from properties, and one that is not there does not end the rest' {
        $ids = "$root/resourceGroups/rg-web/providers/Microsoft.Web/sites/none", "$root/resourceGroups/rg-web/providers/Microsoft.Web/sites/Portal-1"
        $found = $ids | ForEach-Object -Process { [pscustomobject]@{ Id = $_ } } | Get-MiResource -ErrorVariable failure -ErrorAction SilentlyContinue
        $found.Name | Should -Be 'Portal-1'
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'ResourceNotFound,Tollgate.PowerShell.GetMiResourceCommand'
        $failure[0].TargetObject | Should -BeExactly $ids[0]
        (Get-FailureOf { Get-MiResource -ResourceId simstore1 }).FullyQualifiedErrorId |
            Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiResourceCommand'
    }

    It 'has no properties in a list, and all of them with -ExpandProperties' {
        (Get-MiResource -Name sim*).Properties | Should -Be $null, $null
        $expanded = Get-MiResource -Name sim* -ExpandProperties
        $expanded.CreatedTime | Should -BeOfType [datetime]
        $expanded.Properties.primaryEndpoints.blob | Sort-Object | Should -Be 'https://simarchive1.blob.core.windows.net/', 'https://simstore1.blob.core.windows.net/'
        (Get-ArmRequest -Simulator $azure).query | Where-Object -FilterScript { $_ -match 'expand=createdTime,changedTime' } | Should -HaveCount 1
    }

    It 'gives a resource that cannot be expanded as it is listed, beside the error' {
        Set-ArmFault -Simulator $azure -Next ('{{"status":403,"path":"{0}/resourceGroups/rg-web/providers/Microsoft.Web/sites","code":"AuthorizationFailed","message":"no"}}' -f $root)
        $found = Get-MiResource -ResourceGroupName rg-web -ExpandProperties -ErrorVariable failure -ErrorAction SilentlyContinue
        $found.Name | Sort-Object | Should -Be 'Plan-1', 'Portal-1'
        ($found | Where-Object -Property Name -EQ -Value 'Portal-1').Properties | Should -BeNullOrEmpty
        ($found | Where-Object -Property Name -EQ -Value 'Plan-1').Properties | Should -Not -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'AccessDenied,Tollgate.PowerShell.GetMiResourceCommand'
        $failure[0].TargetObject | Should -BeExactly "$root/resourceGroups/rg-web/providers/Microsoft.Web/sites/Portal-1"
    }

    It 'keeps to its context while the session''s changes' {
        $other = (Connect-MiAccount -Environment Sim -ClientId $First.ClientId -SkipValidation -Subscription 'b0000000-5b5c-4000-8000-000000000002').Context
        Connect-ArmSimulator -Simulator $azure
        Send-Simulator -Path content -Json '{"pageSize":2}' -Url $azure.Url
        $found = Get-MiResource | ForEach-Object -Process {
            $null = Set-MiContext -Context $other
            $_
        }
        (Get-ArmRequest -Simulator $azure).tokenId | Select-Object -Unique | Should -HaveCount 1
        $found.SubscriptionId | Select-Object -Unique | Should -BeExactly $Subscription
        $found.Count | Should -Be 11
    }

    It 'asks no further when no more is wanted' {
        Send-Simulator -Path content -Json '{"pages":5000,"pageSize":10}' -Url $azure.Url
        @(Get-MiResource | Select-Object -First 25).Count | Should -Be 25
        @(Get-ArmRequest -Simulator $azure).Count | Should -Be 3
    }

    It 'lists 100,000 resources in the memory of a few pages' {
        # As many resources everywhere: what kept them would be seen. Under Wine they come in fewer requests.
        $pages = if ($OnWine) { '"pages":500,"pageSize":200' } else { '"pages":5000,"pageSize":20' }
        Send-Simulator -Path content -Json "{$pages}" -Url $azure.Url
        $process = [System.Diagnostics.Process]::GetCurrentProcess()
        $count = 0
        $early = 0
        Get-MiResource | ForEach-Object -Process {
            $count++
            if ($count -eq 5000) {
                $process.Refresh()
                $early = $process.WorkingSet64
            }
        }
        $process.Refresh()
        $count | Should -Be 100000
        $process.WorkingSet64 / $early | Should -BeLessThan 1.4
    }

    It 'follows no link to another host' {
        Send-Simulator -Path content -Json '{"pageSize":2,"nextLinkOrigin":"http://127.0.0.1:9"}' -Url $azure.Url
        $null = Get-MiResource -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.GetMiResourceCommand'
    }

    It 'is shown as in Az' {
        $shown = Get-MiResource -Name Portal-1 | Out-String -Width 200
        $shown | Should -Match 'Name\s+: Portal-1\s+ResourceGroupName : rg-web\s+ResourceType\s+: Microsoft.Web/sites\s+Location\s+: northeurope\s+ResourceId\s+: /sub\S+\s+Tags\s+:'
        Get-MiResource | Format-Table | Out-String -Width 200 | Should -Match 'Name\s+ResourceGroupName\s+ResourceType\s+Location'
    }
}
