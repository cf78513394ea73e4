# The tenant of an identity.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Get-MiTenant' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'gives the tenant with its domains' {
        $found = Get-MiTenant
        $found.Id | Should -BeExactly $Tenant
        $found.TenantId | Should -BeExactly $Tenant
        $found.Domains | Should -Contain 'simulated.example'
        $found.TenantCategory | Should -BeExactly 'Home'
        $found.Name | Should -Not -BeNullOrEmpty
    }

    It 'finds it by <_>' -ForEach 'a0000000-7e4a-4000-8000-000000000001', 'A0000000-7E4A-4000-8000-000000000001', 'Simulated.Example', 'simulated.onmicrosoft.com' {
        (Get-MiTenant $_).Id | Should -BeExactly $Tenant
        (Get-MiTenant -Domain $_).Id | Should -BeExactly $Tenant
        ([pscustomobject]@{ TenantId = $_ } | Get-MiTenant).Id | Should -BeExactly $Tenant
    }

    It 'gives nothing, and no error, for another tenant' {
        Get-MiTenant -TenantId 'other.example' -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'needs a context' {
        Clear-MiContext
        (Get-FailureOf { Get-MiTenant }).FullyQualifiedErrorId | Should -BeExactly 'NotConnected,Tollgate.PowerShell.GetMiTenantCommand'
    }
}
