// Connect-MiAccount: asks for a token at once, so that a wrong identity fails here and not in the middle of a script.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Connects this session to Azure as a managed identity of this machine.</summary>
/// <remarks>
/// <para>Gets a token for Azure Resource Manager to prove that the identity is there, asks it for the subscription, and makes a
/// context of both. Without -Subscription the first one that is enabled is taken, and a warning says when there are several. An
/// identity that sees none is connected all the same. With -SkipValidation no request is sent to Azure Resource Manager.</para>
/// <para>When Azure Resource Manager refuses what connecting needs, the command fails: at once, or for a 408, a 429 and a 5xx after
/// five attempts. Where nobody can be reached there at all, and neither a subscription nor a tenant's domain is asked for, it connects
/// with a warning and without a subscription; a command that needs one then says why there is none. A certificate that the machine
/// does not trust is always an error.</para>
/// <para>The context lives in the memory of this session only: nothing about the account is ever written to disk, and parallel
/// sessions do not see each other's.</para>
/// <para>Many scripts may connect at the same instant: all processes of a virtual machine share one rate limit towards its metadata
/// service, so that none is refused for its rate limit. With no identity named, the system-assigned identity is used, or the only
/// user-assigned one. Every connect reads the environment variables again, those by
/// which the token service of App Service, Azure Arc and other hosts is found among them. The context keeps the service that was found:
/// neither later changes of the variables nor another connect moves it, in this session or another.</para>
/// </remarks>
/// <example>
/// <para>Connect as the system-assigned identity</para>
/// <code>Connect-MiAccount</code>
/// <para>Connects as the identity of the machine itself and shows the subscription and tenant of the new context.</para>
/// </example>
/// <example>
/// <para>Connect as a user-assigned identity</para>
/// <code>Connect-MiAccount -Identity -AccountId '00000000-0000-0000-0000-000000000000' -Subscription 'Production'</code>
/// <para>Connects as the identity with this client id, with the parameters Connect-AzAccount takes, and finds the subscription by its name.</para>
/// </example>
/// <example>
/// <para>Connect for tokens only</para>
/// <code>$null = Connect-MiAccount -SkipValidation
/// $secret = Get-MiAccessToken -ResourceTypeName KeyVault</code>
/// <para>Asks the token service and nothing else: the quickest way, for scripts that need no subscription.</para>
/// </example>
/// <example>
/// <para>Name an identity by its resource id</para>
/// <code>$id = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker'
/// $null = Connect-MiAccount -ResourceId $id -ContextName worker</code>
/// <para>Connects without looking up the client id first, and names the context.</para>
/// </example>
/// <returns cref="MiProfile">The new context, and the known environments.</returns>
/// <seealso>Get-MiContext</seealso>
/// <seealso>Get-MiAccessToken</seealso>
/// <seealso>Disconnect-MiAccount</seealso>
/// <seealso>Test-MiAccount</seealso>
/// <seealso>about_Tollgate</seealso>
/// <seealso>about_TollgateErrors</seealso>
[Cmdlet(VerbsCommunications.Connect, "MiAccount", SupportsShouldProcess = true, DefaultParameterSetName = ManagedServiceLogin, HelpUri = HelpPages.BaseUrl + "Connect-MiAccount.md")]
[OutputType(typeof(MiProfile))]
public sealed class ConnectMiAccountCommand : ContextChangeCmdlet
{
    private const string ManagedServiceLogin = "ManagedServiceLogin";

    private string? resource;
    private string? faultyField;

    /// <summary>Connects as a managed identity. This is implied: there is no other way to connect. The switch is here for scripts that give it.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [Alias("MSI", "ManagedService")]
    public SwitchParameter Identity { get; set; }

    /// <summary>
    /// The identity as Connect-AzAccount takes it: the client id of a user-assigned identity, its Azure resource id, or MSI@50342
    /// for the system-assigned one. Excludes -ClientId, -ObjectId and -ResourceId. Default: the system-assigned identity, or the only one the machine has.
    /// </summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string? AccountId { get; set; }

