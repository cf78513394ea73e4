# Tollgate in a fresh shell: import by name, connect, first token. Prints figures, one a line: name and value.
param([string] $Name, [string] $ClientId)
$ErrorActionPreference = 'Stop'
# The watch itself is compiled before it is needed.
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$null = $watch.Elapsed.TotalMilliseconds
$watch.Restart()
Import-Module -Name $Name
$import = $watch.Elapsed.TotalMilliseconds
$null = Connect-MiAccount -SkipValidation -Identity -AccountId $ClientId
$null = Get-MiAccessToken
$first = $watch.Elapsed.TotalMilliseconds
"import $import"
"first $first"
[System.GC]::Collect()
"memory $([System.Environment]::WorkingSet / 1MB)"
