// What happens at import: a note of who came first. No native code, no file, no request.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Called by PowerShell when it loads the module.</summary>
public sealed class ModuleStart : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport() => ContextTable.NoteImport();
}
