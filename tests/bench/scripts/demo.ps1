# The main job: three lines, as a script has them. Verbose lines are caught to learn how long the gate made it wait.
param([string] $Library, [string] $ClientId)
$ErrorActionPreference = 'Stop'
try {
    $said = & {
        Import-Module -Name $Library
        Connect-MiAccount -Identity -AccountId $ClientId -Verbose
        Get-MiAccessToken
    } 4>&1
    $waited = '-'
    foreach ($line in $said) {
        if ($line -is [System.Management.Automation.VerboseRecord] -and $line.Message -match 'waited ([\d.]+) s') {
            $waited = $Matches[1]
        }
    }
    if ($said[-1].Token.Length -eq 0) { throw 'the token is empty' }
    [Console]::Out.WriteLine("token $waited")
}
catch {
    [Console]::Out.WriteLine('failed: ' + $_.FullyQualifiedErrorId)
}
