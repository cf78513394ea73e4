// The values of -PollFrom and -FinalResultFrom of Invoke-MiRestMethod, which are those of Invoke-AzRestMethod.
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Maps the names of operation links to their values.</summary>
internal static class OperationLinkNames
{
    /// <summary>Returns the link of a name, in any case; Default for null.</summary>
    internal static OperationLink Parse(string? name) => name?.ToUpperInvariant() switch
    {
        "AZUREASYNCLOCATION" => OperationLink.AzureAsyncOperation,
        "LOCATION" => OperationLink.Location,
        "ORIGINALURI" => OperationLink.OriginalUri,
        "OPERATION-LOCATION" => OperationLink.OperationLocation,
        _ => OperationLink.Default,
    };
}
