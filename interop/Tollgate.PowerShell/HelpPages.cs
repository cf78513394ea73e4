// The target of Get-Help -Online: pages generated from the same XML documentation as the help.
namespace Tollgate.PowerShell;

/// <summary>The pages of the cmdlets.</summary>
internal static class HelpPages
{
    /// <summary>The folder of the pages.</summary>
    internal const string BaseUrl = "https://github.com/tollgate-powershell/tollgate/blob/main/docs/cmdlets/";
}
