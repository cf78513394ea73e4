// What happens when a session lets go of the module: its contexts go, and the tokens of their identities with them.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Called by PowerShell when a session removes the module.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        RunspaceContexts.Current.StopJobs();
        ContextRemovalCmdlet.ForgetAll();
    }
}
