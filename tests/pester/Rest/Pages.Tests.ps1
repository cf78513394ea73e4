# Listings that come in pages: one at a time, to the end or not at all.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Invoke-MiRestMethod -Paginate' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        Send-Simulator -Path content -Url $azure.Url -Json '{"subscriptions":25,"pageSize":10}'
    }

    It 'gives one response for each page' {
        $pages = @(Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate)
        $pages | Should -HaveCount 3
        ($pages | ForEach-Object -Process { ($_.Content | ConvertFrom-Json).value }) | Should -HaveCount 26
    }

    It 'does not let a listing that was cut short look like a whole one' {
        $script:pages = 0
        $failure = Get-FailureOf {
            Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate -ErrorAction Stop | ForEach-Object -Process {
                $script:pages++
                Set-ArmFault -Simulator $azure -Next '{"status":403,"code":"AuthorizationFailed","message":"no more"}'
            }
        }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'AccessDenied,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $script:pages | Should -Be 1
        # The first answer is given as it is, as without -Paginate.
        Set-ArmFault -Simulator $azure -Next '{"status":403}'
        (Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate).StatusCode | Should -Be 403
    }

    It 'keeps to its context while the session''s changes' {
        $other = (Connect-MiAccount -SkipValidation -ClientId $First.ClientId).Context
        Connect-ArmSimulator -Simulator $azure
        Send-Simulator -Path content -Url $azure.Url -Json '{"subscriptions":25,"pageSize":10}'
        Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate -ErrorAction Stop | ForEach-Object -Process { $null = Set-MiContext -Context $other }
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked | Should -HaveCount 3
        $asked.tokenId | Select-Object -Unique | Should -HaveCount 1
    }

    It 'follows <Link>' -ForEach @(
        @{ Link = 'properties.nextLink'; Body = '{"properties":{"nextLink":"/subscriptions?api-version=2022-12-01","rows":[]}}' }
        @{ Link = '@odata.nextLink'; Body = '{"@odata.nextLink":"/subscriptions?api-version=2022-12-01"}' }
        @{ Link = 'odata.nextLink'; Body = '{"odata.nextLink":"/subscriptions?api-version=2022-12-01"}' }
    ) {
        Set-ArmFault -Simulator $azure -Next (@{ status = 200; body = $Body } | ConvertTo-Json)
        @(Invoke-MiRestMethod -Path '/echo' -Paginate -WarningVariable warnings) | Should -HaveCount 4
        $warnings | Should -BeNullOrEmpty
    }

    It 'warns that it does not follow a next page without a link' {
        Set-ArmFault -Simulator $azure -Next (@{ status = 200; body = '{"data":[],"$skipToken":"more"}' } | ConvertTo-Json)
        @(Invoke-MiRestMethod -Path '/echo' -Paginate -WarningVariable warnings 3> $null) | Should -HaveCount 1
        $warnings.Message | Should -Match '\$skipToken'
    }

    It 'leaves a ring of pages with an error' {
        Set-ArmFault -Simulator $azure -Next (@{ status = 200; count = 100; body = '{"properties":{"nextLink":"/echo"}}' } | ConvertTo-Json)
        $failure = Get-FailureOf { Invoke-MiRestMethod -Path '/echo' -Paginate -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'MalformedResponse,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $failure.Exception.Message | Should -Match 'there already'
    }

    It 'asks for no page that nobody wants' {
        $null = Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate | Select-Object -First 1
        (Get-ArmRequest -Simulator $azure) | Should -HaveCount 1
        $null = Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01'
        (Get-ArmRequest -Simulator $azure) | Should -HaveCount 2
    }
}