    /// <summary>The client id (application id) of a user-assigned identity. Excludes the other three ways to name one. Default: none.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ClientId { get; set; }

    /// <summary>The object id (principal id) of a user-assigned identity. Excludes the other three ways to name one. Default: none.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ObjectId { get; set; }

    /// <summary>The Azure resource id of a user-assigned identity, beginning with /subscriptions/. Excludes the other three ways to name one. Default: none.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ResourceId { get; set; }

    /// <summary>The cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, or one that Add-MiEnvironment added. It decides which token is asked for. Default: AzureCloud.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [Alias("EnvironmentName")]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    public string Environment { get; set; } = KnownClouds.Default;

    /// <summary>The tenant, as an id or a domain. A managed identity belongs to one: for the id of another a warning says so, and its own is taken. Default: the tenant the token says it is from.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [Alias("Domain", "TenantId")]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>The subscription, as an id or a name. Connecting fails when the identity does not see it, and when several active ones have the name. Default: the first enabled one.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin, ValueFromPipeline = true)]
    [Alias("SubscriptionName", "SubscriptionId")]
    [ArgumentCompleter(typeof(SubscriptionCompleter))]
    public string? Subscription { get; set; }

    /// <summary>A further kind of resource (a value of Get-MiAccessToken -ResourceTypeName) or URL whose token is fetched first, so that connecting fails when it is not available. Default: none.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [Alias("AuthScopeTypeName")]
    [ArgumentCompleter(typeof(ResourceTypeNameCompleter))]
    public string? AuthScope { get; set; }

    /// <summary>The name of the new context. Where it exists already you are asked, unless -Force is given. Default: a name made of subscription, tenant and account.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? ContextName { get; set; }

    /// <summary>Makes the one context and none for the other subscriptions the identity sees. Without it the first connect of a session makes up to -MaxContextPopulation of them.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    public SwitchParameter SkipContextPopulation { get; set; }

    /// <summary>
    /// Sends Azure Resource Manager no request: the tenant and the subscription are kept as given and not verified.
    /// Connecting then costs the one token, and works where Azure Resource Manager cannot be reached.
    /// </summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    public SwitchParameter SkipValidation { get; set; }

    /// <summary>
    /// Logs the module Az.Accounts in as well, for this process only, with tokens of this identity for Azure Resource Manager, Key
    /// Vault and Microsoft Graph, so that the Az modules work without a request of their own to the token service. The tokens are
    /// renewed when a command of Tollgate runs in this session and they are near their end. Needs a subscription, and Az.Accounts installed.
    /// Az has one login for all sessions of a process: that which another session handed over is replaced with -Force only.
    /// </summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    public SwitchParameter HandOver { get; set; }

    /// <summary>How many of the subscriptions the identity sees get a context at the first connect of a session: -1 for all, 0 for none. Default: 25, as in Azure PowerShell.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [ValidateRange(-1, int.MaxValue)]
    public int MaxContextPopulation { get; set; } = 25;

    /// <summary>Replaces a context of the same name without asking and, with -HandOver, the login of Az.Accounts that another session of this process handed over.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    public SwitchParameter Force { get; set; }

    /// <summary>The time allowed for a token and for what Azure Resource Manager is asked with it, in seconds, including the wait at the machine's gate and retries. Default: 120 for a token, against which the wait at the machine's gate does not count, and as long as it takes for Azure Resource Manager.</summary>
    [Parameter(ParameterSetName = ManagedServiceLogin)]
    [ValidateRange(1, 86400)]
    public int TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => faultyField switch
    {
        nameof(Environment) => Environment,
        nameof(AuthScope) => AuthScope,
        nameof(AccountId) => AccountId,
        nameof(ClientId) => ClientId,
        nameof(ObjectId) => ObjectId,
        nameof(ResourceId) => ResourceId,
        _ => resource,
    };

    /// <inheritdoc/>
    private protected override bool AlwaysTerminates => true;

