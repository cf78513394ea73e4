# What Tab offers: names that are in memory, without a question to anybody.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/TollgateTest.psm1"
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

    It 'asks nobody' {
        @(Get-ArmRequest -Simulator $azure) | Should -HaveCount 0
    }
}

Describe 'Get-Help -Online' {
    It 'leads to the page of <_>' -ForEach (Get-Command -Module Tollgate -CommandType Cmdlet).Name {
        (Get-Command -Name $_ -Module Tollgate).HelpUri | Should -BeExactly "https://github.com/tollgate-powershell/tollgate/blob/main/docs/cmdlets/$_.md"
        Join-Path -Path $PSScriptRoot -ChildPath "../../docs/cmdlets/$_.md" | Should -Exist
    }
}

Describe 'What a command says of each step' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation
    }

    It 'is a line with -Verbose when a token came from memory, and none otherwise' {
        Get-MiAccessToken -Verbose 4>&1 | Out-String | Should -Match 'came from memory; it ends \d{4}-\d\d-\d\d'
        Get-MiAccessToken -ForceRefresh -Verbose 4>&1 | Out-String | Should -Not -Match 'came from memory'
    }

    It 'is a line each with -Debug, for the decision, the source, the slot, the send and the answer' {
        $lines = @(Get-MiAccessToken -ForceRefresh -Debug 5>&1 | Where-Object -FilterScript { $_ -is [System.Management.Automation.DebugRecord] })
        # The lines of -Verbose are among them, for PowerShell would ask at each of those whether to go on.
        # Whoever has to wait in line says so too.
        $lines.Message | Where-Object -FilterScript { $_ -notmatch '^Place:' } | ForEach-Object -Process { ($_ -split ' ')[0] } | Should -Be 'Token', 'Source:', 'Slot:', 'Asking', 'Send:', 'Answer:'
        $lines.Message -join ' ' | Should -Not -Match $AnyToken
    }
}

Describe 'Remove-Module' {
    It 'stops what its runspace runs, and leaves other runspaces theirs' {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        $session = New-Session
        $null = Invoke-Session -Session $session -Script "`$null = Connect-MiAccount -SkipValidation -ContextName kept"
        $other = New-Session
        $null = Invoke-Session -Session $other -Script @"
`$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm'
`$null = Connect-MiAccount -Environment Sim -Subscription '$Subscription'
"@
        Set-ArmFault -Simulator $azure -Next '{"hang":true}'
        $states = Invoke-Session -Session $other -Script '$job = Invoke-MiRestMethod -Path "/subscriptions?api-version=2022-12-01" -AsJob; "$($job.State)"; Remove-Module -Name Tollgate; "$($job.State)"'
        $states | Should -Be 'Running', 'Stopped'
        Invoke-Session -Session $session -Script '(Get-MiContext).Name' | Should -BeExactly 'kept'
        $session, $other | ForEach-Object -Process { Close-Session -Session $_ }
    }
}
