# The names of Az for Tollgate: all of them, found by themselves, never in the way of Az and never in doubt.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"

    # A fresh shell that finds both modules, and no other beside the shell's own.
    function Invoke-Script {
        param([string] $Script, [string] $More = '')
        $own = '[System.IO.Path]::Combine($PSHOME, "Modules")'
        Invoke-FreshShell -Script @"
`$env:PSModulePath = @('$ModuleFolder', $own$More) -join [System.IO.Path]::PathSeparator
$Script
"@
    }
}

Describe 'Tollgate.Az' {
    BeforeEach {
        Reset-Everything
    }

    It 'gives the names that its manifest lists, and nothing else' {
        $said = Invoke-Script -Script @'
Import-Module -Name Tollgate.Az
$module = Get-Module -Name Tollgate.Az
($module.ExportedAliases.Keys | Sort-Object) -join ','
'other {0}' -f ($module.ExportedCommands.Count - $module.ExportedAliases.Count)
'@
        $lines = $said.Trim() -split '\r?\n'
        $lines[0] | Should -BeExactly (((Read-Manifest -Path $AzManifest).AliasesToExport | Sort-Object) -join ',')
        $lines[1] | Should -BeExactly 'other 0'
    }

    It 'is of the version of the module, and needs that very version' {
        $manifest = Read-Manifest -Path $AzManifest
        $manifest.ModuleVersion | Should -BeExactly (Read-Manifest).ModuleVersion
        $manifest.RequiredModules[0].ModuleName | Should -BeExactly 'Tollgate'
        $manifest.RequiredModules[0].RequiredVersion | Should -BeExactly (Read-Manifest).ModuleVersion
    }

    It 'is loaded by the first of its names that a script uses' {
        $said = Invoke-Script -Script @'
if (-not (Get-AzContext)) { 'not connected' }
(Get-Module -Name Tollgate*).Name | Sort-Object
'@
        $said.Trim() -split '\r?\n' | Should -Be 'not connected', 'Tollgate', 'Tollgate.Az'
    }

    It 'connects nobody as the machine who did not say so' {
        $said = Invoke-Script -Script @'
foreach ($call in { Connect-AzAccount }, { Connect-AzAccount -Tenant a -Subscription b }, { Login-AzAccount -AccountId 'me@contoso.example' }) {
    try { $null = & $call } catch { $_.FullyQualifiedErrorId + ' ' + ($_.Exception.Message -match '-Identity is missing') }
}
'@
        $said.Trim() -split '\r?\n' | Should -Be @(@('InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand True') * 3)
        (Get-SimulatorCount).token_requests | Should -Be 0
    }

    It 'answers in the words of Az, which scripts look for' {
        $azure = Start-ArmSimulator
        try {
            $said = Invoke-Script -Script @"
try { Get-AzAccessToken } catch { `$_.Exception.Message }
`$null = Add-AzEnvironment -Name Sim -ResourceManagerEndpoint $($azure.Url) -ActiveDirectoryServiceEndpointResourceId $Arm
`$null = Connect-AzAccount -Identity -Environment Sim -SkipValidation
try { Get-AzResourceGroup -ErrorAction Stop } catch { `$_.Exception.Message; `$_.ErrorDetails.RecommendedAction }
`$null = Clear-AzContext
`$null = Invoke-RestMethod -Uri $($azure.Url)/sim/visibility -Method Post -ContentType application/json -Body '{"10000000-c11e-4000-8000-000000000001":[]}'
`$null = Connect-AzAccount -Identity -Environment Sim
try { Get-AzResourceGroup -ErrorAction Stop } catch { `$_.Exception.Message }
`$null = Invoke-RestMethod -Uri $($azure.Url)/sim/reset -Method Post
`$null = Connect-AzAccount -Identity -Environment Sim -WarningVariable warnings 3> `$null
`$warnings.Message
"@
        }
        finally {
            Stop-Simulator -Simulator $azure
        }
        $said.Trim() -split '\r?\n' | Should -BeExactly @(
            'Run Connect-AzAccount to login.'
            'No subscription found in the context.  None was looked up, because the context was made with -SkipValidation.'
            'Choose one with Set-AzContext -Subscription, or run Connect-AzAccount without -SkipValidation.'
            'No subscription found in the context.  Please ensure that the credentials you provided are authorized to access an Azure subscription, then run Connect-AzAccount to login.'
            "TenantId '$Tenant' contains more than one active subscription. First one will be selected for further use. To select another subscription, use Set-AzContext."
        )
    }

    It 'has the help of the commands, and a topic of its own' {
        $said = Invoke-Script -Script @'
(Get-Help -Name Connect-AzAccount).Synopsis
(Get-Help -Name about_TollgateAz).Substring(0, 5)
'@
        $said.Trim() -split '\r?\n' | Should -Be (Get-Help -Name Connect-MiAccount).Synopsis, 'TOPIC'
    }

    It 'stands, by each of its names, for a command that is there' {
        $said = Invoke-Script -Script @'
Import-Module -Name Tollgate.Az
foreach ($name in (Get-Module -Name Tollgate.Az).ExportedAliases.Keys | Sort-Object) {
    '{0} {1}' -f $name, (Get-Command -Name $name).ResolvedCommand.ModuleName
}
'@
        $said.Trim() -split '\r?\n' | Should -Be ((Read-Manifest -Path $AzManifest).AliasesToExport | Sort-Object | ForEach-Object -Process { "$_ Tollgate" })
    }
}

