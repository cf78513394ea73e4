# The tokens in memory, described.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'Get-MiTokenCache' {
    BeforeEach {
        Reset-Everything
    }

    It 'gives nothing when nothing is remembered' {
        Get-MiTokenCache | Should -BeNullOrEmpty
    }

    It 'says of each token what it is for and whose it is' {
        $null = Connect-MiAccount -SkipValidation -ObjectId $First.ObjectId
        $null = 1..3 | ForEach-Object -Process { Get-MiAccessToken }
        $entry = Get-MiTokenCache
        $entry.Resource | Should -BeExactly $Arm
        $entry.Selector | Should -Be 'ObjectId'
        $entry.Identity | Should -BeExactly $First.ObjectId
        $entry.TenantId | Should -BeExactly $Tenant
        $entry.Endpoint | Should -Match ([regex]::Escape($env:AZURE_POD_IDENTITY_AUTHORITY_HOST))
        $entry.Served | Should -Be 3
        $entry.ExpiresOn | Should -Be (Get-MiAccessToken).ExpiresOn
        $entry.RefreshOn | Should -BeLessThan $entry.ExpiresOn
    }

    It 'has no selector for the system-assigned identity' {
        $null = Connect-MiAccount -SkipValidation
        $entry = Get-MiTokenCache
        $entry.Selector | Should -Be 'None'
        $entry.Identity | Should -BeNullOrEmpty
    }

    It 'never contains a token' {
        $null = Connect-MiAccount -SkipValidation
        Get-MiTokenCache | Format-List -Property * | Out-String | Should -Not -Match $AnyToken
        Get-MiTokenCache | ConvertTo-Json | Should -Not -Match $AnyToken
    }

    It 'is shown as a table' {
        $null = Connect-MiAccount -SkipValidation
        Get-MiTokenCache | Out-String -Width 200 | Should -Match 'Resource\s+ExpiresOn\s+Served\s+Identity'
    }
}
