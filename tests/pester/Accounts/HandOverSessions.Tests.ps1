# Handing over where several sessions of one process do it: Az.Accounts keeps its logins for all of them.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
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

    It 'can be stopped while it waits for the login of another session' {
        $type = (Get-Command -Name Connect-MiAccount).ImplementingType.Assembly.GetType('Tollgate.PowerShell.AzHandOver')
        $turn = $type.GetField('Logins', [System.Reflection.BindingFlags] 'NonPublic, Static').GetValue($null)
        [System.Threading.Monitor]::Enter($turn)
        try {
            $other.Commands.Clear()
            $null = $other.AddScript("Connect-MiAccount -Environment Sim -ClientId '$($Second.ClientId)' -Subscription '$Subscription' -HandOver -Force; 'went on'")
            $requests = (Get-SimulatorCount).tokens
            $null = $other.BeginInvoke()
            Wait-SimulatorCount -Name tokens -Value ($requests + 1)
            $stop = $other.BeginStop($null, $null)
            $stop.AsyncWaitHandle.WaitOne(10000) | Should -BeTrue
        }
        finally {
            [System.Threading.Monitor]::Exit($turn)
        }
        $other.InvocationStateInfo.State | Should -Be 'Stopped'
        Invoke-Session -Session $other -Script $logins | Should -Be 0
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
