// Who calls a cmdlet by an Az name while Az itself is loaded must know which of the two answers: an alias wins over a cmdlet.
// A call by Tollgate's own name costs one look at the name.
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Shell = System.Management.Automation.PowerShell;

namespace Tollgate.PowerShell;

/// <summary>Notices calls by the names of Azure PowerShell.</summary>
internal static class AzAliases
{
    private const string AzModule = "Az.Accounts";
    private const string AliasModule = "Tollgate.Az";

    // Whole names of cmdlets only, for a text may quote what the user called something; Azure PowerShell has no names for the others.
    private static readonly Regex HaveAzNames = new(
        "\\b(Add|Clear|Connect|Disable|Disconnect|Get|Invoke|Select|Set)-Mi(?=(AccessToken|Account|Context|ContextAutosave|Environment|Resource|ResourceGroup|RestMethod|Subscription|Tenant|VM)\\b)",
        RegexOptions.CultureInvariant);

    private static readonly ConditionalWeakTable<Runspace, object> Warned = new();

    /// <summary>Warns, once a runspace, when this call would have been one of Azure PowerShell's without the aliases. A name with its module is a choice.</summary>
    internal static void WarnIfAzLoaded(PSCmdlet cmdlet)
    {
        string name = cmdlet.MyInvocation.InvocationName;
        if (!WereUsed(cmdlet) || name.Split('\\').Length > 1)
        {
            return;
        }

        Runspace runspace = Runspace.DefaultRunspace;
        if (!Warned.TryGetValue(runspace, out _) && IsAzLoaded())
        {
            Warned.GetValue(runspace, _ => new object());
            cmdlet.WriteWarning(
                $"{name} is {cmdlet.MyInvocation.MyCommand.Name} of Tollgate here, although {AzModule} is loaded: {AliasModule} was loaded first, and an alias wins. "
                + $"For {AzModule}, run Remove-Module {AliasModule}; for Tollgate, use its own names, which work beside Az. See about_TollgateAz.");
        }
    }

    /// <summary>Returns a text with the cmdlet names of Azure PowerShell when the cmdlet was called by one of them: scripts match the exact words.</summary>
    internal static string ToAzNames(PSCmdlet cmdlet, string text) =>
        WereUsed(cmdlet) ? HaveAzNames.Replace(text, "$1-Az") : text;

    /// <summary>Returns whether a cmdlet was called by a name of Azure PowerShell.</summary>
    internal static bool WereUsed(PSCmdlet cmdlet) =>
        CultureInfo.InvariantCulture.CompareInfo.IndexOf(cmdlet.MyInvocation.InvocationName, "-Az", CompareOptions.OrdinalIgnoreCase) >= 0;

    private static bool IsAzLoaded()
    {
        using Shell shell = Shell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").AddParameter("Name", AzModule).AddParameter("All");
        return shell.Invoke().Count > 0;
    }
}
