# Azure.Identity in a fresh shell: load, first token. Prints figures, one a line: name and value.
param([string] $Library, [string] $ClientId)
$ErrorActionPreference = 'Stop'
# The watch itself is compiled before it is needed.
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$null = $watch.Elapsed.TotalMilliseconds
$watch.Restart()
foreach ($name in 'Azure.Core', 'Azure.Identity') {
    $null = [System.Reflection.Assembly]::LoadFrom("$Library/$name.dll")
}
$identity = [Azure.Identity.ManagedIdentityId]::FromUserAssignedClientId($ClientId)
$credential = [Azure.Identity.ManagedIdentityCredential]::new($identity)
$import = $watch.Elapsed.TotalMilliseconds
$context = [Azure.Core.TokenRequestContext]::new([string[]] 'https://management.azure.com/.default')
$null = $credential.GetToken($context, [System.Threading.CancellationToken]::None)
$first = $watch.Elapsed.TotalMilliseconds
"import $import"
"first $first"
[System.GC]::Collect()
"memory $([System.Environment]::WorkingSet / 1MB)"
