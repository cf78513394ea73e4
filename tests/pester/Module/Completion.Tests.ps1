# What Tab offers: names that are in memory, without a question to anybody.
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

    It 'offers contexts' {
        $null = Connect-MiAccount -SkipValidation -ContextName spare
        Get-Offer 'Select-MiContext -Name sp' | Should -Be 'spare'
    }
}

Describe 'Tab in a session that is connected no more, after <Command>' -ForEach @{ Command = 'Clear-MiContext' }, @{ Command = 'Disconnect-MiAccount' } {
    It 'offers no names of what its identities saw: <_>' -ForEach 'Connect-MiAccount -Subscription ', 'Get-MiSubscription -SubscriptionId ', 'Get-MiResourceGroup -Name rg-w' {
        $seen = "^'(rg-|Simulated|$Subscription)"
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        $null = Get-MiSubscription
        $null = Get-MiResourceGroup
        @(Get-Offer $_) -match $seen | Should -Not -BeNullOrEmpty
        $null = & $Command
        @(Get-Offer $_) -match $seen | Should -BeNullOrEmpty
    }
}
