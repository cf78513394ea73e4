# The module checks itself: each command has its source, test and help; what it exports is what the manifest says; versions and
# errors agree everywhere.
BeforeDiscovery {
    Import-Module -Name "$PSScriptRoot/TollgateTest.psm1"
    $commands = @((Read-Manifest).CmdletsToExport | ForEach-Object -Process { @{ Command = $_ } })
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/TollgateTest.psm1"
    $root = Join-Path -Path $PSScriptRoot -ChildPath '../..'
    $module = Get-Module -Name Tollgate
}

Describe 'The module' {
    It 'exports the commands that its manifest names, and nothing else' {
        $exported = (Get-Command -Module Tollgate).Name | Sort-Object
        $named = (Read-Manifest).CmdletsToExport | Sort-Object
        $exported | Should -Be $named
        $module.ExportedAliases.Count + $module.ExportedFunctions.Count + $module.ExportedVariables.Count | Should -Be 0
    }

    It 'has the version of the workspace' {
        $cargo = Get-Content -Path "$root/Cargo.toml" -Raw
        $version = [regex]::Match($cargo, '(?m)^version = "([^"]+)"').Groups[1].Value
        [string] $module.Version | Should -BeExactly $version
        foreach ($assembly in Get-ChildItem -Path "$env:TOLLGATE_TEST_MODULE/bin" -Filter 'Tollgate.*.dll' -Recurse) {
            $assembly.VersionInfo.FileVersion | Should -Match "^$([regex]::Escape($version))\."
        }
    }

    It 'is for both editions from the versions on that it says' {
        $module.CompatiblePSEditions | Should -Be 'Desktop', 'Core'
        [string] $module.PowerShellVersion | Should -Be '5.1'
        Join-Path -Path $env:TOLLGATE_TEST_MODULE -ChildPath 'bin/net472/Tollgate.PowerShell.dll' | Should -Exist
        Join-Path -Path $env:TOLLGATE_TEST_MODULE -ChildPath 'bin/net8.0/Tollgate.PowerShell.dll' | Should -Exist
    }

    It 'loads no native code at import' -Skip:(-not (Test-Path -Path '/proc/self/maps')) {
        $said = Invoke-FreshShell -Script @"
Import-Module -Name '$Manifest'
'after import ' + [bool] (Select-String -Path "/proc/`$PID/maps" -Pattern libtollgate -Quiet)
`$null = Get-MiGate
'after use ' + [bool] (Select-String -Path "/proc/`$PID/maps" -Pattern libtollgate -Quiet)
"@
        $said | Should -Match 'after import False'
        $said | Should -Match 'after use True'
    }

    It 'has PowerShell files that Windows PowerShell reads: <_>' -ForEach @(
        Get-ChildItem -Path (Join-Path -Path $PSScriptRoot -ChildPath '../..') -Include '*.ps1', '*.psm1', '*.psd1' -Recurse |
            Where-Object -FilterScript { $_.FullName -notmatch '[\\/](?:output|target|bin|obj)[\\/]' } |
            ForEach-Object -Process { $_.FullName }
    ) {
        [System.IO.File]::ReadAllBytes($_) | Where-Object -FilterScript { $_ -gt 127 } | Should -BeNullOrEmpty
    }
}

Describe '<Command>' -ForEach $commands {
    It 'has its source, its test and its page' {
        $class = $Command -replace '-', ''
        Join-Path -Path $root -ChildPath "interop/Tollgate.PowerShell/Commands/${class}Command.cs" | Should -Exist
        Join-Path -Path $PSScriptRoot -ChildPath "$Command.Tests.ps1" | Should -Exist
        Join-Path -Path $root -ChildPath "module/Tollgate/help/en-US/$Command.md" | Should -Exist
    }

    It 'has an approved verb, a singular noun and its class''s name' {
        $info = Get-Command -Name $Command
        (Get-Verb -Verb $info.Verb) | Should -Not -BeNullOrEmpty
        $info.Noun | Should -Match '^Mi[A-Z]\w*[^s]$'
        $info.ImplementingType.FullName | Should -BeExactly ('Tollgate.PowerShell.{0}{1}Command' -f $info.Verb, $info.Noun)
        $info.OutputType.Count | Should -BeGreaterThan 0
    }

    It 'has help: what it does, every parameter, two examples' {
        $help = Get-Help -Name $Command -Full
        $help.Synopsis | Should -Not -Match "^\s*$Command"
        ($help.description | Out-String).Trim() | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($parameter in (Get-Command -Name $Command).Parameters.Keys | Where-Object -FilterScript { $_ -notin $common }) {
            $text = ($help.parameters.parameter | Where-Object -Property name -EQ -Value $parameter).description | Out-String
            $text.Trim() | Should -Not -BeNullOrEmpty -Because "-$parameter needs an explanation"
        }
    }
}

Describe 'The errors' {
    BeforeAll {
        $statuses = [AppDomain]::CurrentDomain.GetAssemblies() |
            Where-Object -FilterScript { $_.GetName().Name -eq 'Tollgate.Interop' } |
            ForEach-Object -Process { $_.GetType('Tollgate.Interop.TollgateStatus') }
        $failures = [enum]::GetValues($statuses) | Where-Object -FilterScript { [int] $_ -ge 100 }
    }

    It 'are listed in about_TollgateErrors with their numbers and names, and no others are' {
        $about = Get-Content -Path "$env:TOLLGATE_TEST_MODULE/en-US/about_TollgateErrors.help.txt" -Raw
        $listed = [regex]::Matches($about, '(?m)^\W*(\d{3})\b\W+([A-Z][A-Za-z]+)') | ForEach-Object -Process { $_.Groups[1].Value + ' ' + $_.Groups[2].Value }
        $listed | Should -Be ($failures | ForEach-Object -Process { '{0} {1}' -f [int] $_, $_ })
    }
}
