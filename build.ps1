# The commands of this repository for PowerShell. This file checks what is needed and names what is missing; the work is in
# xtask, once for every platform. Away from Windows the checks are those of build.sh.
[CmdletBinding()]
param(
    [ValidateSet('Demo', 'Test', 'Build', 'Package', 'Clean', 'Help')]
    [string] $Task = 'Help',

    # With Package: a folder of libraries that were built elsewhere, as <runtime>/<file>.
    [string] $Natives,

    # With Package: fail instead of leaving a runtime out.
    [switch] $Release
)
$ErrorActionPreference = 'Stop'
$word = $Task.ToLowerInvariant()
$options = @()
if ($Natives) { $options += '--natives', $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Natives).TrimEnd('\', '/') }
if ($Release) { $options += '--release' }
$before = Get-Location
Set-Location -LiteralPath $PSScriptRoot
try {
    if ($env:OS -ne 'Windows_NT') {
        & bash (Join-Path -Path $PSScriptRoot -ChildPath 'build.sh') $word @options
        exit $LASTEXITCODE
    }

    function Test-Program {
        param([string] $Name, [version] $Least, [string] $Install)
        $found = $null
        if (Get-Command -Name $Name -CommandType Application -ErrorAction Ignore) {
            $found = [regex]::Match([string](& $Name --version), '\d+\.\d+(\.\d+)?').Value
        }
        if (-not $found) {
            Write-Warning -Message "$Name is missing: $Install"
            return $false
        }
        if ([version] $found -lt $Least) {
            Write-Warning -Message "$Name $found is too old, $Least is needed: $Install"
            return $false
        }
        return $true
    }

    function Test-Compiler {
        # Rust's MSVC toolchain finds the compiler the way this does: through the Visual Studio installer, not through PATH.
        $locator = Join-Path -Path ${env:ProgramFiles(x86)} -ChildPath 'Microsoft Visual Studio\Installer\vswhere.exe'
        if (Test-Path -LiteralPath $locator) {
            $require = 'Microsoft.VisualStudio.Component.VC.Tools.x86.x64', 'Microsoft.VisualStudio.Component.VC.Tools.ARM64'
            if (& $locator -latest -products * -requiresAny -requires $require -property installationPath) { return $true }
        }
        if (Get-Command -Name 'cl', 'gcc', 'clang' -CommandType Application -ErrorAction Ignore) { return $true }
        Write-Warning -Message ('a C compiler is missing: winget install Microsoft.VisualStudio.2022.BuildTools ' +
            '--override "--passive --wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"')
        return $false
    }

    switch ($word) {
        'help' {
            Write-Output -InputObject @(
                'usage: ./build.ps1 -Task <word>', ''
                '  Demo      build in release, then run 40 scripts in 40 processes against the embedded simulator; the first time some'
                '            minutes'
                '  Test      run every layer of tests this machine can run; names what it leaves out and why'
                '  Build     build everything in release and pack the module into output/Tollgate/<version>'
                '  Package   build for every runtime this machine has a toolchain for, say which are left out, pack them all into one'
                '            folder and into output/Tollgate[.Az].<version>.nupkg for the PowerShell Gallery'
                '              -Natives DIR   take the libraries that lie ready as DIR/<runtime>/<file>'
                '              -Release       fail instead of leaving one out'
                '  Clean     remove output/, target/ and the folders .NET builds into', ''
                'Needs cargo 1.89 or later, a C compiler and the .NET SDK 10, or 8 to build and to pack. The demo and the tests run in the'
                'PowerShell that TOLLGATE_PWSH names, else in the pwsh on PATH, else in one from NuGet, which takes the .NET SDK 10.'
            )
        }
        'clean' {
            $target = if ($env:CARGO_TARGET_DIR) { $env:CARGO_TARGET_DIR } else { 'target' }
            $built = Get-ChildItem -Path 'interop', 'tests' -Filter '*.csproj' -Recurse -ErrorAction Ignore |
                ForEach-Object -Process { Join-Path -Path $_.DirectoryName -ChildPath 'bin'; Join-Path -Path $_.DirectoryName -ChildPath 'obj' }
            Remove-Item -LiteralPath (@('output', $target) + $built) -Recurse -Force -ErrorAction Ignore
        }
        default {
            $ready = @(
                Test-Program -Name 'cargo' -Least '1.89' -Install 'winget install Rustlang.Rustup'
                Test-Compiler
                Test-Program -Name 'dotnet' -Least '8.0' -Install 'winget install Microsoft.DotNet.SDK.10'
            )
            if ($ready -contains $false) { exit 1 }
            if ($word -eq 'demo') {
                Write-Output -InputObject @(
                    'Forty scripts, each in a PowerShell of its own, ask for a token at the same instant. They meet a simulated metadata'
                    'service that refuses what the real one refuses: more than 20 requests a second, more than 5 at a time. You see how'
                    'each of them fared.'
                    'First the tools are compiled, then the library and the assemblies: up to five minutes the first time, seconds after.', ''
                )
            }
            # The programs that do the work, all in one go: each by itself would have some of the same crates compiled again.
            $target = if ($env:CARGO_TARGET_DIR) { $env:CARGO_TARGET_DIR } else { 'target' }
            # What cargo says on its way is no error, though Windows PowerShell takes it for one where it is redirected.
            $ErrorActionPreference = 'Continue'
            & cargo build --locked --profile tools --target-dir $target --package xtask --package imds-sim --package arm-sim --package bench
            if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
            & (Join-Path -Path $target -ChildPath 'tools/xtask.exe') $word @options
            exit $LASTEXITCODE
        }
    }
} finally {
    Set-Location -LiteralPath $before.Path
}
