# The measures of a cached token: one cmdlet that does nothing, and one that gives a SecureString.
@{
    RootModule           = 'EmptyModule.dll'
    ModuleVersion        = '1.0.0'
    CompatiblePSEditions = @('Core')
    GUID                 = 'c2b0a7d4-94c6-4f0e-8a5f-6f1d0c1b7e93'
    PowerShellVersion    = '7.4'
    FunctionsToExport    = @()
    CmdletsToExport      = @('Get-Nothing', 'Get-SecureText')
    VariablesToExport    = @()
    AliasesToExport      = @()
}
