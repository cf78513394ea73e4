// Disable-MiContextAutosave: contexts are never saved, so it only reports that.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Says that contexts are not saved to disk, which they never are.</summary>
/// <remarks>
/// <para>Scripts written for Azure PowerShell turn saving off before they connect, so that no context is left on disk or found there.
/// Tollgate never writes one, for this session or any other, so there is nothing to turn off and no setting to change.</para>
/// </remarks>
/// <example>
/// <para>Begin as build scripts do</para>
/// <code>$null = Disable-MiContextAutosave -Scope Process
/// Connect-MiAccount</code>
/// <para>Runs unchanged; the first line has nothing to do.</para>
/// </example>
/// <example>
/// <para>Show how contexts are kept</para>
/// <code>Disable-MiContextAutosave | Format-List</code>
/// <para>Shows the mode Process, and None in place of folders and files.</para>
/// </example>
/// <returns cref="MiContextAutosaveSettings">How contexts are kept: in this process, in no folder and no file.</returns>
/// <seealso>Clear-MiContext</seealso>
/// <seealso>Connect-MiAccount</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsLifecycle.Disable, "MiContextAutosave", SupportsShouldProcess = true, HelpUri = HelpPages.BaseUrl + "Disable-MiContextAutosave.md")]
[OutputType(typeof(MiContextAutosaveSettings))]
public sealed class DisableMiContextAutosaveCommand : ContextCmdlet
{
    /// <summary>Whose saving is turned off: that of this session, with Process, or that of the user. Nothing is saved for either. Default: CurrentUser, as in Azure PowerShell.</summary>
    [Parameter]
    public ContextModificationScope Scope { get; set; } = ContextModificationScope.CurrentUser;

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        if (ShouldProcess("the contexts of this session", "do not save"))
        {
            WriteObject(new MiContextAutosaveSettings());
        }
    }
}
