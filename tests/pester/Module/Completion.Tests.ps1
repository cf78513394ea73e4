# What Tab offers: names that are in memory, without a question to anybody.
BeforeDiscovery {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters
    $texts = foreach ($cmdlet in (Get-Module -Name Tollgate).ExportedCmdlets.Values) {
        foreach ($parameter in $cmdlet.Parameters.Values | Where-Object -Property Name -NotIn -Value $common) {
            # These are the two that name a file.
            if ($parameter.ParameterType -in [string], [string[]], [uri] -and $parameter.Name -notin 'InFile', 'OutFile') {
                @{ Line = "$($cmdlet.Name) -$($parameter.Name)" }
            }
        }
    }
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator

    function Get-Offer {
        param([string] $Line)
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Tab' {
    BeforeAll {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        $null = Get-MiSubscription
        $null = Get-MiResourceGroup
        Clear-ArmRequest -Simulator $azure
    }

    AfterEach {
        @(Get-ArmRequest -Simulator $azure) | Should -HaveCount 0
    }

    It 'offers ids of subscriptions that are known, and no names: <_>' -ForEach 'Get-MiSubscription -SubscriptionId ', 'Invoke-MiRestMethod -SubscriptionId ' {
        Get-Offer $_ | Should -Contain "'$Subscription'"
        Get-Offer $_ | Should -Not -Contain "'Simulated One'"
    }

    It 'offers names, and no ids: <_>' -ForEach 'Get-MiSubscription -SubscriptionName ' {
        Get-Offer $_ | Should -Contain "'Simulated One'"
        Get-Offer $_ | Should -Not -Contain "'$Subscription'"
    }

    It 'offers subscriptions that are known, by name and by id: <_>' -ForEach 'Set-MiContext -Subscription ', 'Connect-MiAccount -Subscription ' {
        Get-Offer $_ | Should -Contain "'Simulated One'"
        Get-Offer ($_ + 'b0000000-5b5c-4000-8000-000000000001') | Should -Be "'$Subscription'"
    }

    It 'offers resource groups that are known: <_>' -ForEach 'Get-MiResourceGroup -Name rg-w', 'Get-MiResource -ResourceGroupName rg-w', 'Get-MiVM -ResourceGroupName rg-w', 'Invoke-MiRestMethod -ResourceGroupName rg-w' {
        Get-Offer $_ | Should -Contain "'rg-web'"
    }

    It 'offers audiences, and those of tokens in memory: <_>' -ForEach 'Get-MiAccessToken -ResourceUrl ', 'Test-MiAccount -ResourceUrl ', 'Clear-MiTokenCache -ResourceUrl ' {
        $null = Get-MiAccessToken -ResourceUrl 'https://contoso.example'
        Get-Offer $_ | Should -Contain "'https://contoso.example'"
        Get-Offer ($_ + 'https://man') | Should -Contain "'$Arm'"
    }

    It 'offers contexts: <_>' -ForEach 'Select-MiContext -Name sp', 'Get-MiContext -Name sp', 'Set-MiContext -Name sp', 'Connect-MiAccount -ContextName sp', 'Disconnect-MiAccount -ContextName sp' {
        $null = Connect-MiAccount -SkipValidation -ContextName spare -Force
        Get-Offer $_ | Should -Be 'spare'
    }

    It 'offers virtual machines that were seen, in a list or by name: <Seen>' -ForEach @(
        @{ Seen = { Get-MiVM }; Offers = "'vm-db-1'"; Typed = 'vm-' }
        @{ Seen = { Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 }; Offers = "'Vm-App-1'"; Typed = 'vm-a' }
        @{ Seen = { Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -Status }; Offers = "'Vm-App-1'"; Typed = 'vm-a' }
    ) {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        Get-Offer "Get-MiVM -Name $Typed" | Should -BeNullOrEmpty
        $null = & $Seen
        Clear-ArmRequest -Simulator $azure
        Get-Offer "Get-MiVM -Name $Typed" | Should -Contain $Offers
    }

    It 'offers the accounts and the tenants of this session''s contexts: <Line>' -ForEach @(
        @{ Line = 'Connect-MiAccount -AccountId MSI'; Offers = "'MSI@50342'" }
        @{ Line = 'Test-MiAccount -AccountId MSI'; Offers = "'MSI@50342'" }
        @{ Line = 'Disconnect-MiAccount -Username MSI'; Offers = "'MSI@50342'" }
        @{ Line = 'Connect-MiAccount -Tenant '; Offers = "'$Tenant'" }
        @{ Line = 'Get-MiTenant -TenantId '; Offers = "'$Tenant'" }
        @{ Line = 'Set-MiContext -Tenant '; Offers = "'$Tenant'" }
    ) {
        Connect-ArmSimulator -Simulator $azure
        Get-Offer $Line | Should -Contain $Offers
    }
}

Describe 'Tab in a folder with files' {
    BeforeAll {
        Reset-Everything
        Push-Location -Path $TestDrive
        $null = New-Item -Path first.txt, second.txt -Value 'x'
    }

    AfterAll {
        Pop-Location
    }

    It 'offers none of them as a value that is no file: <Line>' -ForEach $texts {
        foreach ($typed in "$Line ", "$Line f") {
            (TabExpansion2 -inputScript $typed -cursorColumn $typed.Length).CompletionMatches.ResultType | Should -Not -Contain 'ProviderItem'
        }
    }

    It 'offers them where a file is meant: <_>' -ForEach '-InFile', '-OutFile' {
        Get-Offer "Invoke-MiRestMethod $_ f" | Should -Match 'first\.txt'
    }
}

Describe 'Tab in a session that is connected no more, after <Command>' -ForEach @{ Command = 'Clear-MiContext' }, @{ Command = 'Disconnect-MiAccount' } {
    It 'offers no names of what its identities saw: <_>' -ForEach 'Connect-MiAccount -Subscription ', 'Get-MiSubscription -SubscriptionId ', 'Get-MiResourceGroup -Name rg-w', 'Get-MiVM -Name vm-', 'Connect-MiAccount -Tenant ' {
        $seen = "^'(rg-|vm-|Simulated|$Subscription|$Tenant)"
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        $null = Get-MiSubscription
        $null = Get-MiResourceGroup
        $null = Get-MiVM
        @(Get-Offer $_) -match $seen | Should -Not -BeNullOrEmpty
        $null = & $Command
        @(Get-Offer $_) -match $seen | Should -BeNullOrEmpty
    }
}
