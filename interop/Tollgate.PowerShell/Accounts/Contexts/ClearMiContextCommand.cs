// Clear-MiContext: every context of this session goes, and with them the tokens of their identities.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Removes every context of this session, and the tokens of their identities from this process's memory.</summary>
/// <remarks>
/// <para>Afterwards this session is not connected. Other sessions keep their contexts; those in the same process that use the same
/// identity ask for a token again when they need one.</para>
/// <para>There is nothing on disk to remove.</para>
/// </remarks>
/// <example>
/// <para>Start from nothing</para>
/// <code>Clear-MiContext
/// Connect-MiAccount -ClientId '00000000-0000-0000-0000-000000000000'</code>
/// <para>Makes sure that no earlier context is left before connecting.</para>
/// </example>
/// <example>
/// <para>Clear as build scripts do</para>
/// <code>$null = Clear-MiContext -Scope Process -PassThru</code>
/// <para>The parameters of Clear-AzContext are taken as they are; with -PassThru the answer is True.</para>
/// </example>
/// <returns cref="bool">True, when -PassThru is given; otherwise nothing.</returns>
/// <seealso>Disconnect-MiAccount</seealso>
/// <seealso>Clear-MiTokenCache</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsCommon.Clear, "MiContext", SupportsShouldProcess = true, HelpUri = HelpPages.BaseUrl + "Clear-MiContext.md")]
[OutputType(typeof(bool))]
public sealed class ClearMiContextCommand : ContextRemovalCmdlet
{
    /// <summary>Returns True when the contexts are removed. Without it there is no output.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Has no effect, and is here for scripts that give it: the question it answers in Azure PowerShell is about contexts on disk.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        WarnIgnored(nameof(Force), "the question that it answers is about contexts on disk, and there are none");
        if (!ShouldProcess("the contexts of this session", "remove"))
        {
            return;
        }

        ForgetAll();
        if (PassThru)
        {
            WriteObject(true);
        }
    }
}
