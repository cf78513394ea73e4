# One script of the stampede, through Tollgate. Once ready it waits for the word; then it connects and asks for its token.
param([string] $Library, [string] $ClientId)
$ErrorActionPreference = 'Stop'
try {
    Import-Module -Name "$Library/Tollgate.psd1"
    # The first call compiles its way, so that the release finds every client warm; its token is forgotten.
    $null = Connect-MiAccount -SkipValidation -Identity -AccountId $ClientId
    $null = Get-MiAccessToken
    $null = Disconnect-MiAccount
    [Console]::Out.WriteLine('ready')
    $null = [Console]::In.ReadLine()
    $null = Connect-MiAccount -SkipValidation -Identity -AccountId $ClientId
    $token = Get-MiAccessToken
    if ($token.Token.Length -eq 0) { throw 'the token is empty' }
    [Console]::Out.WriteLine('token')
}
catch {
    [Console]::Out.WriteLine('failed: ' + $_.FullyQualifiedErrorId)
}
# A script goes on with its work; ending a shell would take time from the others.
$null = [Console]::In.ReadLine()
