# The manifest. ModuleVersion is the workspace's version; a test checks that the two are equal. The assembly is named here and
# not in a script, because a script module would double the time of an import. All values are literal: PowerShell has to run what
# it cannot read, and while it does, another runspace that looks for one of these commands does not find it.
@{
    RootModule             = 'Tollgate.PowerShell.dll'
    ModuleVersion          = '0.1.0'
    CompatiblePSEditions   = @('Desktop', 'Core')
    GUID                   = '5f0c6f0e-6a8d-4a53-9c56-3b9d9e0f7c21'
    Author                 = 'The Tollgate authors'
    CompanyName            = 'Tollgate'
    Copyright              = '(c) The Tollgate authors. MIT License.'
    Description            = 'Tokens of Azure managed identities for many scripts at once: one pace for the whole machine, a context for each session, nothing on disk.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    TypesToProcess         = @('Tollgate.types.ps1xml')
    FormatsToProcess       = @('Tollgate.format.ps1xml')
    FunctionsToExport      = @()
    CmdletsToExport        = @(
        'Add-MiEnvironment'
        'Clear-MiContext'
        'Clear-MiTokenCache'
        'Connect-MiAccount'
        'Disable-MiContextAutosave'
        'Disconnect-MiAccount'
        'Get-MiAccessToken'
        'Get-MiContext'
        'Get-MiEnvironment'
        'Get-MiGate'
        'Get-MiResource'
        'Get-MiResourceGroup'
        'Get-MiSubscription'
        'Get-MiTenant'
        'Get-MiTokenCache'
        'Get-MiVM'
        'Invoke-MiRestMethod'
        'Select-MiContext'
        'Set-MiContext'
        'Test-MiAccount'
    )
    VariablesToExport      = @()
    AliasesToExport        = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @('Azure', 'ManagedIdentity', 'MSI', 'IMDS', 'Token', 'Throttling', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://github.com/tollgate-powershell/tollgate/blob/main/LICENSE'
            ProjectUri   = 'https://github.com/tollgate-powershell/tollgate'
            ReleaseNotes = 'https://github.com/tollgate-powershell/tollgate/blob/main/CHANGELOG.md'
        }
    }
}
