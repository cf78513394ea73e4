# A context keeps the source of tokens it was connected through: no variable and no other session makes another identity of it.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"

    function Get-TokenCount {
        param([string[]] $Url)
        foreach ($one in $Url) { (Get-SimulatorCount -Url $one).tokens }
    }
}

Describe 'A context' {
    BeforeEach {
        Reset-Everything
        $here = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST
        $other = Start-Simulator
        $there = $other.Url
    }

    AfterEach {
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $here
        $null = Connect-MiAccount -SkipValidation
        Clear-MiContext
        Stop-Simulator -Simulator $other
    }

    It 'keeps its source when another session connects through another, and so does that one''s' {
        $null = Connect-MiAccount -SkipValidation
        $session = New-Session
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
        $null = Invoke-Session -Session $session -Script 'Clear-MiContext; Connect-MiAccount -SkipValidation'
        Get-TokenCount -Url $here, $there | Should -Be 1, 1
        $mine = (Get-MiAccessToken -ResourceTypeName KeyVault -AsPlainText).Token
        Get-TokenCount -Url $here, $there | Should -Be 2, 1
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $here
        $theirs = Invoke-Session -Session $session -Script '(Get-MiAccessToken -ResourceTypeName KeyVault -AsPlainText).Token'
        Get-TokenCount -Url $here, $there | Should -Be 2, 2
        $theirs | Should -Not -BeExactly $mine
        # From memory, too, and past it.
        (Get-MiAccessToken -ResourceTypeName KeyVault -AsPlainText).Token | Should -BeExactly $mine
        $null = Invoke-Session -Session $session -Script 'Get-MiAccessToken -ResourceTypeName KeyVault -ForceRefresh'
        Get-TokenCount -Url $here, $there | Should -Be 2, 3
        Close-Session -Session $session
    }

    It 'is not moved by a changed variable, nor by Test-MiAccount, which says where it would connect now' {
        $null = Connect-MiAccount -SkipValidation
        (Test-MiAccount)[0].Result | Should -Be 'Passed'
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
        $source = (Test-MiAccount)[0]
        $source.Name | Should -BeExactly 'Source'
        $source.Result | Should -Be 'Warning'
        $source.Detail | Should -Match ([regex]::Escape($there))
        $source.Detail | Should -Match 'context in use keeps another source'
        $source.Advice | Should -Match 'Connect-MiAccount'
        $before = Get-TokenCount -Url $here, $there
        $null = Get-MiAccessToken -ResourceTypeName KeyVault
        Get-TokenCount -Url $here, $there | Should -Be ($before[0] + 1), $before[1]
        $null = Connect-MiAccount -SkipValidation
        (Test-MiAccount)[0].Result | Should -Be 'Passed'
    }

    It 'keeps its source in requests to Azure' {
        $arm = Start-ArmSimulator
        try {
            Connect-ArmSimulator -Simulator $arm
            $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
            $null = Test-MiAccount
            $before = Get-TokenCount -Url $here, $there
            foreach ($command in { Get-MiSubscription }, { Get-MiResourceGroup }, { Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' }) {
                Clear-MiTokenCache
                $null = & $command
            }
            Get-TokenCount -Url $here, $there | Should -Be ($before[0] + 3), $before[1]
        }
        finally {
            Stop-Simulator -Simulator $arm
        }
    }

    It 'keeps its tokens when its namesake at another source is disconnected' {
        $null = Connect-MiAccount -SkipValidation
        $session = New-Session
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
        $null = Invoke-Session -Session $session -Script 'Clear-MiContext; Connect-MiAccount -SkipValidation'
        $null = Get-MiAccessToken
        @(Get-MiTokenCache).Count | Should -Be 2
        $null = Invoke-Session -Session $session -Script 'Disconnect-MiAccount'
        @(Get-MiTokenCache).Endpoint | Should -Match ([regex]::Escape($here))
        Close-Session -Session $session
    }

    It 'is another identity''s than its namesake''s at another source: disconnecting <What> leaves that' -ForEach @(
        @{ What = 'the account in use'; Disconnect = { Disconnect-MiAccount } }
        @{ What = 'by the context''s name'; Disconnect = { Disconnect-MiAccount -ContextName there } }
        @{ What = 'the account'; Disconnect = { (Get-MiContext).Account | Disconnect-MiAccount } }
        @{ What = 'the account of the context'; Disconnect = { Get-MiContext | Disconnect-MiAccount } }
    ) {
        $null = Connect-MiAccount -SkipValidation -ContextName here
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
        $null = Connect-MiAccount -SkipValidation -ContextName there
        @(Get-MiTokenCache) | Should -HaveCount 2
        (& $Disconnect).Id | Should -BeExactly 'MSI@50342'
        Get-MiContext | Should -BeNullOrEmpty
        @(Get-MiContext -ListAvailable).Name | Should -BeExactly 'here'
        @(Get-MiTokenCache).Endpoint | Should -Match ([regex]::Escape($here))
    }

    It 'goes with its namesakes when they are named by the id' {
        $null = Connect-MiAccount -SkipValidation -ContextName here
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
        $null = Connect-MiAccount -SkipValidation -ContextName there
        (Disconnect-MiAccount -Username 'MSI@50342').Id | Should -BeExactly 'MSI@50342'
        Get-MiContext -ListAvailable | Should -BeNullOrEmpty
        Get-MiTokenCache | Should -BeNullOrEmpty
    }

    It 'does not tell its namesake at another source what it sees' {
        $arm = Start-ArmSimulator
        try {
            Connect-ArmSimulator -Simulator $arm
            $null = Set-MiContext -Subscription $Subscription
            Get-ArmRequest -Simulator $arm | Should -BeNullOrEmpty
            $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
            $null = Connect-MiAccount -Environment Sim -SkipValidation -Tenant $Tenant -ContextName there
            $null = Set-MiContext -Subscription $Subscription
            Get-ArmRequest -Simulator $arm | Should -Not -BeNullOrEmpty
        }
        finally {
            Stop-Simulator -Simulator $arm
        }
    }

    It 'from another process that was never used goes by <What>, whatever the variables say' -ForEach @(
        @{ What = 'Clear-MiContext'; Remove = { Clear-MiContext } }
        @{ What = 'Disconnect-MiAccount'; Remove = { Disconnect-MiAccount } }
        @{ What = 'removing the module'; Remove = { [Tollgate.PowerShell.ModuleCleanup]::new().OnRemove($null) } }
    ) {
        $null = Connect-MiAccount -SkipValidation
        $text = [System.Management.Automation.PSSerializer]::Serialize((Get-MiContext))
        Clear-MiContext
        $null = Set-MiContext -Context ([System.Management.Automation.PSSerializer]::Deserialize($text))
        $before = Set-TestEnvironment -Variables @{ IDENTITY_ENDPOINT = 'x y'; IDENTITY_HEADER = 'header' }
        try {
            (Get-FailureOf { Get-MiAccessToken }).FullyQualifiedErrorId | Should -Match '^InvalidArgument,'
            $null = & $Remove
            Get-MiContext -ListAvailable | Should -BeNullOrEmpty
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
    }

    It 'from another process takes the source that is found at its first use, and keeps that' {
        $null = Connect-MiAccount -SkipValidation
        $text = [System.Management.Automation.PSSerializer]::Serialize((Get-MiContext))
        Clear-MiContext
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $there
        $context = [Tollgate.PowerShell.MiContext] [System.Management.Automation.PSSerializer]::Deserialize($text)
        $null = Get-MiAccessToken -DefaultProfile $context
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $here
        $null = Connect-MiAccount -SkipValidation
        $before = Get-TokenCount -Url $here, $there
        $before[1] | Should -Be 1
        $null = Get-MiAccessToken -DefaultProfile $context -ResourceTypeName KeyVault
        Get-TokenCount -Url $here, $there | Should -Be $before[0], 2
    }

    It 'is the same however its id is spelled' {
        foreach ($id in $First.ClientId, " $($First.ClientId)`r`n", $First.ClientId.ToUpperInvariant()) {
            $null = Connect-MiAccount -SkipValidation -ClientId $id
        }
        @(Get-MiContext -ListAvailable).Count | Should -Be 1
        $null = Connect-MiAccount -SkipValidation -ClientId "`t$($First.ClientId)`n"
        (Get-MiContext).Account.Id | Should -BeExactly $First.ClientId
        @(Get-MiTokenCache).Count | Should -Be 1
    }
}

Describe 'A changed default identity' {
    It 'gets its own token after a connect, and the context before it keeps its own' {
        Reset-Everything
        $there = Enter-Host -Kind machine-learning -Argument '--no-limits'
        try {
            $null = Connect-MiAccount -SkipValidation
            $first = Get-MiContext
            $before = (Get-MiAccessToken -AsPlainText).Token
            $null = Set-TestEnvironment -Variables @{ DEFAULT_IDENTITY_CLIENT_ID = $Second.ClientId }
            (Get-MiAccessToken -AsPlainText).Token | Should -BeExactly $before
            $null = Connect-MiAccount -SkipValidation
            (Get-MiAccessToken -AsPlainText).Token | Should -Not -BeExactly $before
            (Get-MiAccessToken -AsPlainText -DefaultProfile $first).Token | Should -BeExactly $before
            Get-TokenCount -Url $there.Url | Should -Be 2
        }
        finally {
            Exit-Host -Visited $there
        }
    }
}

Describe 'Removing the module' {
    It 'removes this session''s contexts and the tokens of their identities, and no others' {
        $said = Invoke-FreshShell -Script @"
Import-Module -Name '$Manifest'
`$null = Connect-MiAccount -SkipValidation -ClientId '$($Second.ClientId)'
`$runspace = [runspacefactory]::CreateRunspace()
`$runspace.Open()
`$shell = [powershell]::Create()
`$shell.Runspace = `$runspace
`$null = `$shell.AddScript("Import-Module -Name '$Manifest'; Clear-MiContext; Connect-MiAccount -SkipValidation -ClientId '$($First.ClientId)'").Invoke()
`$null = Get-MiAccessToken
'tokens: ' + @(Get-MiTokenCache).Count
Remove-Module -Name Tollgate
Import-Module -Name '$Manifest'
'context: ' + (Get-MiContext)
'left: ' + (Get-MiTokenCache).Identity
`$shell.Commands.Clear()
'other: ' + `$shell.AddScript('(Get-MiContext).Account.Id').Invoke()
`$runspace.Dispose()
'after: ' + (Get-MiTokenCache).Identity
"@
        $lines = $said -split '\r?\n'
        $lines[0..4] | Should -Be 'tokens: 2', 'context: ', "left: $($First.ClientId)", "other: $($First.ClientId)", "after: $($First.ClientId)"
    }
}

Describe 'Forgetting during a request' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        $session = New-Session
        $null = Invoke-Session -Session $session -Script "Clear-MiContext; Connect-MiAccount -SkipValidation -ClientId '$($First.ClientId)'"
    }

    It 'by <What> does not bring the token back' -ForEach @(
        @{ What = 'Clear-MiTokenCache'; Forget = { Clear-MiTokenCache } }
        @{ What = 'Clear-MiTokenCache of one resource'; Forget = { Clear-MiTokenCache -ResourceTypeName KeyVault } }
        @{ What = 'Disconnect-MiAccount'; Forget = { Disconnect-MiAccount } }
        @{ What = 'Clear-MiContext'; Forget = { Clear-MiContext } }
    ) {
        Send-Simulator -Path faults -Json '[{"fault":"hold"}]'
        $session.Commands.Clear()
        $null = $session.AddScript('(Get-MiAccessToken -ResourceTypeName KeyVault -AsPlainText).Token')
        $running = $session.BeginInvoke()
        Wait-SimulatorCount -Name held -Value 1
        $null = & $Forget
        Send-Simulator -Path release
        $session.EndInvoke($running) | Should -Match $AnyToken
        Get-MiTokenCache | Where-Object -Property Resource -EQ -Value 'https://vault.azure.net' | Should -BeNullOrEmpty
        Close-Session -Session $session
    }
}
