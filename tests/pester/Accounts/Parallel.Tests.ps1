# Sessions side by side in one process: tokens are shared, contexts are not. Runspaces.Tests.ps1 has those that one starts from another.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Sessions of one process' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -Subscription mine
    }

    It 'start unconnected, whoever else is connected' {
        $session = New-Session
        Invoke-Session -Session $session -Script 'Get-MiContext' | Should -BeNullOrEmpty
        Close-Session -Session $session
    }

    It 'keep what they choose to themselves' {
        $one = New-Session -Context (Get-MiContext)
        $two = New-Session -Context (Get-MiContext)
        $null = Invoke-Session -Session $one -Script 'Set-MiContext -SkipValidation -Subscription one'
        $null = Invoke-Session -Session $two -Script 'Set-MiContext -SkipValidation -Subscription two'
        Invoke-Session -Session $one -Script '(Get-MiContext).Subscription.Name' | Should -Be 'one'
        Invoke-Session -Session $two -Script '(Get-MiContext).Subscription.Name' | Should -Be 'two'
        (Get-MiContext).Subscription.Name | Should -Be 'mine'
        Close-Session -Session $one
        Close-Session -Session $two
    }

    It 'stay connected when another disconnects the same account' {
        $session = New-Session -Context (Get-MiContext)
        $null = Invoke-Session -Session $session -Script 'Disconnect-MiAccount'
        Invoke-Session -Session $session -Script 'Get-MiContext' | Should -BeNullOrEmpty
        (Get-MiAccessToken).UserId | Should -Be 'MSI@50342'
        Close-Session -Session $session
    }

    It 'get one token with one request, twenty at once' {
        $sessions = 1..20 | ForEach-Object -Process { New-Session -Context (Get-MiContext) }
        Clear-MiTokenCache
        Send-Simulator -Path reset
        Send-Simulator -Path faults -Json '[{"fault":"hold"}]'
        $running = foreach ($session in $sessions) {
            $session.Commands.Clear()
            $null = $session.AddScript('(Get-MiAccessToken -AsPlainText).Token')
            $session.BeginInvoke()
        }
        Wait-SimulatorCount -Name held -Value 1
        Send-Simulator -Path release
        $tokens = for ($index = 0; $index -lt $sessions.Count; $index++) { $sessions[$index].EndInvoke($running[$index]) }
        $tokens.Count | Should -Be 20
        @($tokens | Select-Object -Unique).Count | Should -Be 1
        (Get-SimulatorCount).token_requests | Should -Be 1
        foreach ($session in $sessions) { Close-Session -Session $session }
    }
}
