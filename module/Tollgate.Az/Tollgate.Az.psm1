# The names of Azure PowerShell for Tollgate's commands: the one table of them. The manifest lists the same names, because
# PowerShell loads a module for a name only when its manifest has it; a test compares the two.
$names = @{
    'Add-AzAccount'             = 'Connect-MiAccount'
    'Add-AzEnvironment'         = 'Add-MiEnvironment'
    'Clear-AzContext'           = 'Clear-MiContext'
    'Connect-AzAccount'         = 'Connect-MiAccount'
    'Disable-AzContextAutosave' = 'Disable-MiContextAutosave'
    'Disconnect-AzAccount'      = 'Disconnect-MiAccount'
    'Get-AzAccessToken'         = 'Get-MiAccessToken'
    'Get-AzContext'             = 'Get-MiContext'
    'Get-AzDomain'              = 'Get-MiTenant'
    'Get-AzEnvironment'         = 'Get-MiEnvironment'
    'Get-AzResource'            = 'Get-MiResource'
    'Get-AzResourceGroup'       = 'Get-MiResourceGroup'
    'Get-AzSubscription'        = 'Get-MiSubscription'
    'Get-AzTenant'              = 'Get-MiTenant'
    'Get-AzVM'                  = 'Get-MiVM'
    'Invoke-AzRest'             = 'Invoke-MiRestMethod'
    'Invoke-AzRestMethod'       = 'Invoke-MiRestMethod'
    'Login-AzAccount'           = 'Connect-MiAccount'
    'Logout-AzAccount'          = 'Disconnect-MiAccount'
    'Remove-AzAccount'          = 'Disconnect-MiAccount'
    'Select-AzContext'          = 'Select-MiContext'
    'Select-AzSubscription'     = 'Set-MiContext'
    'Set-AzContext'             = 'Set-MiContext'
}

if (Get-Module -Name 'Az.Accounts' -All) {
    Write-Warning -Message ('Az.Accounts is loaded, so Tollgate.Az adds none of its names: Connect-AzAccount and the others stay those of Az. ' +
        'For Tollgate under these names, begin a new session with Import-Module Tollgate.Az, or run Remove-Module Az.Accounts -Force and ' +
        'then Import-Module Tollgate.Az -Force. Connect-MiAccount and the other names of Tollgate work beside Az. See about_TollgateAz.')
    Export-ModuleMember
    return
}

foreach ($name in $names.Keys) {
    Set-Alias -Name $name -Value $names[$name]
}
Export-ModuleMember -Alias @($names.Keys)
