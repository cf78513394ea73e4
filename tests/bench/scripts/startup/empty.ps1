# The measure: an empty binary module and the first call of its one cmdlet. Prints figures, one a line: name and value.
param([string] $Library, [string] $ClientId)
$ErrorActionPreference = 'Stop'
# The watch itself is compiled before it is needed.
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$null = $watch.Elapsed.TotalMilliseconds
$watch.Restart()
Import-Module -Name "$Library/EmptyModule.dll"
$import = $watch.Elapsed.TotalMilliseconds
Get-Nothing
$first = $watch.Elapsed.TotalMilliseconds
"import $import"
"first $first"
[System.GC]::Collect()
"memory $([System.Environment]::WorkingSet / 1MB)"
