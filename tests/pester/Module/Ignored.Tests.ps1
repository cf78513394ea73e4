# A parameter that is taken for the sake of existing scripts and has no effect says so, once in a process, and why.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'A parameter without effect' {
    It 'warns once in a process: <Command> <Parameter>' -ForEach @(
        @{ Command = 'Get-MiContext -ListAvailable'; Parameter = '-RefreshContextFromTokenCache'; Why = 'no token cache on disk' }
        @{ Command = 'Clear-MiContext'; Parameter = '-Force'; Why = 'contexts on disk' }
        @{ Command = 'Get-MiResourceGroup -ErrorAction SilentlyContinue'; Parameter = '-Pre'; Why = 'one version of the interface' }
        @{ Command = 'Get-MiAccessToken'; Parameter = '-TenantId elsewhere.example'; Why = 'one tenant' }
        @{ Command = "Disconnect-MiAccount -ApplicationId '$([guid]::Empty)' -ErrorAction SilentlyContinue"; Parameter = '-TenantId elsewhere.example'; Why = 'client id alone' }
    ) {
        $said = Invoke-FreshShell -Script @"
Import-Module -Name '$Manifest'
`$null = Connect-MiAccount -SkipValidation
function Get-Warning { param([scriptblock] `$Call) @(& `$Call 3>&1 | Where-Object -FilterScript { `$_ -is [System.Management.Automation.WarningRecord] }) }
'without ' + (Get-Warning -Call { $Command }).Count
'first ' + (Get-Warning -Call { $Command $Parameter })
'again ' + (Get-Warning -Call { $Command $Parameter }).Count
"@
        $said | Should -Match 'without 0'
        $said | Should -Match ('first \S+ takes {0} without effect: .*{1}' -f ($Parameter -split ' ')[0], $Why)
        $said | Should -Match 'again 0'
    }
}
