// Set-MiContext: another subscription, tenant or context for this session. Azure is asked only about what it has not told yet.
using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Chooses the subscription, the tenant or the context that this session uses.</summary>
/// <remarks>
/// <para>Only this session changes. Scripts that run beside it, also those in the same process, keep theirs. A subscription that is
/// named by text is looked up in Azure, unless -SkipValidation is given, or it is named by its id and this session knows from Azure
/// that it is enabled; one that the identity does not see is an error, and nothing changes. Of several subscriptions of one name the
/// active one is taken; when several are active, or none, the error lists their ids.</para>
/// <para>Another subscription makes a further context with the same account; the former stays in the list of Get-MiContext
/// -ListAvailable. A tenant alone takes the first enabled subscription in it, or keeps the one in use when that is of this tenant.</para>
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
[Cmdlet(VerbsCommon.Set, "MiContext", SupportsShouldProcess = true, DefaultParameterSetName = ContextSetName, HelpUri = HelpPages.BaseUrl + "Set-MiContext.md")]
[OutputType(typeof(MiContext))]
public sealed class SetMiContextCommand : ContextChangeCmdlet
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
    [AllowEmptyString]
    [ArgumentCompleter(typeof(SubscriptionCompleter))]
    public string? Subscription { get; set; }

    /// <summary>The id or a domain of the tenant to use. Default: the tenant in use.</summary>
    [Parameter(ParameterSetName = SubscriptionSetName)]
    [Parameter(Mandatory = true, ParameterSetName = TenantNameOnlySetName)]
    [Alias("Domain", "TenantId")]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>The subscription to use, as an object; its tenant is used with it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = SubscriptionObjectSetName)]
    public MiSubscription? SubscriptionObject { get; set; }

    /// <summary>The tenant to use, as an object.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = TenantObjectSetName)]
    public MiTenant? TenantObject { get; set; }

    /// <summary>Sends Azure Resource Manager no request: the subscription and the tenant are kept as given and not verified.</summary>
    [Parameter(ParameterSetName = SubscriptionSetName)]
    [Parameter(ParameterSetName = TenantNameOnlySetName)]
    public SwitchParameter SkipValidation { get; set; }

    /// <summary>Further properties to keep in the context, as a dictionary of names and values. Default: none.</summary>
    [Parameter]
    public IDictionary? ExtendedProperty { get; set; }

    /// <summary>The name of the context. Where it exists already you are asked, unless -Force is given. Default: a name made of subscription, tenant and account, or with -Context that context's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Replaces a context of the same name without asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => Subscription ?? Tenant ?? Name;

    /// <inheritdoc/>
    internal override bool MayBeEmpty(string parameter) => parameter == nameof(ExtendedProperty);

    // Azure PowerShell's words.
    /// <inheritdoc/>
    internal override string WhatIsNeeded(string parameter) =>
        parameter == nameof(Subscription) ? "Please provide a valid tenant or a valid subscription." : base.WhatIsNeeded(parameter);

    // A script that goes on after this has failed works on another subscription than it means.
    /// <inheritdoc/>
    private protected override bool AlwaysTerminates => true;

    /// <inheritdoc/>
    private protected override void ChangeContext()
    {
        string goal = Context?.Name ?? Subscription ?? SubscriptionObject?.ToString() ?? Tenant ?? TenantObject?.Id ?? string.Empty;
        if (!ShouldProcess($"Context '{goal}'", "use"))
        {
            return;
        }

        MiContext context = Choose();
        if (ExtendedProperty is not null)
        {
            context = context.With(ExtendedProperty);
        }

        if (MayReplace(nameof(Name), Name, Force))
        {
            RunspaceContexts.Current.Change(contexts => contexts.WithCurrent(context));
            WriteObject(context);
        }
    }

    private MiContext Choose()
    {
        if (Context is not null)
        {
            return Name is null ? Context : Context.With(Context.Tenant, Context.Subscription, Name);
        }

        MiContext current = RequireContext();
        if (SubscriptionObject is not null)
        {
            return current.With(TenantOf(SubscriptionObject.TenantId, current), SubscriptionObject, Name);
        }

        if (TenantObject is not null)
        {
            return WithoutLookup(current, TenantObject, SubscriptionIn(current, TenantObject), nameof(TenantObject), "Set-MiContext -Tenant with the tenant's id, which looks one up");
        }

        if (SkipValidation)
        {
            MiTenant? tenant = TenantOf(Tenant, current);
            MiSubscription? subscription = Subscription is null ? SubscriptionIn(current, tenant) : MiSubscription.FromInput(Subscription, tenant?.Id);
            return WithoutLookup(current, tenant, subscription, nameof(SkipValidation), "Set-MiContext without -SkipValidation");
        }

        return FindKnown(current) ?? LookUp(current);
    }

    // In the tenant in use, why there is no subscription stays what it was.
    private MiContext WithoutLookup(MiContext current, MiTenant? tenant, MiSubscription? subscription, string parameter, string instead) =>
        current.With(tenant, subscription, Name, IsSame(tenant?.Id, current.Tenant?.Id) ? null : MissingSubscription.NotLookedUp(parameter, instead));

    // A subscription that this session has looked up is not looked up again when it is named by its id: another one may have the same name.
    // One that was not enabled is looked up again, because its state may have changed.
    private MiContext? FindKnown(MiContext current)
    {
        if (Subscription is null)
        {
            return IsSame(Tenant, current.Tenant?.Id) && current.Subscription is not null ? current.With(current.Tenant, current.Subscription, Name) : null;
        }

        if (!Guid.TryParse(Subscription, out Guid id))
        {
            return null;
        }

        MiContext? known = RunspaceContexts.Current.Contexts.All.FirstOrDefault(context =>
            context.Account.Identity.IsSameAs(current.Account.Identity)
            && context.Environment == current.Environment
            && string.Equals(context.Subscription?.State, "Enabled", StringComparison.OrdinalIgnoreCase)
            && IsSame(context.Subscription?.Id, id.ToString("D"))
            && (Tenant is null || IsSame(Tenant, context.Tenant?.Id)));
        return known is null ? null : current.With(known.Tenant, known.Subscription, Name);
    }

    private MiContext LookUp(MiContext current)
    {
        LookupRequest request = LookupRequestFactory.Create(LookupKind.SignIn, current.Environment, current.Account.Identity, Tenant ?? current.Tenant?.Id, Subscription);
        var result = new SignInResult(Lookup(request));
        return current.With(IsSame(result.Tenant?.Id, current.Tenant?.Id) ? current.Tenant : result.Tenant, result, Name);
    }

    private static MiSubscription? SubscriptionIn(MiContext current, MiTenant? tenant) => IsSame(tenant?.Id, current.Tenant?.Id) ? current.Subscription : null;

    // Ids are case-insensitive.
    private static bool IsSame(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static MiTenant? TenantOf(string? id, MiContext current) =>
        id is null || IsSame(id, current.Tenant?.Id) ? current.Tenant : new MiTenant(id);
}
