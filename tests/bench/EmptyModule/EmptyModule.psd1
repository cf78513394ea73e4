# The measure of an import: what a manifest with one cmdlet costs before it does anything.
@{
    RootModule           = 'EmptyModule.dll'
    ModuleVersion        = '1.0.0'
    CompatiblePSEditions = @('Core')
    GUID                 = '3f4c5f0b-27c5-4d5b-9c3e-5d0c8e0f6a42'
    PowerShellVersion    = '7.4'
    FunctionsToExport    = @()
    CmdletsToExport      = @('Get-Nothing')
    VariablesToExport    = @()
    AliasesToExport      = @()
}
