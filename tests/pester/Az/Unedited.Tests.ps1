# Scripts written for Az, letter for letter: in a shell of their own, with Tollgate.Az in PSModulePath and no Az installed, against
# Azure under its real names. Azure's certificates are those of a simulator, which only a variable makes trusted: not on Windows.
BeforeDiscovery {
    $onWindows = [System.Environment]::OSVersion.Platform -eq 'Win32NT'
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    if ([System.Environment]::OSVersion.Platform -ne 'Win32NT') { $azure = Enter-Azure }
    $second = 'b0000000-5b5c-4000-8000-000000000002'

    # Nothing stands before the script but where modules are found; what it prints is text.
    function Invoke-Unedited {
        param([string] $Script, [string] $Afterwards = '')
        $before = Set-TestEnvironment -Variables @{ PSModulePath = $ModuleFolder; NO_COLOR = '1' }
        try {
            (Invoke-FreshShell -Script "$Script`n$Afterwards").Trim()
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
    }
}

AfterAll {
    if ($azure) { Exit-Azure -Visited $azure }
}

Describe 'An unedited script' -Skip:$onWindows {
    BeforeEach {
        Reset-Everything
        Send-Simulator -Path reset -Url $azure.Url
        Clear-ArmRequest -Simulator $azure
    }

    It 'connects, chooses a subscription and lists its resources <How>' -ForEach @(
        @{ How = 'as it is'; Scope = '' }
        @{ How = 'with -Scope Process'; Scope = ' -Scope Process' }
    ) {
        $said = Invoke-Unedited -Script @"
`$clientId = '$($First.ClientId)'; `$subscriptionId = '$second'
Connect-AzAccount -Identity -AccountId `$clientId$Scope; Set-AzContext -Subscription `$subscriptionId$Scope; Get-AzResource
"@
        $said | Should -Match 'Simulated One'
        $said | Should -Match "(?m)^Name +: Simulated Two"
        $said | Should -Match "(?m)^Account +: $($First.ClientId)"
        $said | Should -Match '(?m)^ResourceType +: Microsoft.Compute/virtualMachines'
        (Get-ArmRequest -Simulator $azure).path | Should -Contain "/subscriptions/$second/resources"
        (Get-ArmRequest -Simulator $azure).path | Should -Not -Contain "/subscriptions/$Subscription/resources"
        (Get-ArmRequest -Simulator $azure).tokenAppId | Select-Object -Unique | Should -BeExactly $First.ClientId
        (Get-ArmRequest -Simulator $azure).host | Select-Object -Unique | Should -Match '^management\.azure\.com'
    }

    It 'lists the virtual machines of a resource group' {
        $said = Invoke-Unedited -Script 'Connect-AzAccount -Identity; Get-AzVM -ResourceGroupName RG-TEST-16'
        $said | Should -Match '(?m)^ResourceGroupName +: RG-TEST-16'
        $said | Should -Match '(?m)^Name +: Vm-App-1'
        $said | Should -Match '(?m)^Name +: vm-db-1'
    }

    It 'asks with Invoke-AzRest and reads the content as JSON' {
        $said = Invoke-Unedited -Script @"
`$s = '$Subscription'; `$g = 'RG-TEST-16'
Connect-AzAccount -Identity | Out-Null
(Invoke-AzRest -Path "/subscriptions/`$s/resourceGroups/`$g/providers/Microsoft.Compute/virtualMachines?api-version=2022-03-01" -Method GET).Content | ConvertFrom-Json
"@
        $said | Should -Match 'name=Vm-App-1'
        (Get-ArmRequest -Simulator $azure)[-1].path | Should -BeExactly "/subscriptions/$Subscription/resourceGroups/RG-TEST-16/providers/Microsoft.Compute/virtualMachines"
    }

    It 'gets a token for a vault, as the SecureString that newer Az gives' {
        $said = Invoke-Unedited -Script @'
Connect-AzAccount -Identity | Out-Null
$t = (Get-AzAccessToken -ResourceUrl https://vault.azure.net).Token
'@ -Afterwards '$t.GetType().Name; $t.Length -gt 100'
        $said -split '\r?\n' | Select-Object -Last 2 | Should -Be 'SecureString', 'True'
    }

    It 'connects only when it is not connected' {
        $script = 'if (-not (Get-AzContext)) { Connect-AzAccount -Identity | Out-Null; "connected" } else { "was connected" }'
        (Invoke-Unedited -Script "$script`n$script") -split '\r?\n' | Select-Object -Last 2 | Should -Be 'connected', 'was connected'
    }

    It 'is what azcopy starts for AZCOPY_AUTO_LOGIN_TYPE=PSCRED, with a profile that connects' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        # azcopy loads the user's profile, in which Connect-AzAccount stands; it reads what is between the braces.
        $own = Join-Path -Path $TestDrive -ChildPath 'home'
        $folder = New-Item -Path (Join-Path -Path $own -ChildPath '.config/powershell') -ItemType Directory -Force
        Set-Content -Path (Join-Path -Path $folder -ChildPath 'profile.ps1') -Value '$null = Connect-AzAccount -Identity -WarningAction SilentlyContinue'
        $before = Set-TestEnvironment -Variables @{ HOME = $own; XDG_CONFIG_HOME = $null; PSModulePath = $ModuleFolder }
        try {
            $shell = [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
            $said = & $shell -Command 'Get-AzAccessToken -ResourceUrl "https://storage.azure.com" -AsSecureString | Foreach-Object {[PSCustomObject]@{Token= $($_.Token | ConvertFrom-SecureString -AsPlainText); ExpiresOn = $_.ExpiresOn}} | ConvertTo-Json' 2>&1 | Out-String
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
        $said | Should -Match '(?s){.*Token.*ExpiresOn.*}'
        $answer = [regex]::Match($said, '(?s){.*}').Value | ConvertFrom-Json
        $answer.Token | Should -Match $AnyToken
        [datetimeoffset] $answer.ExpiresOn | Should -BeGreaterThan ([datetimeoffset]::Now)
    }

    It 'fails in the words that scripts and SDKs look for when it has not connected' {
        $said = Invoke-Unedited -Script 'try { Get-AzAccessToken -ErrorAction Stop } catch { $_.Exception.Message }'
        $said | Should -Match 'Run Connect-AzAccount to login'
    }
}
