# Cached calls in one shell, round by round side by side: nothing, a new SecureString as long as the token, Tollgate, and
# Azure.Identity where its folder is given.
# Prints microseconds a call, one figure a line: name and value.
param([string] $Empty, [string] $Tollgate, [string] $AzureIdentity, [string] $ClientId, [int] $Calls)
$ErrorActionPreference = 'Stop'

# Loops run in a function: the variables of a script's own scope are slow.
function Measure-Round {
    param([object] $Credential, [object] $Context)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    for ($call = 0; $call -lt $Calls; $call++) { $null = Get-Nothing }
    "nothing $($watch.Elapsed.TotalMicroseconds / $Calls)"
    $watch.Restart()
    for ($call = 0; $call -lt $Calls; $call++) { $null = Get-SecureText }
    "secure $($watch.Elapsed.TotalMicroseconds / $Calls)"
    $watch.Restart()
    for ($call = 0; $call -lt $Calls; $call++) { $null = Get-MiAccessToken }
    "tollgate $($watch.Elapsed.TotalMicroseconds / $Calls)"
    if ($Credential) {
        $none = [System.Threading.CancellationToken]::None
        $watch.Restart()
        for ($call = 0; $call -lt $Calls; $call++) { $null = $Credential.GetToken($Context, $none) }
        "azure-identity $($watch.Elapsed.TotalMicroseconds / $Calls)"
    }
}

Import-Module -Name "$Empty/SecureModule.psd1"
Import-Module -Name "$Tollgate/Tollgate.psd1"
$null = Connect-MiAccount -SkipValidation -Identity -AccountId $ClientId
[EmptyModule.GetSecureTextCommand]::UseLength((Get-MiAccessToken).Token.Length)
$azure = @{}
if ($AzureIdentity) {
    foreach ($name in 'Azure.Core', 'Azure.Identity') {
        $null = [System.Reflection.Assembly]::LoadFrom("$AzureIdentity/$name.dll")
    }
    $identity = [Azure.Identity.ManagedIdentityId]::FromUserAssignedClientId($ClientId)
    $azure.Credential = [Azure.Identity.ManagedIdentityCredential]::new($identity)
    $azure.Context = [Azure.Core.TokenRequestContext]::new([string[]] 'https://management.azure.com/.default')
}
# The first two rounds compile and are thrown away.
$null = Measure-Round @azure
$null = Measure-Round @azure
for ($round = 0; $round -lt 5; $round++) { Measure-Round @azure }
