# The measure of an import of a module that has objects to show: one view and the depth of one type.
@{
    RootModule           = 'EmptyModule.dll'
    ModuleVersion        = '1.0.0'
    CompatiblePSEditions = @('Core')
    GUID                 = '8a1d6e0c-5b7e-4a43-8f5a-2c9f4f1f7d15'
    PowerShellVersion    = '7.4'
    TypesToProcess       = @('ShowingModule.types.ps1xml')
    FormatsToProcess     = @('ShowingModule.format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @('Get-Nothing')
    VariablesToExport    = @()
    AliasesToExport      = @()
}
