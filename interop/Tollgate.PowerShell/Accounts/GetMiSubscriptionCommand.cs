// Get-MiSubscription: the subscriptions that the identity sees. Who sees what, the native library finds out.
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Gets the subscriptions that the connected managed identity sees.</summary>
/// <remarks>
/// <para>An identity sees a subscription on which, or on anything in which, it has a role. A managed identity belongs to one tenant and sees
/// the subscriptions of that tenant, in whatever state they are. One that is asked for by id or name and is not seen is the error
/// SubscriptionNotFound.</para>
/// </remarks>
/// <example>
/// <para>List the subscriptions</para>
/// <code>Get-MiSubscription | Format-Table -Property Name, Id, State</code>
/// <para>Lists every subscription that the identity sees.</para>
/// </example>
/// <example>
/// <para>Work in each subscription in turn</para>
/// <code>Get-MiSubscription | Where-Object -Property State -EQ -Value Enabled | ForEach-Object -Process { $null = Set-MiContext -SubscriptionObject $_; Get-MiResourceGroup }</code>
/// <para>Takes each active subscription into use and lists its resource groups.</para>
/// </example>
/// <returns cref="MiSubscription">The subscriptions, or the one that was asked for.</returns>
/// <seealso>Set-MiContext</seealso>
/// <seealso>Get-MiTenant</seealso>
/// <seealso>Connect-MiAccount</seealso>
[Cmdlet(VerbsCommon.Get, "MiSubscription", DefaultParameterSetName = ByIdInTenant, HelpUri = HelpPages.BaseUrl + "Get-MiSubscription.md")]
[OutputType(typeof(MiSubscription))]
public sealed class GetMiSubscriptionCommand : JobCmdlet
{
    private const string ByIdInTenant = "ListByIdInTenant";
    private const string ByNameInTenant = "ListByNameInTenant";

    /// <summary>The id of the subscription. Default: every subscription.</summary>
    [Parameter(ParameterSetName = ByIdInTenant, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SubscriptionIdCompleter))]
    public string? SubscriptionId { get; set; }

    /// <summary>The name of the subscription. Default: every subscription.</summary>
    [Parameter(ParameterSetName = ByNameInTenant, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SubscriptionNameCompleter))]
    public string? SubscriptionName { get; set; }

    /// <summary>The tenant of the subscriptions, as an id or a domain. Default: that of the identity.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? TenantId { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => Requested;

    private string? Requested => ParameterSetName == ByNameInTenant ? SubscriptionName : SubscriptionId;

    /// <inheritdoc/>
    private protected override void ProcessHere()
    {
        MiContext context = RequireContext();
        JsonValue response = Lookup(LookupRequestFactory.Create(LookupKind.Subscriptions, context.Environment, context.Account.Identity, TenantId, Requested));
        string? tenant = PSObjectConverter.TextOf(response, "tenantId");
        foreach (JsonValue subscription in response.Find("subscriptions")?.Children ?? [])
        {
            MiSubscription described = MiSubscription.FromJson(subscription, tenant);
            RunspaceContexts.Current.Names.AddSubscription(described.Id, described.Name);
            WriteObject(described);
        }
    }
}