Describe 'A listing' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'is not empty because its answer is no list' {
        $failure = Get-FailureOf { Get-MiVM -NextLink "$($azure.Url)/echo" -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'MalformedResponse,Tollgate.PowerShell.GetMiVMCommand'
        $failure.Exception.Message | Should -Match 'holds no list'
    }

    It 'of <Command> is empty when its answer is a list of null, and goes on to the next page' -ForEach @(
        @{ Command = 'Get-MiResource'; Given = @{} }
        @{ Command = 'Get-MiResource'; Given = @{ ResourceId = "/subscriptions/$([guid]::Empty)/providers/Microsoft.Web/sites"; ApiVersion = '2022-03-01' } }
        @{ Command = 'Get-MiResourceGroup'; Given = @{} }
        @{ Command = 'Get-MiVM'; Given = @{} }
        @{ Command = 'Get-MiSubscription'; Given = @{} }
        @{ Command = 'Get-MiTenant'; Given = @{} }
    ) {
        Set-ArmFault -Simulator $azure -Next (@{ status = 200; body = '{"value":null}' } | ConvertTo-Json)
        & $Command @Given -ErrorAction Stop | Should -BeNullOrEmpty
        @(Get-ArmRequest -Simulator $azure) | Should -HaveCount 1
        $next = if ($Command -eq 'Get-MiTenant') { '/tenants?api-version=2022-12-01' } else { '/subscriptions?api-version=2022-12-01' }
        Set-ArmFault -Simulator $azure -Next (@{ status = 200; body = '{"value":null,"nextLink":"' + $next + '"}' } | ConvertTo-Json)
        @(& $Command @Given -ErrorAction Stop).Count | Should -BeGreaterThan 0
    }

    It 'of <Command> that leads round in a ring ends with an error' -ForEach @(
        @{ Command = 'Get-MiResource' }, @{ Command = 'Get-MiResourceGroup' }, @{ Command = 'Get-MiVM' }, @{ Command = 'Get-MiSubscription' }, @{ Command = 'Get-MiTenant' }
    ) {
        $page = @{ status = 200; count = 100; body = '{"value":[],"nextLink":"/subscriptions?page=2"}' } | ConvertTo-Json
        Set-ArmFault -Simulator $azure -Next $page
        $failure = Get-FailureOf { & $Command -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -Match '^MalformedResponse,'
        $failure.Exception.Message | Should -Match 'there already'
    }

    It 'gives every resource, whatever the names in it' {
        foreach ($name in 'psobject', 'PSBase', 'pstypenames') {
            $path = "/subscriptions/$Subscription/resourceGroups/rg-web/providers/Contoso.Things/things/$name"
            $content = '{"location":"westeurope","properties":{"' + $name + '":"mine","other":1},"sku":{"' + $name + '":"mine"}}'
            $null = Invoke-MiRestMethod -Path "$path`?api-version=2024-01-01" -Method PUT -Payload $content
            $resource = Get-MiResource -ResourceId $path -ApiVersion 2024-01-01
            $resource.Properties."_$name" | Should -BeExactly 'mine'
            $resource.Properties.other | Should -Be 1
            $resource.Sku."_$name" | Should -BeExactly 'mine'
        }
    }

    It 'that leads round in a ring is left, whatever the ring''s length, and a long one is not' {
        $type = (Get-Command -Name Get-MiResource).ImplementingType.Assembly.GetType('Tollgate.PowerShell.PageCycleDetector')
        $follow = $type.GetMethod('Advance', [System.Reflection.BindingFlags] 'NonPublic, Instance')
        $seen = foreach ($length in 1, 2, 3, 7, 20) {
            foreach ($before in 0, 1, 5) {
                $trail = [Activator]::CreateInstance($type, $true)
                for ($page = 0; $page -lt 1000; $page++) {
                    $link = if ($page -lt $before) { "straight $page" } else { "ring $(($page - $before) % $length)" }
                    if (Get-FailureOf { $follow.Invoke($trail, @($link)) }) { break }
                }
                $page
            }
        }
        $seen | Should -HaveCount 15
        ($seen | Measure-Object -Maximum).Maximum | Should -BeLessThan 100
        $trail = [Activator]::CreateInstance($type, $true)
        for ($page = 0; $page -lt 5000; $page++) { $follow.Invoke($trail, @("page $page")) | Should -BeExactly "page $page" }
    }
}
