# The measure: a module with a manifest and one cmdlet that does nothing, found by name, and the first call of it. Prints figures, one a line: name
# and value.
param([string] $Name, [string] $ClientId)
$ErrorActionPreference = 'Stop'
# The watch itself is compiled before it is needed.
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$null = $watch.Elapsed.TotalMilliseconds
$watch.Restart()
Import-Module -Name $Name
$import = $watch.Elapsed.TotalMilliseconds
Get-Nothing
$first = $watch.Elapsed.TotalMilliseconds
"import $import"
"first $first"
[System.GC]::Collect()
"memory $([System.Environment]::WorkingSet / 1MB)"
