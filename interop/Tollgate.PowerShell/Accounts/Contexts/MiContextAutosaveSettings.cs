// How contexts are kept, with the property names and words of Azure PowerShell's settings.
namespace Tollgate.PowerShell;

/// <summary>How contexts are kept: in memory only.</summary>
public sealed class MiContextAutosaveSettings
{
    private const string Nowhere = "None";

    internal MiContextAutosaveSettings()
    {
    }

    /// <summary>Gets how far contexts reach, always Process.</summary>
    public string Mode { get; } = nameof(ContextModificationScope.Process);

    /// <summary>Gets the folder of saved contexts, always None.</summary>
    public string ContextDirectory { get; } = Nowhere;

    /// <summary>Gets the file of saved contexts, always None.</summary>
    public string ContextFile { get; } = Nowhere;

    /// <summary>Gets the folder of saved tokens, always None.</summary>
    public string CacheDirectory { get; } = Nowhere;

    /// <summary>Gets the file of saved tokens, always None.</summary>
    public string CacheFile { get; } = Nowhere;
}
