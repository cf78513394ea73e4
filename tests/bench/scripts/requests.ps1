# Requests to Azure in one shell: by Invoke-RestMethod with a token at hand, and by Invoke-MiRestMethod; then what a long listing
# and a large download leave in memory. Prints one figure a line: name and value (microseconds a call, or megabytes).
param([string] $Tollgate, [string] $Azure, [int] $Calls, [int] $Pages, [long] $Bytes, [string] $Folder)
$ErrorActionPreference = 'Stop'
$subscription = 'b0000000-5b5c-4000-8000-000000000001'
$path = "/subscriptions/$subscription`?api-version=2022-12-01"

# Loops run in a function: the variables of a script's own scope are slow.
function Measure-Round {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    for ($call = 0; $call -lt $Calls; $call++) { $null = Invoke-RestMethod -Uri "$Azure$path" -Headers $headers }
    "invoke-rest-method $($watch.Elapsed.TotalMicroseconds / $Calls)"
    $watch.Restart()
    for ($call = 0; $call -lt $Calls; $call++) { $null = (Invoke-MiRestMethod -Path $path).Content | ConvertFrom-Json }
    "tollgate $($watch.Elapsed.TotalMicroseconds / $Calls)"
}

function Get-Memory {
    [System.GC]::Collect()
    [System.GC]::WaitForPendingFinalizers()
    [System.Diagnostics.Process]::GetCurrentProcess().WorkingSet64 / 1MB
}

function Get-Peak {
    [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB
}

Import-Module -Name "$Tollgate/Tollgate.psd1"
$null = Add-MiEnvironment -Name Bench -ResourceManagerEndpoint $Azure -ActiveDirectoryServiceEndpointResourceId 'https://management.core.windows.net/'
$null = Connect-MiAccount -Environment Bench -Subscription $subscription -SkipValidation
$headers = Get-MiAccessToken -AsHeader

# The first two rounds compile and are thrown away.
$null = Measure-Round
$null = Measure-Round
for ($round = 0; $round -lt 5; $round++) { Measure-Round }

# What the shell has needed at most grows by what the download needs.
$file = Join-Path -Path $Folder -ChildPath 'download.bin'
$null = Invoke-MiRestMethod -Path '/download/1048576' -OutFile $file
$before = Get-Peak
$null = Invoke-MiRestMethod -Path "/download/$Bytes" -OutFile $file
"downloaded $((Get-Item -Path $file).Length)"
"download-growth $((Get-Peak) - $before)"

$null = Invoke-RestMethod -Uri "$Azure/sim/content" -Method Post -Body "{`"pages`":$Pages,`"pageSize`":20}" -ContentType 'application/json'
$seen = 0
$early = 0
$late = 0
Get-MiResource | ForEach-Object -Process {
    $seen++
    if ($seen -eq $Pages) { $early = Get-Memory }
    if ($seen -eq $Pages * 19) { $late = Get-Memory }
}
"listed $seen"
"listing-early $early"
"listing-late $late"
