# The main job in a shell that has just started: at the word, three lines as a script has them. Verbose lines are caught to
# learn how long the gate made it wait.
param([string] $ClientId)
$ErrorActionPreference = 'Stop'
[Console]::Out.WriteLine('ready')
$null = [Console]::In.ReadLine()
try {
    $said = & {
        Import-Module -Name Tollgate
        Connect-MiAccount -SkipValidation -Identity -AccountId $ClientId -Verbose
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
