# Virtual machines: as they are configured, and how they run.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
    $machines = "/subscriptions/$Subscription/resourceGroups/RG-TEST-16/providers/Microsoft.Compute/virtualMachines"
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Get-MiVM' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'lists the machines of <Where>' -ForEach @(
        @{ Where = 'the subscription'; Parameters = @{} }
        @{ Where = 'a resource group'; Parameters = @{ ResourceGroupName = 'rg-test-16' } }
        @{ Where = 'groups with a pattern'; Parameters = @{ ResourceGroupName = 'rg-t*' } }
        @{ Where = 'a region'; Parameters = @{ Location = 'westeurope' } }
    ) {
        $found = Get-MiVM @Parameters
        $found.Name | Sort-Object | Should -Be 'Vm-App-1', 'vm-db-1'
        $found.Tags | ForEach-Object -Process { $_['subscription'] } | Select-Object -Unique | Should -BeExactly $Subscription
        $found.PowerState | Should -Be $null, $null
        @(Get-ArmRequest -Simulator $azure).Count | Should -Be 1
    }

    It 'finds <Names> by <Pattern>' -ForEach @(
        @{ Pattern = 'VM-APP-1'; Names = 'Vm-App-1' }
        @{ Pattern = '*db*'; Names = 'vm-db-1' }
        @{ Pattern = 'none*'; Names = @() }
        @{ Pattern = 'none'; Names = @() }
    ) {
        (Get-MiVM -Name $Pattern -ErrorAction Stop).Name | Should -Be $Names
    }

    It 'gets one by group and name, also by position, from properties and by id' {
        $one = Get-MiVM -ResourceGroupName RG-TEST-16 -Name vm-app-1
        $one.Name | Should -BeExactly 'Vm-App-1'
        (Get-MiVM rg-test-16 vm-app-1).Id | Should -BeExactly $one.Id
        ([pscustomobject]@{ ResourceGroupName = 'rg-test-16'; Name = 'vm-app-1' } | Get-MiVM).Id | Should -BeExactly $one.Id
        (Get-MiVM -ResourceId $one.Id).Id | Should -BeExactly $one.Id
        (Get-MiResource -Name Vm-App-1 | Get-MiVM).Id | Should -BeExactly $one.Id
        ($one | Get-MiVM -Status).Name | Should -BeExactly 'Vm-App-1'
        (Get-ArmRequest -Simulator $azure).path | Select-Object -First 2 | Should -Match '/resourceGroups/rg-test-16/providers/Microsoft.Compute/virtualMachines/vm-app-1$'
    }

    It 'gives the properties that scripts written for Az read' {
        $machine = Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1
        $machine.ResourceGroupName | Should -BeExactly 'RG-TEST-16'
        $machine.Id | Should -BeExactly "$machines/Vm-App-1"
        $machine.VmId | Should -BeExactly 'd0000000-0d1d-4000-8001-000000000001'
        $machine.Type | Should -BeExactly 'Microsoft.Compute/virtualMachines'
        $machine.Location | Should -BeExactly 'westeurope'
        $machine.ProvisioningState | Should -BeExactly 'Succeeded'
        $machine.HardwareProfile.VmSize | Should -BeExactly 'Standard_D2s_v5'
        $machine.StorageProfile.OsDisk.OsType | Should -BeExactly 'Linux'
        $machine.StorageProfile.OsDisk.ManagedDisk.Id | Should -Match '/disks/Vm-App-1_OsDisk_1$'
        $machine.StorageProfile.OsDisk.DiskSizeGB | Should -Be 30
        $machine.StorageProfile.DataDisks.Count | Should -Be 0
        $machine.OSProfile.ComputerName | Should -BeExactly 'vm-app-1'
        $machine.NetworkProfile.NetworkInterfaces[0].Id | Should -Match '/networkInterfaces/nic-app-1$'
        $machine.NetworkProfile.NetworkInterfaces[0].Primary | Should -BeTrue
        $machine.DiagnosticsProfile.BootDiagnostics.Enabled | Should -BeTrue
        $machine.Identity.PrincipalId | Should -Not -BeNullOrEmpty
        $machine.Zones | Should -Be '1'
        $machine.TimeCreated | Should -Be ([datetime]::new(2024, 5, 1, 8, 0, 0, [System.DateTimeKind]::Utc))
        $machine.StatusCode | Should -Be 'OK'
        $machine.RequestId | Should -Not -BeNullOrEmpty
        $names = $machine.StorageProfile.OsDisk.PSObject.Properties.Name
        $names | Should -MatchExactly '^[A-Z]'
        foreach ($name in 'ExtendedLocation', 'LicenseType', 'AvailabilitySetReference', 'Extensions', 'InstanceView', 'SecurityProfile', 'BillingProfile', 'Plan', 'DisplayHint', 'FullyQualifiedDomainName', 'AdditionalCapabilities', 'ProximityPlacementGroup', 'Host', 'VirtualMachineScaleSet', 'EvictionPolicy', 'Priority', 'HostGroup', 'CapacityReservation', 'UserData', 'Etag') {
            $machine.PSObject.Properties.Name | Should -Contain $name
        }
    }

    Context 'a machine of which Azure says little' {
        BeforeEach {
            $bare = @{
                location   = 'westeurope'
                properties = @{
                    storageProfile = @{ osDisk = @{ osType = 'Linux' }; imageReference = @{ offer = 'ubuntu' }; dataDisks = @(@{ lun = 0 }) }
                    osProfile      = @{ linuxConfiguration = @{} }
                    networkProfile = @{ networkInterfaces = @(@{ id = 'nic' }) }
                }
                resources  = @(
                    # In the order in which Azure may say it.
                    [ordered]@{ properties = @{ type = 'AzureMonitorLinuxAgent'; publisher = 'Microsoft' }; type = 'Microsoft.Compute/virtualMachines/extensions'; name = 'agent' }
                )
            }
            $null = Invoke-MiRestMethod -Path "$machines/bare?api-version=2024-07-01" -Method PUT -Payload ($bare | ConvertTo-Json -Depth 9) -WaitForCompletion
        }

        It 'has tags and extensions that can be asked at once' {
            (Get-MiVM -ResourceGroupName rg-test-16 -Name bare).Tags.ContainsKey('Environment') | Should -BeFalse
            (Get-MiVM -ResourceGroupName rg-test-16 | Where-Object -FilterScript { $_.Tags['Environment'] -eq 'simulated' }).Count | Should -Be 2
            (Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1).Extensions.Count | Should -Be 0
        }

        It 'has the names that scripts ask for in strict mode' {
            $session = New-Session -Context (Get-MiContext)
            try {
                $said = Invoke-Session -Session $session -Script @'
Set-StrictMode -Version Latest
$machine = Get-MiVM -ResourceGroupName rg-test-16 -Name bare
$null -eq $machine.OSProfile.WindowsConfiguration
$null -eq $machine.StorageProfile.OsDisk.Vhd
$null -eq $machine.StorageProfile.OsDisk.EncryptionSettings
$null -eq $machine.StorageProfile.ImageReference.Id
$null -eq $machine.StorageProfile.DataDisks[0].ManagedDisk
$null -eq $machine.NetworkProfile.NetworkInterfaces[0].Primary
$null -eq (Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -Status).Statuses[0].Message
'@
            }
            finally {
                Close-Session -Session $session
            }
            $said | Should -Be @($true, $true, $true, $true, $true, $true, $true)
        }

        It 'tells what an extension is from that it is one' {
            $extension = (Get-MiVM -ResourceGroupName rg-test-16 -Name bare).Extensions[0]
            $extension.Name | Should -BeExactly 'agent'
            $extension.Type | Should -BeExactly 'Microsoft.Compute/virtualMachines/extensions'
            $extension.VirtualMachineExtensionType | Should -BeExactly 'AzureMonitorLinuxAgent'
            $extension.Publisher | Should -BeExactly 'Microsoft'
        }
    }

    It 'says in a list how each machine of the subscription runs, with one list more' {
        $found = Get-MiVM -Status
        ($found | Where-Object -Property Name -EQ -Value 'Vm-App-1').PowerState | Should -BeExactly 'VM running'
        ($found | Where-Object -Property Name -EQ -Value 'vm-db-1').PowerState | Should -BeExactly 'VM deallocated'
        ($found | Where-Object -Property Name -EQ -Value 'Vm-App-1').OsName | Should -BeExactly 'ubuntu'
        $found[0].HardwareProfile.VmSize | Should -BeExactly 'Standard_D2s_v5'
        @(Get-ArmRequest -Simulator $azure).Count | Should -Be 2
    }

    It 'asks only the machines that fit how they run: <Parameters.Keys>' -ForEach @(
        @{ Parameters = @{ ResourceGroupName = 'rg-test-16' }; Asked = 3 }
        @{ Parameters = @{ Location = 'westeurope' }; Asked = 3 }
        @{ Parameters = @{ Name = '*app*' }; Asked = 2 }
    ) {
        $found = Get-MiVM @Parameters -Status
        ($found | Where-Object -Property Name -EQ -Value 'Vm-App-1').PowerState | Should -BeExactly 'VM running'
        @(Get-ArmRequest -Simulator $azure).Count | Should -Be $Asked
    }

    It 'lists a machine whose state cannot be had, beside the error' {
        Set-ArmFault -Simulator $azure -Next ('{{"status":404,"path":"{0}/vm-db-1/instanceView","code":"ResourceNotFound","message":"gone"}}' -f $machines)
        $found = Get-MiVM -ResourceGroupName rg-test-16 -Status -ErrorVariable failure -ErrorAction SilentlyContinue
        ($found | Where-Object -Property Name -EQ -Value 'vm-db-1').PowerState | Should -BeExactly 'Info Not Available'
        ($found | Where-Object -Property Name -EQ -Value 'Vm-App-1').PowerState | Should -BeExactly 'VM running'
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'ResourceNotFound,Tollgate.PowerShell.GetMiVMCommand'
    }

    It 'gives the instance view of one machine with -Status' {
        $view = Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -Status
        $view.GetType().Name | Should -BeExactly 'MiVirtualMachineInstanceView'
        $view.ResourceGroupName | Should -BeExactly 'RG-TEST-16'
        $view.Statuses[1].Code | Should -BeExactly 'PowerState/running'
        $view.Statuses[1].DisplayStatus | Should -BeExactly 'VM running'
        $view.Statuses[0].Time | Should -Be ([datetime]::new(2024, 5, 1, 8, 0, 0, [System.DateTimeKind]::Utc))
        $view.OsName | Should -BeExactly 'ubuntu'
        $view.ComputerName | Should -BeExactly 'vm-app-1'
        $view.HyperVGeneration | Should -BeExactly 'V2'
        $view.VMAgent.VmAgentVersion | Should -BeExactly '2.9.1.1'
        $view.Disks[0].Statuses[0].Code | Should -BeExactly 'ProvisioningState/succeeded'
        (Get-MiVM -ResourceId "$machines/vm-db-1" -Status).Statuses.Code | Should -Be 'ProvisioningState/succeeded', 'PowerState/deallocated'
        $null = Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -Status -UserData 3> $null
        (Get-ArmRequest -Simulator $azure)[-1].query | Should -Match '\$expand=instanceView$'
    }

    It 'asks for a region as one part of the address' {
        $null = Get-MiVM -Location 'west/europe' -ErrorAction SilentlyContinue
        (Get-ArmRequest -Simulator $azure).path | Should -Match '/locations/west%2Feurope/virtualMachines$'
    }

    It 'gives user data of one machine' {
        (Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1).UserData | Should -BeNullOrEmpty
        (Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -UserData).UserData | Should -BeExactly 'c2ltdWxhdGVk'
    }

    It 'says that <Why>' -ForEach @(
        @{ Given = '-Name vm-app-*'; Kind = 'MiVirtualMachine'; Why = 'a list of machines has no user data' }
        @{ Given = '-ResourceGroupName rg-test-16 -Name vm-app-1 -Status'; Kind = 'MiVirtualMachineInstanceView'; Why = '-Status gives how the machine runs and not how it is configured' }
    ) {
        $session = Invoke-FreshShell -Script @"
`$env:AZURE_POD_IDENTITY_AUTHORITY_HOST = '$env:AZURE_POD_IDENTITY_AUTHORITY_HOST'
Import-Module -Name '$Manifest'
`$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm'
`$null = Connect-MiAccount -Environment Sim -Subscription '$Subscription'
(Get-MiVM $Given -UserData -WarningVariable said -WarningAction SilentlyContinue).GetType().Name
`$said
"@
        $session | Should -Match "^$Kind\s+Get-MiVM takes -UserData without effect: $Why"
    }

    It 'says of a machine that is not there that it was not found, and goes on' {
        $found = 'none', 'vm-db-1' | ForEach-Object -Process { [pscustomobject]@{ ResourceGroupName = 'rg-test-16'; VMName = $_ } } |
            Get-MiVM -ErrorVariable failure -ErrorAction SilentlyContinue
        $found.Name | Should -Be 'vm-db-1'
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'ResourceNotFound,Tollgate.PowerShell.GetMiVMCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure[0].TargetObject | Should -BeExactly 'none'
        $failure[0].Exception.ServiceCode | Should -BeExactly 'ResourceNotFound'
    }

    It 'reads every page, and goes on from the link of one' {
        Send-Simulator -Path content -Json '{"pageSize":1}' -Url $azure.Url
        (Get-MiVM).Name | Sort-Object | Should -Be 'Vm-App-1', 'vm-db-1'
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked.Count | Should -Be 2
        $link = "$($azure.Url)$($asked[1].path)?$($asked[1].query)"
        @(Get-MiVM -NextLink $link).Count | Should -Be 1
        Clear-ArmRequest -Simulator $azure
        (Get-MiVM -NextLink $link -Status).PowerState | Should -Match '^VM '
        @(Get-ArmRequest -Simulator $azure).path | Should -Match '/virtualMachines(/[^/]+/instanceView)?$'
        @(Get-ArmRequest -Simulator $azure).Count | Should -Be 2
        @(Get-ArmRequest -Simulator $azure).query | Should -Not -Match 'statusOnly'
    }

    It 'sends no token along a link to another host' {
        $failure = Get-FailureOf { Get-MiVM -NextLink 'https://evil.example/?page=2' -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiVMCommand'
        $failure = Get-FailureOf { Get-MiVM -NextLink 'page=2' }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiVMCommand'
        $failure.TargetObject | Should -Be 'page=2'
    }

    It 'is shown as in Az' {
        $list = Get-MiVM | Out-String -Width 200
        $list | Should -Match 'ResourceGroupName\s+Name\s+Location\s+VmSize\s+OsType\s+NIC\s+ProvisioningState\s+Zone\s'
        $list | Should -Match 'RG-TEST-16\s+Vm-App-1\s+westeurope\s+Standard_D2s_v5\s+Linux\s+nic-app-1\s+Succeeded\s+1\s'
        Get-MiVM -Status | Out-String -Width 200 | Should -Match 'Zone\s+PowerState[\s\S]+VM deallocated'
        $one = Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 | Out-String -Width 200
        $one | Should -Match 'HardwareProfile\s+: \{VmSize, VmSizeProperties\}'
        $one | Should -Match 'NetworkProfile\s+: \{NetworkInterfaces, NetworkApiVersion, NetworkInterfaceConfigurations\}'
        Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -DisplayHint Expand | Out-String -Width 200 | Should -Match '"VmSize":\s+"Standard_D2s_v5"'
        Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -Status | Out-String -Width 200 | Should -Match 'PowerState/running \(VM running\)'
    }
}
