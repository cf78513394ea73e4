// Disconnect-MiAccount: the contexts of an account go, and its tokens in memory with them.
using System;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Disconnects an account: removes its contexts from this session and its tokens from this process's memory.</summary>
/// <remarks>
/// <para>Without parameters, the account of the context in use is disconnected. Other contexts of the same account go with it.
/// When the context in use is among them, none is in use afterwards: choose one with Set-MiContext or connect again.</para>
/// <para>Sessions of the same process that are connected as the same identity stay connected, and ask for a token again when they need one.</para>
/// </remarks>
/// <example>
/// <para>Disconnect</para>
/// <code>Disconnect-MiAccount</code>
/// <para>Disconnects the account of the context in use and shows it.</para>
/// </example>
/// <example>
/// <para>Disconnect every account</para>
/// <code>Get-MiContext -ListAvailable | Select-Object -ExpandProperty Account -Unique | Disconnect-MiAccount</code>
/// <para>Takes the accounts of all contexts of this session and disconnects each.</para>
/// </example>
/// <returns cref="MiAccount">The account that was disconnected; null when this session was not connected.</returns>
/// <seealso>Connect-MiAccount</seealso>
/// <seealso>Clear-MiContext</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsCommunications.Disconnect, "MiAccount", SupportsShouldProcess = true, DefaultParameterSetName = ContextNameSet, HelpUri = HelpPages.BaseUrl + "Disconnect-MiAccount.md")]
[OutputType(typeof(MiAccount))]
public sealed class DisconnectMiAccountCommand : ContextRemovalCmdlet
{
    private const string ContextNameSet = "ContextName";
    private const string UserIdSet = "UserId";
    private const string ServicePrincipalSet = "ServicePrincipal";
    private const string AccountObjectSet = "AccountObject";
    private const string ContextObjectSet = "ContextObject";

    /// <summary>The name of a context whose account is disconnected. Default: the context in use.</summary>
    [Parameter(ParameterSetName = ContextNameSet)]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? ContextName { get; set; }

    /// <summary>The id of the account to disconnect, as the property Id of the account shows it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = UserIdSet)]
    [Alias("Id", "UserId")]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string? Username { get; set; }

    /// <summary>The client id of the account to disconnect.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ServicePrincipalSet)]
    [Alias("SPN", "ServicePrincipal")]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string? ApplicationId { get; set; }

    /// <summary>The tenant of the account to disconnect. Here for scripts that give it: the client id alone decides.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ServicePrincipalSet)]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? TenantId { get; set; }

    /// <summary>The account to disconnect.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = AccountObjectSet)]
    public MiAccount? InputObject { get; set; }

    /// <summary>A context whose account is disconnected.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ContextObjectSet)]
    public MiContext? AzureContext { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => ContextName ?? Username ?? ApplicationId ?? InputObject ?? (object?)AzureContext;

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        WarnIgnored(nameof(TenantId), "the client id alone decides which account it is");
        RunspaceContexts table = RunspaceContexts.Current;
        if (FindAccount(table.Contexts) is not (string accountId, Func<MiContext, bool> isItsOwn))
        {
            WriteVerbose("No accounts were found to disconnect from. Ending call to Disconnect-MiAccount.");
            WriteObject(null);
            return;
        }

        MiContext[] leaving = [.. table.Contexts.All.Where(isItsOwn)];
        if (leaving.Length == 0)
        {
            WriteError(ErrorRecordFactory.Create(Unknown($"Provide a valid account or context: this session is not connected as '{accountId}'"), ErrorTarget));
        }
        else if (ShouldProcess($"Log out principal '{leaving[0].Account.Id}'", "log out"))
        {
            // First, so that nothing which fails later leaves it connected.
            table.Change(contexts => contexts.Without(isItsOwn));
            foreach (MiContext context in leaving)
            {
                Forget(context);
            }

            WriteObject(leaving[0].Account);
        }
    }

    private static TollgateException Unknown(string message) => new(TollgateStatus.InvalidArgument, message);

    private (string Id, Func<MiContext, bool> IsItsOwn)? FindAccount(ContextCollection contexts) => ParameterSetName switch
    {
        UserIdSet => ById(Username!),
        ServicePrincipalSet => ById(ApplicationId!),
        AccountObjectSet => ByIdentity(InputObject!, contexts),
        ContextObjectSet => ByIdentity(AzureContext!.Account, contexts),
        _ when ContextName is null => FindContext() is MiContext current ? ByIdentity(current.Account, contexts) : null,
        _ => contexts.Find(ContextName) is MiContext named ? ByIdentity(named.Account, contexts) : throw Unknown($"Provide a valid account or context: there is no context named '{ContextName}'"),
    };

    private static (string Id, Func<MiContext, bool> IsItsOwn) ById(string id) => (id, context => ContextCollection.BelongsTo(context, id));

    // An account from another process knows no source, and then its name alone says which it is.
    private static (string Id, Func<MiContext, bool> IsItsOwn) ByIdentity(MiAccount account, ContextCollection contexts)
    {
        IdentitySelector identity = account.Identity;
        bool byName = !identity.HasSource && !contexts.All.Any(context => context.Account.Identity == identity);
        return (account.Id, context => byName ? context.Account.Identity.IsNamesakeOf(identity) : context.Account.Identity.IsSameAs(identity));
    }
}
