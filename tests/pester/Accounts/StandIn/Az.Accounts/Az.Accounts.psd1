# Stands in for the real module in tests: its name, and the part of its exports that they meet.
@{
    RootModule        = 'Az.Accounts.psm1'
    ModuleVersion     = '5.3.0'
    GUID              = '17a2feff-488b-47f9-8729-e2cec094624c'
    Author            = 'The Tollgate authors'
    Description       = 'A stand-in for Az.Accounts in the tests of Tollgate.'
    PowerShellVersion = '5.1'
    FunctionsToExport = @('Connect-AzAccount', 'Disconnect-AzAccount', 'Get-AzContext')
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @('Add-AzAccount', 'Login-AzAccount', 'Logout-AzAccount', 'Remove-AzAccount')
}
