# Runs every *.Tests.ps1 of this folder with Pester 5 and ends with one line: N passed, N failed, N skipped.
# TOLLGATE_TEST_MODULE names the packed module under test; without it the newest one in output/ is taken.
[CmdletBinding()]
param()
$ErrorActionPreference = 'Stop'

if (-not $env:TOLLGATE_TEST_MODULE) {
    $packed = Join-Path -Path $PSScriptRoot -ChildPath '../../output/Tollgate'
    $newest = Get-ChildItem -Path $packed -Directory | Sort-Object -Property LastWriteTime | Select-Object -Last 1
    $env:TOLLGATE_TEST_MODULE = $newest.FullName
}

try {
    Import-Module -Name Pester -MinimumVersion 5.3
}
catch [System.IO.FileNotFoundException] {
    Write-Output -InputObject 'skipped: no Pester 5.3 or later; Install-Module -Name Pester -Force -SkipPublisherCheck'
    Write-Output -InputObject '0 passed, 0 failed, 1 skipped'
    exit 0
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.StackTraceVerbosity = 'FirstLine'
$result = Invoke-Pester -Configuration $configuration

# A file that cannot be read and a block whose set-up throws have run no test, yet they failed.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
Write-Output -InputObject ('{0} passed, {1} failed, {2} skipped' -f $result.PassedCount, $failed, $result.SkippedCount)
exit [int]($failed -gt 0)
