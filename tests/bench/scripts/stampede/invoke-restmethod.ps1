# One script of the stampede, as many are written today: one request with Invoke-RestMethod, no pace and no retry.
param([string] $Library, [string] $ClientId)
$ErrorActionPreference = 'Stop'
$path = '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F&client_id='
$request = @{
    Uri = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST + $path + $ClientId
    Headers = @{ Metadata = 'true' }
    NoProxy = $true
}
try {
    # The first call compiles its way, so that the release finds every client warm.
    $null = Invoke-RestMethod @request
    [Console]::Out.WriteLine('ready')
    $null = [Console]::In.ReadLine()
    $answer = Invoke-RestMethod @request
    if (-not $answer.access_token) { throw 'the token is empty' }
    [Console]::Out.WriteLine('token')
}
catch {
    [Console]::Out.WriteLine('failed: ' + $_.FullyQualifiedErrorId)
}
# A script goes on with its work; ending a shell would take time from the others.
$null = [Console]::In.ReadLine()
