# Handing over: the genuine Az.Accounts (here a stand-in with its parameters) is logged in by token, for this process, and kept so.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/TollgateTest.psm1"
    $azure = Start-ArmSimulator

    # What stands for the part of Azure that a login by token serves.
    $services = @{
        AzureKeyVaultDnsSuffix                   = 'vault.azure.net'
        AzureKeyVaultServiceEndpointResourceId   = 'https://vault.azure.net'
        MicrosoftGraphUrl                        = 'https://graph.microsoft.com'
        MicrosoftGraphEndpointResourceId         = 'https://graph.microsoft.com/'
    }

    # The login that is kept, and whether it is due is up to the test: there is no waiting for the end of a token.
    function Get-Kept {
        $type = (Get-Command -Name Connect-MiAccount).ImplementingType.Assembly.GetType('Tollgate.PowerShell.AzHandOver')
        $type.GetField('current', [System.Reflection.BindingFlags] 'NonPublic, Static').GetValue($null)
    }

    # The seconds until it is due.
    function Get-Due {
        $kept = Get-Kept
        $due = $kept.GetType().GetField('renewFrom', [System.Reflection.BindingFlags] 'NonPublic, Instance').GetValue($kept)
        ($due - [datetimeoffset]::UtcNow).TotalSeconds
    }

    function Set-Due {
        $kept = Get-Kept
        $kept.GetType().GetField('renewFrom', [System.Reflection.BindingFlags] 'NonPublic, Instance').SetValue($kept, [datetimeoffset]::UtcNow.AddSeconds(-1))
    }

    function Get-Login {
        & (Get-Module -Name Az.Accounts) { $script:Calls }
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Connect-MiAccount -HandOver' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        Clear-MiContext
        $null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint $azure.Url -ActiveDirectoryServiceEndpointResourceId $Arm @services
        Import-Module -Name $StandIn -Force -Global
    }

    AfterEach {
        Clear-MiContext
        Remove-Module -Name Az.Accounts -Force -ErrorAction SilentlyContinue
    }

    It 'logs Az.Accounts in by three tokens, for this process only and without a question to Azure, and says what that cannot do' {
        $connected = Connect-MiAccount -Environment Sim -AccountId $First.ClientId -Subscription $Subscription -SkipContextPopulation -HandOver -WarningVariable warnings 3> $null
        $connected.Context.Subscription.Name | Should -BeExactly 'Simulated One'
        $login = @(Get-Login)
        $login | Should -HaveCount 1
        $login[0].AccessToken | Should -Match $AnyToken
        $login[0].KeyVaultAccessToken | Should -Match $AnyToken
        $login[0].MicrosoftGraphAccessToken | Should -Match $AnyToken
        @($login[0].AccessToken, $login[0].KeyVaultAccessToken, $login[0].MicrosoftGraphAccessToken | Select-Object -Unique) | Should -HaveCount 3
        $login[0].AccountId | Should -BeExactly $First.ClientId
        $login[0].Tenant | Should -BeExactly $Tenant
        $login[0].Subscription | Should -BeExactly $Subscription
        $login[0].Scope | Should -BeExactly 'Process'
        $login[0].SkipValidation | Should -BeTrue
        $login[0].SkipContextPopulation | Should -BeTrue
        (Az.Accounts\Get-AzContext).Account.Type | Should -BeExactly 'AccessToken'
        $warnings[-1].Message | Should -Match 'Resource Manager, Key Vault and Microsoft Graph, and nothing else.*AccessToken.*does not renew'
        $warnings -join ' ' | Should -Not -Match $AnyToken
    }

    It 'leaves the output of the login out, and shows no token in any stream' {
        $printed = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver -Verbose *>&1 | Out-String
        $printed | Should -Not -Match $AnyToken
        @(Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null) | Should -HaveCount 1
    }

    It 'renews it when a command runs and a token is near its end, and not before' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        $null = Get-MiContext
        Get-Login | Should -HaveCount 1
        Set-Due
        $null = Get-MiContext
        Get-Login | Should -HaveCount 2
        $null = Get-MiContext
        Get-Login | Should -HaveCount 2
    }

    It 'is due <Due> seconds after it began when the first of its tokens to end lives <Lifetime>' -ForEach @(
        @{ Lifetime = 7200; Due = 6600 }
        @{ Lifetime = 1260; Due = 660 }
        @{ Lifetime = 1140; Due = 570 }
    ) {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription
        Send-Simulator -Path lifetime -Json "{`"seconds`":$Lifetime}"
        $null = Get-MiAccessToken -ResourceTypeName KeyVault
        Send-Simulator -Path lifetime -Json '{"seconds":86400}'
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        Get-Due | Should -BeGreaterThan ($Due - 30)
        Get-Due | Should -BeLessOrEqual $Due
    }

    It 'goes without a token that <What>' -ForEach @(
        @{ What = 'the environment has no service for'; Environment = 'Bare'; Warnings = 0; Without = 'KeyVaultAccessToken', 'MicrosoftGraphAccessToken' }
        @{ What = 'cannot be had, which it says'; Environment = 'Sim'; Warnings = 1; Without = 'KeyVaultAccessToken' }
    ) {
        $null = Add-MiEnvironment -Name Bare -ResourceManagerEndpoint $azure.Url -ActiveDirectoryServiceEndpointResourceId $Arm
        $null = Connect-MiAccount -Environment $Environment -Subscription $Subscription
        if ($Warnings) { Send-Simulator -Path faults -Json '[{"fault":"html"}]' }
        $null = Connect-MiAccount -Environment $Environment -Subscription $Subscription -HandOver -WarningVariable said 3> $null
        @($said -match 'goes without a token for KeyVault') | Should -HaveCount $Warnings
        $login = @(Get-Login)
        $login | Should -HaveCount 1
        $login[0].AccessToken | Should -Match $AnyToken
        'KeyVaultAccessToken', 'MicrosoftGraphAccessToken' | Where-Object -FilterScript { -not $login[0].ContainsKey($_) } | Should -Be $Without
    }

    It 'gives a warning, and goes on, when there is no token to renew it with' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        Clear-MiTokenCache
        Send-Simulator -Path faults -Json '[{"fault":"html"}]'
        Set-Due
        (Get-MiContext -WarningVariable warnings 3> $null).Subscription.Id | Should -BeExactly $Subscription
        $warnings[0].Message | Should -Match 'could not be given new tokens'
        Get-Login | Should -HaveCount 1
        # Not with each command: whoever runs one waits for it.
        Get-Due | Should -BeGreaterThan 50
        Set-Due
        Get-MiContext -Verbose 4>&1 | Out-String | Should -Match 'Az\.Accounts has new tokens'
        Get-Login | Should -HaveCount 2
    }

    It 'renews it with new tokens, not with those in memory' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        Set-Due
        $null = Get-MiContext
        $login = @(Get-Login)
        foreach ($name in 'AccessToken', 'KeyVaultAccessToken', 'MicrosoftGraphAccessToken') { $login[1].$name | Should -Not -BeExactly $login[0].$name }
    }

    It 'leaves Az in the subscription that a script has chosen there' {
        $other = 'b0000000-5b5c-4000-8000-000000000002'
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        & (Get-Module -Name Az.Accounts) { param($Id) $script:Context.Subscription.Id = $Id } $other
        Set-Due
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
        @(Get-Login)[1].Subscription | Should -BeExactly $other
        Set-Due
        $null = Get-MiContext
        @(Get-Login)[2].Subscription | Should -BeExactly $other
    }

    It 'renews nothing, and says so once, when Az is <What>' -ForEach @(
        @{ What = 'logged out'; Change = { $script:Context = $null } }
        @{ What = 'logged in as somebody else'; Change = { $script:Context.Account.Id = 'deploy@contoso.example' } }
    ) {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        & (Get-Module -Name Az.Accounts) $Change
        Set-Due
        $null = Get-MiContext -WarningVariable warnings 3> $null
        $warnings[0].Message | Should -Match 'not logged in any more as Connect-MiAccount -HandOver left it'
        Get-Login | Should -HaveCount 1
        Get-Kept | Should -BeNullOrEmpty
        $null = Get-MiContext -WarningVariable later
        $later | Should -BeNullOrEmpty
    }

    It 'gives a warning, and goes on, when it cannot be renewed' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        & (Get-Module -Name Az.Accounts) { function script:Connect-AzAccount { throw 'out of order' } }
        Set-Due
        (Get-MiContext -WarningVariable warnings 3> $null).Subscription.Id | Should -BeExactly $Subscription
        $warnings[0].Message | Should -Match 'could not be given new tokens: out of order'
    }

    It 'tells why Az.Accounts does not take the login, and stays connected' {
        & (Get-Module -Name Az.Accounts) { function script:Connect-AzAccount { throw 'out of order' } }
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'Refused,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match 'does not take the login: out of order'
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
    }

    It 'ends when the account disconnects' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        $null = Disconnect-MiAccount
        Get-Kept | Should -BeNullOrEmpty
    }

    It 'stays when another account disconnects' {
        $null = Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver 3> $null
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        $null = Disconnect-MiAccount
        Get-Kept | Should -Not -BeNullOrEmpty
    }

    It 'needs a subscription by its id' {
        Send-Simulator -Path visibility -Url $azure.Url -Json (@{ $First.ClientId = @() } | ConvertTo-Json)
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -ClientId $First.ClientId -HandOver }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match '-HandOver needs a subscription'
        Get-Login | Should -BeNullOrEmpty
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'needs Az.Accounts' {
        Remove-Module -Name Az.Accounts -Force
        $before = Set-TestEnvironment -Variables @{ PSModulePath = $TestDrive }
        try {
            $failure = Get-FailureOf { Connect-MiAccount -Environment Sim -Subscription $Subscription -HandOver }
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match '-HandOver needs the module Az.Accounts'
        Get-MiContext | Should -BeNullOrEmpty
    }
}

Describe 'Connect-MiAccount -HandOver in two sessions of a process' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        Import-Module -Name $StandIn -Force -Global
        $null = Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $Subscription -HandOver 3> $null
        $other = New-Session
        $add = "Import-Module -Name '$StandIn'; `$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm'"
        $null = Invoke-Session -Session $other -Script $add
        $logins = '& (Get-Module -Name Az.Accounts) { $script:Calls.Count }'
    }

    AfterEach {
        Close-Session -Session $other
        Clear-MiContext
        Remove-Module -Name Az.Accounts -Force -ErrorAction SilentlyContinue
    }

    It 'refuses to replace the other''s <What>, and connects nobody' -ForEach @(
        @{ What = 'identity'; Given = '-ClientId $Second.ClientId -Subscription $Subscription' }
        @{ What = 'subscription'; Given = '-ClientId $First.ClientId -Subscription b0000000-5b5c-4000-8000-000000000002' }
    ) {
        $given = $Given.Replace('$Second.ClientId', $Second.ClientId).Replace('$First.ClientId', $First.ClientId).Replace('$Subscription', $Subscription)
        $said = Invoke-Session -Session $other -Script "try { Connect-MiAccount -Environment Sim $given -HandOver } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }"
        $said[0] | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $said[1] | Should -Match '-HandOver would replace the login of Az\.Accounts.*-Force'
        Invoke-Session -Session $other -Script 'Get-MiContext' | Should -BeNullOrEmpty
        Invoke-Session -Session $other -Script $logins | Should -Be 0
        Get-Login | Should -HaveCount 1
    }

    It 'refuses to replace that of its namesake at another source' {
        $there = Start-Simulator
        $before = Set-TestEnvironment -Variables @{ AZURE_POD_IDENTITY_AUTHORITY_HOST = $there.Url }
        try {
            $said = Invoke-Session -Session $other -Script "try { Connect-MiAccount -Environment Sim -ClientId '$($First.ClientId)' -Subscription '$Subscription' -HandOver } catch { `$_.Exception.Message }"
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
            Stop-Simulator -Simulator $there
        }
        $said | Should -Match '-HandOver would replace the login'
        Invoke-Session -Session $other -Script 'Get-MiContext' | Should -BeNullOrEmpty
        Invoke-Session -Session $other -Script $logins | Should -Be 0
    }

    It 'has the login for itself from before it is connected' {
        $null = Disconnect-MiAccount
        $said = Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $Subscription -HandOver 3> $null | ForEach-Object -Process {
            Invoke-Session -Session $other -Script "try { Connect-MiAccount -Environment Sim -ClientId '$($Second.ClientId)' -Subscription '$Subscription' -HandOver } catch { `$_.Exception.Message }"
        }
        $said | Should -Match '-HandOver would replace the login'
        Invoke-Session -Session $other -Script 'Get-MiContext' | Should -BeNullOrEmpty
        Get-Login | Should -HaveCount 2
    }

    It 'leaves nothing behind when whoever reads its output stops it' {
        $null = Disconnect-MiAccount
        $null = Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $Subscription -HandOver 3> $null | Select-Object -First 1
        Get-Kept | Should -BeNullOrEmpty
    }

    It 'is not undone by <What> that was under way' -ForEach @(
        @{ What = 'a renewal'; Run = '$WarningPreference = ''Stop''; (Get-MiContext).Account.Id'; Said = '' }
        @{ What = 'another hand-over'; Run = 'try { Connect-MiAccount -Environment Sim -ClientId $Id -Subscription $Subscription -HandOver -Force } catch { $_.Exception.Message }'; Said = 'another session has handed over meanwhile' }
    ) {
        $connect = "Connect-MiAccount -Environment Sim -ClientId '$($Second.ClientId)' -Subscription '$Subscription'"
        $vault = "`$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm' -AzureKeyVaultDnsSuffix vault.azure.net -AzureKeyVaultServiceEndpointResourceId https://vault.azure.net"
        if ($Said) {
            # Its token for Azure Resource Manager is in memory, and that for the vault is waited for.
            $null = Invoke-Session -Session $other -Script "$vault; $connect"
        }
        else {
            $null = Invoke-Session -Session $other -Script "$connect -HandOver -Force"
            Set-Due
        }
        $before = Invoke-Session -Session $other -Script $logins
        Send-Simulator -Path faults -Json '[{"fault":"hold"}]'
        $other.Commands.Clear()
        $null = $other.AddScript($Run.Replace('$Id', $Second.ClientId).Replace('$Subscription', $Subscription))
        $running = $other.BeginInvoke()
        Wait-SimulatorCount -Name held -Value 1
        $null = Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $Subscription -HandOver -Force 3> $null
        $kept = Get-Kept
        Send-Simulator -Path release
        $output = $other.EndInvoke($running)
        if ($Said) { $output[-1] | Should -Match $Said } else { $output | Should -BeExactly $Second.ClientId }
        Invoke-Session -Session $other -Script $logins | Should -Be $before
        Get-Kept | Should -Be $kept
    }

    It 'replaces it with -Force' {
        $null = Invoke-Session -Session $other -Script "Connect-MiAccount -Environment Sim -ClientId '$($Second.ClientId)' -Subscription '$Subscription' -HandOver -Force"
        Invoke-Session -Session $other -Script $logins | Should -Be 1
        Set-Due
        $null = Get-MiContext
        Get-Login | Should -HaveCount 1
        $null = Invoke-Session -Session $other -Script 'Get-MiContext'
        Invoke-Session -Session $other -Script $logins | Should -Be 2
    }

    It 'replaces it when the other session <What>' -ForEach @(
        @{ What = 'has disconnected'; Do = { $null = Disconnect-MiAccount } }
        @{ What = 'hands over once more'; Do = { } }
    ) {
        $hers = if ($What -match 'once') { $First.ClientId } else { $Second.ClientId }
        & $Do
        $null = Invoke-Session -Session $other -Script "Connect-MiAccount -Environment Sim -ClientId '$hers' -Subscription '$Subscription' -HandOver"
        Invoke-Session -Session $other -Script $logins | Should -Be 1
    }

    It 'replaces that of a session that has ended' {
        $third = New-Session
        $null = Invoke-Session -Session $third -Script "$add; Connect-MiAccount -Environment Sim -ClientId '$($Second.ClientId)' -Subscription '$Subscription' -HandOver -Force"
        $connect = { Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $Subscription -HandOver 3> $null }
        (Get-FailureOf -Command $connect).FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        Close-Session -Session $third
        (& $connect).Context.Account.Id | Should -BeExactly $First.ClientId
        Get-Login | Should -HaveCount 2
    }

    It 'keeps no session that has ended' {
        # In a function of its own, so that no variable of the test keeps it either.
        function Get-Ended {
            $third = New-Session
            $null = Invoke-Session -Session $third -Script "$add; Connect-MiAccount -Environment Sim -ClientId '$($Second.ClientId)' -Subscription '$Subscription' -HandOver -Force"
            $ended = [System.WeakReference]::new($third.Runspace)
            Close-Session -Session $third
            $ended
        }
        $ended = Get-Ended
        (Get-Kept) | Should -Not -BeNullOrEmpty
        $patience = [System.Diagnostics.Stopwatch]::StartNew()
        while ($ended.IsAlive -and $patience.Elapsed.TotalSeconds -lt 10) {
            [System.GC]::Collect()
            [System.GC]::WaitForPendingFinalizers()
        }
        $ended.IsAlive | Should -BeFalse
    }

    It 'renews it in the session that handed over only' {
        Set-Due
        $null = Invoke-Session -Session $other -Script 'Get-MiContext'
        Invoke-Session -Session $other -Script $logins | Should -Be 0
        Get-Login | Should -HaveCount 1
        $null = Get-MiContext
        Get-Login | Should -HaveCount 2
    }

    It 'leaves it alone in scripts that the session starts, though they have its context' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        Set-Due
        1..2 | ForEach-Object -ThrottleLimit 1 -Parallel {
            Import-Module -Name $using:Manifest
            (Get-MiContext).Account.Id
            $null = Disconnect-MiAccount
            @(Get-Module -Name Az.Accounts).Count
        } | Should -Be $First.ClientId, 0, $First.ClientId, 0
        $null = Get-MiContext
        Get-Login | Should -HaveCount 2
    }

    It 'keeps the login that was there when its own is not taken' {
        $null = Invoke-Session -Session $other -Script '& (Get-Module -Name Az.Accounts) { function script:Connect-AzAccount { throw ''out of order'' } }'
        { Invoke-Session -Session $other -Script "Connect-MiAccount -Environment Sim -ClientId '$($Second.ClientId)' -Subscription '$Subscription' -HandOver -Force" } | Should -Throw
        Set-Due
        $null = Get-MiContext
        Get-Login | Should -HaveCount 2
    }
}
