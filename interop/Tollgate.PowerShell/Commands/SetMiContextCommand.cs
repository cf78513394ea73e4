// Set-MiContext: another subscription, tenant or context for this session. Nothing is asked of Azure.
using System.Collections;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Chooses the subscription, the tenant or the context that this session uses.</summary>
/// <remarks>
/// <para>Only this session changes. Scripts that run beside it, also those in the same process, keep theirs. The subscription or tenant is
/// kept as given; Azure is not asked whether it is there.</para>
/// <para>Another subscription makes a further context with the same account; the former stays in the list of Get-MiContext
/// -ListAvailable. Another tenant leaves the subscription out, unless it is the tenant in use.</para>
/// </remarks>
/// <example>
/// <para>Choose a subscription</para>
/// <code>Set-MiContext -Subscription 'Production'</code>
/// <para>Makes a context with this subscription for the connected account and takes it into use.</para>
/// </example>
/// <example>
/// <para>Go back to an earlier context</para>
/// <code>$before = Get-MiContext
/// $null = Set-MiContext -Subscription 'Test'
/// Set-MiContext -Context $before</code>
/// <para>Remembers the context in use, works with another subscription, and takes the first one into use again.</para>
/// </example>
/// <returns cref="MiContext">The context that is now in use.</returns>
/// <seealso>Get-MiContext</seealso>
/// <seealso>Connect-MiAccount</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsCommon.Set, "MiContext", SupportsShouldProcess = true, DefaultParameterSetName = ContextSetName)]
[OutputType(typeof(MiContext))]
public sealed class SetMiContextCommand : ContextChangeCommand
{
    private const string ContextSetName = "Context";
    private const string SubscriptionSetName = "Subscription";
    private const string SubscriptionObjectSetName = "SubscriptionObject";
    private const string TenantObjectSetName = "TenantObject";
    private const string TenantNameOnlySetName = "TenantNameOnly";

    /// <summary>The context to take into use.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ContextSetName)]
    public MiContext? Context { get; set; }

    /// <summary>The id or the name of the subscription to use.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SubscriptionSetName)]
    [Alias("SubscriptionId", "SubscriptionName")]
    public string? Subscription { get; set; }

    /// <summary>The id or a domain of the tenant to use. Default: the tenant in use.</summary>
    [Parameter(ParameterSetName = SubscriptionSetName)]
    [Parameter(Mandatory = true, ParameterSetName = TenantNameOnlySetName)]
    [Alias("Domain", "TenantId")]
    [ValidateNotNullOrEmpty]
    public string? Tenant { get; set; }

    /// <summary>The subscription to use, as an object; its tenant is used with it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = SubscriptionObjectSetName)]
    public MiSubscription? SubscriptionObject { get; set; }

    /// <summary>The tenant to use, as an object.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = TenantObjectSetName)]
    public MiTenant? TenantObject { get; set; }

    /// <summary>Further properties to keep in the context, as a dictionary of names and values. Default: none.</summary>
    [Parameter]
    public IDictionary? ExtendedProperty { get; set; }

    /// <summary>The name of the context. Where it exists already you are asked, unless -Force is given. Default: a name made of subscription, tenant and account, or with -Context that context's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Replaces a context of the same name without asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override object? Target => Subscription ?? Tenant ?? Name;

    /// <inheritdoc/>
    private protected override void Run()
    {
        MiContext context = Chosen();
        if (ExtendedProperty is not null)
        {
            context = context.With(ExtendedProperty);
        }

        if (ShouldProcess($"Context '{context.Name}'", "use") && MayReplace(Name, Force))
        {
            ContextTable.Current.Change(contexts => contexts.Using(context));
            WriteObject(context);
        }
    }

    private MiContext Chosen()
    {
        if (Context is not null)
        {
            return Name is null ? Context : Context.With(Context.Tenant, Context.Subscription, Name);
        }

        MiContext current = NeedContext();
        MiTenant? tenant = TenantObject ?? NamedTenant(Tenant ?? SubscriptionObject?.TenantId, current.Tenant);
        return current.With(tenant, ChosenSubscription(current, tenant), Name);
    }

    private MiSubscription? ChosenSubscription(MiContext current, MiTenant? tenant) =>
        SubscriptionObject is not null ? SubscriptionObject
        : Subscription is not null ? MiSubscription.Named(Subscription, tenant?.Id)
        : tenant?.Id == current.Tenant?.Id ? current.Subscription
        : null;

    private static MiTenant? NamedTenant(string? id, MiTenant? otherwise) => id is null || id == otherwise?.Id ? otherwise : new MiTenant(id);
}
