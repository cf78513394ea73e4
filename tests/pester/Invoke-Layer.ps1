# Runs every *.Tests.ps1 of this folder and those below it with Pester 5 and ends with one line: N passed, N failed, N skipped.
# TOLLGATE_TEST_MODULE names the packed module under test, TOLLGATE_TEST_AZ_MODULE that of the Az names, TOLLGATE_TEST_PACKAGE
# the Gallery's package of the first, TOLLGATE_TEST_SIM and TOLLGATE_TEST_ARM_SIM the simulators; without them the newest in
# output/ and in target/tools are taken. TOLLGATE_TEST_PESTER names a folder with Pester in it; without it the one that tests/shell
# fills is taken, or the shell's own. TOLLGATE_TEST_WINE is set where this Windows is Wine. All files share one simulator of the
# metadata service and one gate folder, which go when the run ends.
[CmdletBinding()]
param(
    # The files to run, as names with wildcards, in whatever folder they are.
    [string] $Name = '*'
)
$ErrorActionPreference = 'Stop'
$root = Join-Path -Path $PSScriptRoot -ChildPath '../..'
# In one order everywhere: each system lists folders in its own.
$files = @(Get-ChildItem -Path $PSScriptRoot -Recurse -File | Where-Object -Property Name -Like -Value "$Name.Tests.ps1" | Sort-Object -Property FullName)
if ($files.Count -eq 0) {
    Write-Output -InputObject "failed: no file is called $Name.Tests.ps1"
    Write-Output -InputObject '0 passed, 1 failed, 0 skipped'
    exit 1
}

# Every shell that the tests start has these too.
$env:POWERSHELL_TELEMETRY_OPTOUT = '1'
$env:POWERSHELL_UPDATECHECK = 'Off'

$target = if ($env:CARGO_TARGET_DIR) { $env:CARGO_TARGET_DIR } else { Join-Path -Path $root -ChildPath 'target' }
$modules = $env:TOLLGATE_TEST_PESTER
if (-not $modules) {
    $modules = Join-Path -Path $target -ChildPath 'shell/modules'
}
elseif (-not (Test-Path -LiteralPath $modules)) {
    throw "TOLLGATE_TEST_PESTER names no folder: $modules"
}
if (Test-Path -LiteralPath $modules) { $env:PSModulePath = $modules + [System.IO.Path]::PathSeparator + $env:PSModulePath }
try {
    Import-Module -Name Pester -MinimumVersion 5.3 -MaximumVersion 5.99
}
catch [System.IO.FileNotFoundException] {
    Write-Output -InputObject 'failed: no Pester 5.3 or later; Install-Module -Name Pester -Force -SkipPublisherCheck'
    Write-Output -InputObject '0 passed, 1 failed, 0 skipped'
    exit 1
}

if (-not $env:TOLLGATE_TEST_MODULE) {
    $packed = Get-ChildItem -Path (Join-Path -Path $root -ChildPath 'output/Tollgate') -Directory
    $env:TOLLGATE_TEST_MODULE = ($packed | Sort-Object -Property LastWriteTime | Select-Object -Last 1).FullName
}
if (-not $env:TOLLGATE_TEST_AZ_MODULE) {
    $packed = Get-ChildItem -Path (Join-Path -Path $root -ChildPath 'output/Tollgate.Az') -Directory
    $env:TOLLGATE_TEST_AZ_MODULE = ($packed | Sort-Object -Property LastWriteTime | Select-Object -Last 1).FullName
}
if (-not $env:TOLLGATE_TEST_PACKAGE) {
    $packages = Get-ChildItem -Path (Join-Path -Path $root -ChildPath 'output/Tollgate.[0-9]*.nupkg') -ErrorAction Ignore
    $env:TOLLGATE_TEST_PACKAGE = ($packages | Sort-Object -Property LastWriteTime | Select-Object -Last 1).FullName
}
foreach ($program in @{ Variable = 'TOLLGATE_TEST_SIM'; Name = 'imds-sim' }, @{ Variable = 'TOLLGATE_TEST_ARM_SIM'; Name = 'arm-sim' }) {
    if (Test-Path -Path "env:$($program.Variable)") { continue }
    $programs = Get-ChildItem -Path (Join-Path -Path $target -ChildPath 'tools') -File
    $found = $programs | Where-Object -FilterScript { $_.Name -in $program.Name, "$($program.Name).exe" }
    Set-Item -Path "env:$($program.Variable)" -Value $found.FullName
}

Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'TollgateTest.psm1')
$gate = New-TestFolder
$simulator = Start-Simulator
try {
    $env:TOLLGATE_GATE_DIRECTORY = $gate
    $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $simulator.Url
    # Azure itself is never asked: nobody is there to pass a request on.
    $env:HTTPS_PROXY = 'http://127.0.0.1:9'
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $files.FullName
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $configuration.Output.StackTraceVerbosity = 'FirstLine'
    $pester = (Get-Module -Name Pester).Version
    Write-Output -InputObject "PowerShell $($PSVersionTable.PSVersion) ($PSEdition), Pester $pester"
    $result = Invoke-Pester -Configuration $configuration
}
finally {
    Stop-Simulator -Simulator $simulator
    # Windows does not delete what this process still holds open.
    Remove-Item -Path $gate -Recurse -Force -ErrorAction SilentlyContinue
}

# Nothing is left out but where LeftOut.psd1 says so: anywhere else a skipped test has failed.
$onWindows = $env:OS -eq 'Windows_NT'
$onLinux = -not $onWindows -and $IsLinux
$here = @{
    'Windows'            = $onWindows
    'Windows PowerShell' = $PSEdition -eq 'Desktop'
    'not Linux'          = -not $onLinux
    'not root on Linux'  = -not ($onLinux -and (id -u) -eq '0')
    'no strace'          = -not ($onLinux -and (Get-Command -Name 'strace' -ErrorAction Ignore))
    'no package'         = -not $env:TOLLGATE_TEST_PACKAGE
}
$expected = Import-PowerShellDataFile -Path (Join-Path -Path $PSScriptRoot -ChildPath 'LeftOut.psd1')
$unexpected = 0
foreach ($test in $result.Skipped) {
    $file = Split-Path -Path $test.ScriptBlock.File -Leaf
    $entry = $expected[$file]
    if ($entry -and $here[$entry.Where] -and $test.ExpandedPath -match $entry.Tests) {
        Write-Output -InputObject "left out ($($entry.Where)): ${file}: $($test.ExpandedPath): $($entry.Because)"
    }
    else {
        $unexpected++
        Write-Output -InputObject "failed: ${file}: $($test.ExpandedPath): left out where LeftOut.psd1 does not expect it"
    }
}

# A file that cannot be read and a block whose set-up throws have run no test, yet they failed.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount + $unexpected
Write-Output -InputObject ('{0} passed, {1} failed, {2} skipped' -f $result.PassedCount, $failed, $result.SkippedCount)
exit [int]($failed -gt 0)
