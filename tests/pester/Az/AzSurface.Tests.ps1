# Every parameter that Az has in a command served here: the same name, aliases, sets, position and pipeline input, no stricter,
# and of a type that takes what Az's takes. What is left out is left out on purpose.
BeforeDiscovery {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $surface = Import-PowerShellDataFile -Path "$PSScriptRoot/AzSurface.psd1"
    $commands = @($surface.Keys | Sort-Object | ForEach-Object -Process { @{ Az = $_; Row = $surface[$_] } })
    $rows = @(foreach ($az in $surface.Keys | Sort-Object) {
            foreach ($name in $surface[$az].Parameters.Keys | Sort-Object) {
                @{ Az = $az; Twin = $surface[$az].Twin; Name = $name; Uses = @($surface[$az].Parameters[$name]) }
            }
        })
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $surface = Import-PowerShellDataFile -Path "$PSScriptRoot/AzSurface.psd1"
    # The types of Az that have a name of their own here.
    $ours = @{
        PSAzureContext      = 'MiContext'
        PSAzureRmAccount    = 'MiAccount'
        PSAzureSubscription = 'MiSubscription'
        PSAzureTenant       = 'MiTenant'
    }
    $everySet = '__AllParameterSets'

    # What a parameter is in a set; nothing when it is not part of it.
    function Get-Use {
        param($Parameter, [string] $Set)
        if ($Parameter.ParameterSets.ContainsKey($Set)) { $Parameter.ParameterSets[$Set] } else { $Parameter.ParameterSets[$everySet] }
    }

    function Get-Pipeline {
        param($Use)
        @(
            if ($Use.ValueFromPipeline) { 'Value' }
            if ($Use.ValueFromPipelineByPropertyName) { 'Property' }
        ) -join ', '
    }
}

Describe '<Az>' -ForEach $commands {
    BeforeAll {
        $info = Get-Command -Name $Row.Twin
    }

    It 'is answered by its twin, under each of its names' {
        $said = Invoke-FreshShell -Script @"
`$env:PSModulePath = '$ModuleFolder' + [System.IO.Path]::PathSeparator + `$env:PSModulePath
foreach (`$name in '$((@($Az) + @($Row.OtherNames | Where-Object -FilterScript { $_ })) -join "','")') { (Get-Command -Name `$name).ResolvedCommandName }
"@
        $said.Trim() -split '\r?\n' | Sort-Object -Unique | Should -BeExactly $Row.Twin
    }

    It 'takes the same set when nothing tells the sets apart' {
        if ($Row.DefaultSet) { $info.DefaultParameterSet | Should -BeExactly $Row.DefaultSet }
        else { $info.ParameterSets.Count | Should -Be 1 }
    }

    It 'asks before it acts, or does not, as Az does' {
        $info.Parameters.ContainsKey('WhatIf') | Should -Be $Row.ShouldProcess
    }

    It 'takes a context to work with, by each of its names' {
        $parameter = $info.Parameters['DefaultProfile']
        $parameter.ParameterType.Name | Should -BeExactly 'MiContextContainer'
        $parameter.Aliases | Should -Be 'AzContext', 'AzureRmContext', 'AzureCredential'
        $parameter.ParameterSets[$everySet].IsMandatory | Should -BeFalse
    }

    It 'leaves out what the table says, and says why' {
        foreach ($name in $Row.LeftOut.Keys) {
            $info.Parameters.Values | Where-Object -FilterScript { $_.Name -eq $name -or $_.Aliases -contains $name } |
                Should -BeNullOrEmpty -Because "-$name $($Row.LeftOut[$name])"
            $Row.LeftOut[$name] | Should -Match '^[a-z].{10,}'
        }
    }
}

Describe '<Az> -<Name>' -ForEach $rows {
    BeforeAll {
        $info = Get-Command -Name $Twin
        $parameter = $info.Parameters[$Name]
    }

    It 'is here, by the same names' {
        $parameter | Should -Not -BeNullOrEmpty
        @($parameter.Aliases | Sort-Object) -join ', ' | Should -BeExactly (@($Uses[0].Aliases | Sort-Object) -join ', ')
    }

    It 'takes what it takes in Az' {
        $wanted = if ($ours.ContainsKey($Uses[0].Type)) { $ours[$Uses[0].Type] } else { $Uses[0].Type }
        $parameter.ParameterType.Name | Should -BeExactly $wanted
    }

    It 'is part of the same sets, no stricter, at the same place, with the same pipeline input' {
        foreach ($use in $Uses) {
            $sets = if ($use.In) { $use.In } else { $info.ParameterSets.Name }
            foreach ($set in $sets) {
                $here = Get-Use -Parameter $parameter -Set $set
                $here | Should -Not -BeNullOrEmpty -Because "Az has it in $set"
                if (-not $use.Mandatory) { $here.IsMandatory | Should -BeFalse -Because $set }
                $place = if ($use.ContainsKey('Position')) { $use.Position } else { [int]::MinValue }
                $here.Position | Should -Be $place -Because $set
                $pipeline = if ($use.NotFromPipe) { @() } else { $use.Pipeline }
                Get-Pipeline -Use $here | Should -BeExactly ($pipeline -join ', ') -Because $set
            }
        }
        # Not in further sets either: a call that Az refuses as ambiguous or wrong is no other call here.
        $named = @($Uses.In | Where-Object -FilterScript { $_ })
        if ($named) {
            $there = @($parameter.ParameterSets.Keys | Where-Object -FilterScript { $_ -ne $everySet })
            $there | Where-Object -FilterScript { $_ -notin $named } | Should -BeNullOrEmpty
        }
    }
}

Describe 'The table' {
    It 'has every name that Tollgate.Az gives, and no other' {
        $names = foreach ($az in $surface.Keys) { $az; $surface[$az].OtherNames }
        $names | Where-Object -FilterScript { $_ } | Sort-Object | Should -Be ((Read-Manifest -Path $AzManifest).AliasesToExport | Sort-Object)
    }
}