Describe 'Beside Az' {
    It 'gives no name, and says so once and how to choose, when Az.Accounts is loaded' {
        $said = Invoke-Script -Script @"
Import-Module -Name '$StandIn'
`$warnings = @(Import-Module -Name Tollgate.Az 3>&1)
'warnings ' + `$warnings.Count
`$warnings
'names ' + (Get-Module -Name Tollgate.Az).ExportedAliases.Count
'answers ' + (Get-Command -Name Connect-AzAccount).Source
'beside ' + (Get-Command -Name Connect-MiAccount).Source
"@
        $said | Should -Match 'warnings 1'
        $said | Should -Match 'Az\.Accounts is loaded.*new session with Import-Module Tollgate\.Az.*Remove-Module Az\.Accounts'
        $said | Should -Match 'names 0'
        $said | Should -Match 'answers Az\.Accounts'
        $said | Should -Match 'beside Tollgate'
    }

    It 'gives no name when another module has loaded Az.Accounts for itself' {
        $user = Join-Path -Path $TestDrive -ChildPath 'UserOfAz.psm1'
        Set-Content -Path $user -Value "Import-Module -Name '$StandIn'" -Encoding Ascii
        $said = Invoke-Script -Script @"
Import-Module -Name '$user'
'listed ' + @(Get-Module -Name Az.Accounts).Count
'warnings ' + @(Import-Module -Name Tollgate.Az 3>&1).Count
'names ' + (Get-Module -Name Tollgate.Az).ExportedAliases.Count
"@
        $said.Trim() -split '\r?\n' | Should -Be 'listed 0', 'warnings 1', 'names 0'
    }

    It 'takes the names when Az.Accounts has gone' {
        $said = Invoke-Script -Script @"
Import-Module -Name '$StandIn'
`$null = Import-Module -Name Tollgate.Az 3>&1
Remove-Module -Name Az.Accounts -Force
Import-Module -Name Tollgate.Az -Force
'answers ' + (Get-Command -Name Connect-AzAccount).Source
"@
        $said.Trim() | Should -BeExactly 'answers Tollgate.Az'
    }

    It 'warns once in a runspace when Az.Accounts was loaded later, and not of its own names' {
        $said = Invoke-Script -Script @"
function Get-Warning { param([scriptblock] `$Call) @(& `$Call 3>&1 | Where-Object -FilterScript { `$_ -is [System.Management.Automation.WarningRecord] }) }
Import-Module -Name Tollgate.Az
'alone ' + (Get-Warning -Call { Get-AzContext }).Count
Import-Module -Name '$StandIn'
'own ' + (Get-Warning -Call { Get-MiContext }).Count
'chosen ' + (Get-Warning -Call { Tollgate.Az\Get-AzContext }).Count
'first ' + (Get-Warning -Call { Get-AzContext })
'again ' + (Get-Warning -Call { Get-AzContext; Clear-AzContext; Get-AzEnvironment }).Count
`$shell = [powershell]::Create()
`$null = `$shell.AddScript('Import-Module -Name Tollgate.Az; Import-Module -Name "$StandIn"; Get-AzContext; Get-AzContext')
`$null = `$shell.Invoke()
'elsewhere ' + `$shell.Streams.Warning.Count
Remove-Module -Name Tollgate.Az
'given back ' + (Get-Command -Name Get-AzContext).Source
"@
        $lines = $said.Trim() -split '\r?\n'
        $lines[0..2] | Should -Be 'alone 0', 'own 0', 'chosen 0'
        $lines[3] | Should -Match '^first Get-AzContext is Get-MiContext of Tollgate here, although Az\.Accounts is loaded.*Remove-Module Tollgate\.Az'
        $lines[4..6] | Should -Be 'again 0', 'elsewhere 1', 'given back Az.Accounts'
    }

    It 'answers, where both could be loaded, from the folder that comes first in PSModulePath' {
        $there = Split-Path -Path (Split-Path -Path $StandIn)
        $first = Invoke-Script -More ", '$there'" -Script '(Get-Command -Name Connect-AzAccount).Source'
        $first.Trim() | Should -BeExactly 'Tollgate.Az'
        $last = Invoke-Script -Script @"
`$env:PSModulePath = '$there' + [System.IO.Path]::PathSeparator + `$env:PSModulePath
(Get-Command -Name Connect-AzAccount).Source
"@
        $last.Trim() | Should -BeExactly 'Az.Accounts'
    }
}
