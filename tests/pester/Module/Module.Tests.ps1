# The module checks itself: each command has its source, test and page; what it exports is what the manifest says; versions
# agree everywhere. What the help says is checked in Help.Tests.ps1.
BeforeDiscovery {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $commands = @((Read-Manifest).CmdletsToExport | ForEach-Object -Process { @{ Command = $_ } })
    # Not the whole repository: what is built into it can be a whole Wine.
    $root = Join-Path -Path $PSScriptRoot -ChildPath '../../..'
    $scripts = @(
        Get-ChildItem -Path $root -Filter '*.ps1'
        Get-ChildItem -Path "$root/module", "$root/tests" -Include '*.ps1', '*.psm1', '*.psd1' -Recurse |
            Where-Object -FilterScript { $_.FullName -notmatch '[\\/](?:bin|obj)[\\/]' }
    )
    # A list that has lost a folder checks nothing there.
    foreach ($known in 'build.ps1', 'Tollgate.psd1', 'TollgateTest.psm1', 'Module.Tests.ps1') {
        if ($scripts.Name -notcontains $known) { throw "$known is not among the PowerShell files found from $root" }
    }
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $root = Join-Path -Path $PSScriptRoot -ChildPath '../../..'
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
        foreach ($assembly in Get-ChildItem -Path $env:TOLLGATE_TEST_MODULE -Filter 'Tollgate.*.dll') {
            $assembly.VersionInfo.FileVersion | Should -Match "^$([regex]::Escape($version))\."
        }
    }

    It 'is for both editions from the versions on that it says' {
        $module.CompatiblePSEditions | Should -Be 'Desktop', 'Core'
        [string] $module.PowerShellVersion | Should -Be '5.1'
    }

    It 'carries its own terms and those of what its library has in it' {
        foreach ($packed in $Manifest, $AzManifest) {
            Get-Content -Path (Join-Path -Path (Split-Path -Path $packed) -ChildPath 'LICENSE') -Raw | Should -Match 'MIT License'
        }
        $notices = Get-Content -Path (Join-Path -Path (Split-Path -Path $Manifest) -ChildPath 'THIRD-PARTY-NOTICES.txt') -Raw
        foreach ($crate in 'ring', 'rustls', 'tokio', 'icu_properties_data') { $notices | Should -Match "(?m)^(?:.*, )?$crate \d" }
        $notices | Should -Not -Match 'tollgate-'
    }

    It 'loads no native code at import' -Skip:(-not $IsLinux) {
        $said = Invoke-FreshShell -Script @"
Import-Module -Name '$Manifest'
'after import ' + [bool] (Select-String -Path "/proc/`$PID/maps" -Pattern libtollgate -Quiet)
`$null = Get-MiGate
'after use ' + [bool] (Select-String -Path "/proc/`$PID/maps" -Pattern libtollgate -Quiet)
"@
        $said | Should -Match 'after import False'
        $said | Should -Match 'after use True'
    }

    It 'has PowerShell files that Windows PowerShell reads: <_>' -ForEach $scripts.FullName {
        [System.IO.File]::ReadAllBytes($_) | Where-Object -FilterScript { $_ -gt 127 } | Should -BeNullOrEmpty
    }
}

Describe '<Command>' -ForEach $commands {
    It 'has its source, its test and its page' {
        $class = $Command -replace '-', ''
        @(Get-ChildItem -Path "$root/interop/Tollgate.PowerShell" -Filter "${class}Command.cs" -Recurse) | Should -HaveCount 1
        @(Get-ChildItem -Path "$root/tests/pester" -Filter "$Command.Tests.ps1" -Recurse) | Should -HaveCount 1
        Join-Path -Path $root -ChildPath "docs/cmdlets/$Command.md" | Should -Exist
    }

    It 'has an approved verb, a singular noun and its class''s name' {
        $info = Get-Command -Name $Command
        (Get-Verb -Verb $info.Verb) | Should -Not -BeNullOrEmpty
        $info.Noun | Should -Match '^Mi[A-Z]\w*[^s]$'
        $info.ImplementingType.FullName | Should -BeExactly ('Tollgate.PowerShell.{0}{1}Command' -f $info.Verb, $info.Noun)
        $info.OutputType.Count | Should -BeGreaterThan 0
    }
}
