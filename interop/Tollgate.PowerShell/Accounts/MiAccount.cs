// The account of a context, with the property names of Azure PowerShell's.
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.ComponentModel;

namespace Tollgate.PowerShell;

/// <summary>A managed identity as an account.</summary>
[TypeConverter(typeof(MiContextConverter))]
public sealed class MiAccount
{
    internal MiAccount(IdentitySelector identity, string? tenantId)
    {
        Identity = identity;
        Id = identity.DisplayId;
        IdType = identity.Parameter;
        Tenants = tenantId is null ? [] : [tenantId];
    }

    /// <summary>Gets the id the account goes by: the one given at connecting, or MSI@50342 for the system-assigned identity.</summary>
    public string Id { get; }

    /// <summary>Gets which parameter of Connect-MiAccount the id was given by: AccountId, ClientId, ObjectId or ResourceId; null when none was, which is the system-assigned identity.</summary>
    public string? IdType { get; }

    /// <summary>Gets the kind of account, always ManagedService.</summary>
    public string Type { get; } = "ManagedService";

    /// <summary>Gets the tenants of the account.</summary>
    public IReadOnlyList<string> Tenants { get; }

    /// <summary>Always null: a managed identity's context holds no token.</summary>
    public string? AccessToken { get; }

    /// <summary>Always null: a managed identity has no credential of its own.</summary>
    public string? Credential { get; }

    /// <summary>Gets an empty map: a managed identity belongs to one tenant.</summary>
    public ReadOnlyDictionary<string, string> TenantMap { get; } = PropertyBag.None;

    /// <summary>Always null: a managed identity's certificate stays with Azure.</summary>
    public string? CertificateThumbprint { get; }

    /// <summary>Gets further properties.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; } = PropertyBag.None;

    internal IdentitySelector Identity { get; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
