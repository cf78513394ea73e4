# One script of the stampede, as many are written today: one request with Invoke-RestMethod, no pace and no retry.
param([string] $Library, [string] $Warm, [string] $ClientId)
$ErrorActionPreference = 'Stop'
$request = @{
    Headers = @{ Metadata = 'true' }
    NoProxy = $true
}
$path = '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F&client_id=' + $ClientId
try {
    $null = Invoke-RestMethod @request -Uri ($Warm + $path)
    [Console]::Out.WriteLine('ready')
    $null = [Console]::In.ReadLine()
    $answer = Invoke-RestMethod @request -Uri ($env:AZURE_POD_IDENTITY_AUTHORITY_HOST + $path)
    if (-not $answer.access_token) { throw 'the token is empty' }
    [Console]::Out.WriteLine('token')
}
catch {
    [Console]::Out.WriteLine('failed: ' + $_.FullyQualifiedErrorId)
}
