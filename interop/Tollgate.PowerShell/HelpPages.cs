// Where Get-Help -Online leads: the pages that are made of the same words as the help here.
namespace Tollgate.PowerShell;

/// <summary>The pages of the cmdlets.</summary>
internal static class HelpPages
{
    /// <summary>The folder they are in.</summary>
    internal const string BaseUrl = "https://github.com/tollgate-powershell/tollgate/blob/main/docs/cmdlets/";
}
