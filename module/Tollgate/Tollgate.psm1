# Loads the assembly for this PowerShell, and nothing else: no native code, no file, no request.
if ($PSVersionTable.PSEdition -eq 'Core') {
    $framework = 'net8.0'
}
else {
    $framework = 'net472'
}
Import-Module -Name "$PSScriptRoot/bin/$framework/Tollgate.PowerShell.dll"
