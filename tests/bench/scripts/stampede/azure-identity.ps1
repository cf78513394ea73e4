# One script of the stampede, through Azure.Identity, with the retries that library has of its own.
param([string] $Library, [string] $ClientId)
$ErrorActionPreference = 'Stop'
function Get-Token {
    param([string] $Resource)
    $identity = [Azure.Identity.ManagedIdentityId]::FromUserAssignedClientId($ClientId)
    $credential = [Azure.Identity.ManagedIdentityCredential]::new($identity)
    $context = [Azure.Core.TokenRequestContext]::new([string[]] "$Resource/.default")
    return $credential.GetToken($context, [System.Threading.CancellationToken]::None)
}
try {
    foreach ($name in 'Azure.Core', 'Azure.Identity') {
        $null = [System.Reflection.Assembly]::LoadFrom("$Library/$name.dll")
    }
    # The first call compiles its way, so that the release finds every client warm. Tokens are cached for the process,
    # so it asks for another resource.
    $null = Get-Token -Resource 'https://vault.azure.net'
    [Console]::Out.WriteLine('ready')
    $null = [Console]::In.ReadLine()
    if (-not (Get-Token -Resource 'https://management.azure.com').Token) { throw 'the token is empty' }
    [Console]::Out.WriteLine('token')
}
catch {
    [Console]::Out.WriteLine('failed: ' + $_.FullyQualifiedErrorId)
}
# A script goes on with its work; ending a shell would take time from the others.
$null = [Console]::In.ReadLine()
