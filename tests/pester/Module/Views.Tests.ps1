# How the objects look: at 80 columns, and in strict mode, which a script sets and the views then run in.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'The view of <Of>' -ForEach @(
    @{ Of = 'a profile without a subscription'; Script = 'Connect-MiAccount -SkipValidation' }
    @{ Of = 'a profile with one'; Script = 'Connect-MiAccount -SkipValidation -Subscription Production' }
    @{ Of = 'a context without a subscription'; Script = 'Get-MiContext' }
    @{ Of = 'contexts'; Script = '$null = Connect-MiAccount -SkipValidation -ContextName other -Subscription Production; Get-MiContext -ListAvailable' }
    @{ Of = 'an account'; Script = '(Get-MiContext).Account' }
    @{ Of = 'environments'; Script = 'Get-MiEnvironment' }
    @{ Of = 'a token'; Script = 'Get-MiAccessToken' }
    @{ Of = 'tokens in memory'; Script = '$null = Get-MiAccessToken; Get-MiTokenCache' }
    @{ Of = 'the gate'; Script = 'Get-MiGate' }
    @{ Of = 'checks'; Script = 'Test-MiAccount' }
    @{ Of = 'tenants'; Script = 'Get-MiTenant' }
    @{ Of = 'subscriptions'; Script = 'Get-MiSubscription' }
    @{ Of = 'resource groups'; Script = 'Get-MiResourceGroup' }
    @{ Of = 'resources'; Script = 'Get-MiResource -ResourceGroupName rg-web' }
    @{ Of = 'machines'; Script = 'Get-MiVM -ResourceGroupName rg-test-16' }
    @{ Of = 'a machine'; Script = 'Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1' }
    @{ Of = 'a machine with its status'; Script = 'Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 -Status' }
    @{ Of = 'a response'; Script = 'Invoke-MiRestMethod -Path "/subscriptions?api-version=2022-12-01"' }
) {
    BeforeAll {
        Reset-Everything
        $session = New-Session
        $null = Invoke-Session -Session $session -Script @"
Set-StrictMode -Version Latest
`$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm'
`$null = Connect-MiAccount -Environment Sim -Subscription '$Subscription'
if ('$Of' -match 'without a subscription') { Clear-MiContext; `$null = Connect-MiAccount -SkipValidation }
"@
        $shown, $errors, $wide = Invoke-Session -Session $session -Script "`$shown = `$( $Script ); `$Error.Clear(); `$shown | Out-String -Width 80; `$Error.Count; `$shown | Out-String -Width 300"
    }

    AfterAll {
        Close-Session -Session $session
    }

    It 'shows something' {
        $shown.Trim() | Should -Not -BeNullOrEmpty
    }

    It 'leaves no column out at 80 columns' {
        $columns = { param($Text) ($Text.Trim() -split '\r?\n')[0].Trim() -split '\s+' }
        # The columns of machines are those of Az, eight of them: what does not fit at the right is not shown there either.
        if ($Of -ne 'machines' -and $wide -match '(?m)^\s*-+( +-+)+\s*$') {
            & $columns $shown | Should -Be (& $columns $wide)
        }
    }

    It 'leaves no error in $Error in strict mode' {
        $errors | Should -Be 0
    }
}