    /// <inheritdoc/>
    private protected override void ChangeContext()
    {
        try
        {
            Connect(EnvironmentRegistry.GetRequired(Environment, nameof(Environment)));
        }
        catch (TollgateException failure)
        {
            faultyField = failure.Field;
            throw;
        }
    }

    private void Connect(MiEnvironment environment)
    {
        // In Azure PowerShell such a call logs a user in, and nobody is to be connected as somebody else by surprise.
        if (AzAliases.WereUsed(this) && !Identity && (ClientId ?? ObjectId ?? ResourceId) is null)
        {
            throw ArgumentErrors.Invalid(nameof(Identity), "-Identity is missing: without it a user or an application is logged in, and here managed identities are, and nobody else");
        }

        if (!ShouldProcess($"ManagedService account in environment '{environment.Name}'", "log in") || !MayReplace(nameof(ContextName), ContextName, Force))
        {
            return;
        }

        var identity = new IdentitySelector(TollgateClient.ShareEnvironment()) { AccountId = AccountId, ClientId = ClientId, ObjectId = ObjectId, ResourceId = ResourceId };
        if (AuthScope is not null)
        {
            RequireToken(identity, ScopeAudience(environment, AuthScope));
        }

        string armAudience = KnownClouds.Audience(environment, KnownClouds.DefaultResourceType, nameof(Environment));
        if (SkipValidation)
        {
            string? own = RequireToken(identity, armAudience);
            string? tenantId = Tenant ?? own;
            MiTenant? tenant = tenantId is null ? null : new MiTenant(tenantId);
            MiSubscription? subscription = Subscription is null ? null : MiSubscription.FromInput(Subscription, tenantId);
            UseContext(identity, environment, tenant, subscription, [], MissingSubscription.NotLookedUp(nameof(SkipValidation), "Connect-MiAccount without -SkipValidation"));
        }
        else
        {
            resource = armAudience;
            int maxSubscriptions = SkipContextPopulation || RunspaceContexts.Current.Contexts.All.Any() ? 0 : MaxContextPopulation;
            LookupRequest request = LookupRequestFactory.Create(LookupKind.SignIn, environment, identity, Tenant, Subscription, maxSubscriptions, TimeoutSeconds);
            var result = new SignInResult(Lookup(request));
            UseContext(identity, environment, result.Tenant, result.Subscription, result.Others, MissingSubscription.Unreachable(result.UnreachableReason));
        }
    }

    /// <summary>Takes the new context into use, and keeps one for each further subscription.</summary>
    private void UseContext(IdentitySelector identity, MiEnvironment environment, MiTenant? tenant, MiSubscription? subscription, IEnumerable<MiSubscription> others, MissingSubscription? missing)
    {
        var account = new MiAccount(identity, tenant?.Id);
        MiContext context = MiContext.Create(account, environment, tenant, subscription, ContextName, missing);
        IEnumerable<MiContext> offered = others
            .Where(other => other.Id != subscription?.Id)
            .Select(other => MiContext.Create(account, environment, tenant, other, name: null));

        // Claimed first: who is refused is not connected either.
        AzHandOver? handOver = HandOver ? AzHandOver.Claim(this, context, Force) : null;
        try
        {
            RunspaceContexts.Current.Connect(context, offered);
            WriteObject(new MiProfile(context));
            handOver?.Begin(this);
        }
        finally
        {
            handOver?.Release();
        }
    }

    /// <summary>Gets a token and returns the tenant that it names.</summary>
    private string? RequireToken(IdentitySelector identity, string audience)
    {
        resource = audience;
        using AccessToken token = GetToken(identity.Request(audience, forceRefresh: false, TimeoutSeconds));
        return token.TenantId;
    }

    private static string ScopeAudience(MiEnvironment environment, string scope) =>
        Uri.TryCreate(scope, UriKind.Absolute, out _) ? scope : KnownClouds.Audience(environment, scope, nameof(AuthScope));
}
