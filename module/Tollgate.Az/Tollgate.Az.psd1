# The manifest of the names of Azure PowerShell. Its version and that of the Tollgate it needs are the workspace's version.
@{
    RootModule             = 'Tollgate.Az.psm1'
    ModuleVersion          = '0.1.0'
    CompatiblePSEditions   = @('Desktop', 'Core')
    GUID                   = '946bbafd-ff04-4859-a44d-c82c9fc4b775'
    Author                 = 'The Tollgate authors'
    CompanyName            = 'Tollgate'
    Copyright              = '(c) The Tollgate authors. MIT License.'
    Description            = 'The names of Azure PowerShell for Tollgate: scripts that connect with Connect-AzAccount -Identity run unchanged, without the Az modules.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    RequiredModules        = @(
        @{
            ModuleName      = 'Tollgate'
            RequiredVersion = '0.1.0'
        }
    )
    FunctionsToExport      = @()
    CmdletsToExport        = @()
    VariablesToExport      = @()
    AliasesToExport        = @(
        'Add-AzAccount'
        'Add-AzEnvironment'
        'Clear-AzContext'
        'Connect-AzAccount'
        'Disable-AzContextAutosave'
        'Disconnect-AzAccount'
        'Get-AzAccessToken'
        'Get-AzContext'
        'Get-AzDomain'
        'Get-AzEnvironment'
        'Get-AzResource'
        'Get-AzResourceGroup'
        'Get-AzSubscription'
        'Get-AzTenant'
        'Get-AzVM'
        'Invoke-AzRest'
        'Invoke-AzRestMethod'
        'Login-AzAccount'
        'Logout-AzAccount'
        'Remove-AzAccount'
        'Select-AzContext'
        'Select-AzSubscription'
        'Set-AzContext'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @('Azure', 'ManagedIdentity', 'MSI', 'Az', 'Connect-AzAccount', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://github.com/tollgate-powershell/tollgate/blob/main/LICENSE'
            ProjectUri   = 'https://github.com/tollgate-powershell/tollgate'
            ReleaseNotes = 'https://github.com/tollgate-powershell/tollgate/blob/main/CHANGELOG.md'
        }
    }
}
