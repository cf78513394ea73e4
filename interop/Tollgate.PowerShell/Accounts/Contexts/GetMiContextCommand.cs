// Get-MiContext: looks, never connects. Not being connected is no error here, because scripts test for it.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Gets the context in use, or the contexts of this session.</summary>
/// <remarks>
/// <para>A context says who (the account), where (the environment), and which tenant and subscription were chosen. It holds no token. When
/// this session is not connected there is no output and no error.</para>
/// <para>Each session has its own contexts. The scripts of ForEach-Object -Parallel and Start-ThreadJob start with a copy of those that
/// their caller had at the call; any other runspace starts with none.</para>
/// </remarks>
/// <example>
/// <para>Connect only when needed</para>
/// <code>if (-not (Get-MiContext)) { $null = Connect-MiAccount }</code>
/// <para>Connects unless this session is connected already.</para>
/// </example>
/// <example>
/// <para>List all contexts</para>
/// <code>Get-MiContext -ListAvailable | Format-Table -Property Name, Account, Subscription</code>
/// <para>Lists the contexts of this session with the properties of your choice.</para>
/// </example>
/// <returns cref="MiContext">The context in use, the one of that name, or all; no output when this session is not connected.</returns>
/// <seealso>Set-MiContext</seealso>
/// <seealso>Select-MiContext</seealso>
/// <seealso>Connect-MiAccount</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsCommon.Get, "MiContext", DefaultParameterSetName = GetSingleContext, HelpUri = HelpPages.BaseUrl + "Get-MiContext.md")]
[OutputType(typeof(MiContext))]
public sealed class GetMiContextCommand : ContextCmdlet
{
    private const string GetSingleContext = "GetSingleContext";
    private const string ListAllContexts = "ListAllContexts";

    /// <summary>The name of the context to get. Default: the context in use.</summary>
    [Parameter(Position = 0, ParameterSetName = GetSingleContext)]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Gets every context of this session, by tenant and then by subscription.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ListAllContexts)]
    public SwitchParameter ListAvailable { get; set; }

    /// <summary>Has no effect, and is here for scripts that give it: there is no token cache on disk from which contexts could come.</summary>
    [Parameter(ParameterSetName = ListAllContexts)]
    public SwitchParameter RefreshContextFromTokenCache { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => Name;

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        WarnIgnored(nameof(RefreshContextFromTokenCache), "there is no token cache on disk from which contexts could come");
        ContextCollection contexts = RunspaceContexts.Current.Contexts;
        if (ListAvailable)
        {
            WriteObject(contexts.All, enumerateCollection: true);
        }
        else if (Name is not null)
        {
            WriteObject(contexts.GetRequired(Name, nameof(Name)));
        }
        else if (FindContext() is MiContext context)
        {
            WriteObject(context);
        }
    }
}
