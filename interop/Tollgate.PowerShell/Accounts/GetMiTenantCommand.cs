// Get-MiTenant: the tenants that the identity belongs to, of which a managed identity has one.
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Gets the tenants of the connected managed identity.</summary>
/// <remarks>
/// <para>A managed identity belongs to the tenant of the subscription that it was made in. For another tenant there is no
/// output and no error.</para>
/// </remarks>
/// <example>
/// <para>Show the tenant</para>
/// <code>Get-MiTenant</code>
/// <para>Shows its name, its id and its domains.</para>
/// </example>
/// <example>
/// <para>Find the id of a tenant by its domain</para>
/// <code>(Get-MiTenant -TenantId contoso.onmicrosoft.com).Id</code>
/// <para>Returns the id when the identity belongs to the tenant of this domain.</para>
/// </example>
/// <returns cref="MiTenant">The tenants that match; no output when there are none.</returns>
/// <seealso>Get-MiSubscription</seealso>
/// <seealso>Connect-MiAccount</seealso>
[Cmdlet(VerbsCommon.Get, "MiTenant", HelpUri = HelpPages.BaseUrl + "Get-MiTenant.md")]
[OutputType(typeof(MiTenant))]
public sealed class GetMiTenantCommand : ContextCmdlet
{
    /// <summary>The tenant, as an id or a domain. Default: every tenant.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Domain", "Tenant")]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? TenantId { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => TenantId;

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        MiContext context = RequireContext();
        JsonValue response = Lookup(LookupRequestFactory.Create(LookupKind.Tenants, context.Environment, context.Account.Identity, TenantId));
        WriteObject((response.Find("tenants")?.Children ?? []).Select(MiTenant.FromJson), enumerateCollection: true);
    }
}
