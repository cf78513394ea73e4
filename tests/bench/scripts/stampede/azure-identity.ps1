# One script of the stampede, through Azure.Identity, with the retries that library has of its own.
param([string] $Library, [string] $Warm, [string] $ClientId)
$ErrorActionPreference = 'Stop'
function Get-Token {
    $identity = [Azure.Identity.ManagedIdentityId]::FromUserAssignedClientId($ClientId)
    $credential = [Azure.Identity.ManagedIdentityCredential]::new($identity)
    $context = [Azure.Core.TokenRequestContext]::new([string[]] 'https://management.azure.com/.default')
    return $credential.GetToken($context, [System.Threading.CancellationToken]::None)
}
try {
    foreach ($name in 'Azure.Core', 'Azure.Identity') {
        $null = [System.Reflection.Assembly]::LoadFrom("$Library/$name.dll")
    }
    [Console]::Out.WriteLine('ready')
    $null = [Console]::In.ReadLine()
    if (-not (Get-Token).Token) { throw 'the token is empty' }
    [Console]::Out.WriteLine('token')
}
catch {
    [Console]::Out.WriteLine('failed: ' + $_.FullyQualifiedErrorId)
}
