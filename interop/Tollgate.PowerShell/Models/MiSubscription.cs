// A subscription as the user named it, with the property names of Azure PowerShell's.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace Tollgate.PowerShell;

/// <summary>A subscription.</summary>
public sealed class MiSubscription
{
    internal MiSubscription(string? id, string? name, string? tenantId)
    {
        Id = id;
        Name = name;
        TenantId = tenantId;
        HomeTenantId = tenantId;
    }

    /// <summary>Gets the subscription's id; nothing when only its name was given.</summary>
    public string? Id { get; }

    /// <summary>Gets the subscription's name; nothing when only its id was given.</summary>
    public string? Name { get; }

    /// <summary>Gets the state; nothing as long as Azure was not asked.</summary>
    public string? State { get; }

    /// <summary>Gets the subscription's id, like Id.</summary>
    public string? SubscriptionId => Id;

    /// <summary>Gets the tenant of the context it was named in.</summary>
    public string? TenantId { get; }

    /// <summary>Gets the tenant it belongs to.</summary>
    public string? HomeTenantId { get; }

    /// <summary>Gets the tenants that manage it.</summary>
    public IReadOnlyList<string> ManagedByTenantIds { get; } = [];

    /// <summary>Gets the name of the storage account in use; nothing.</summary>
    public string? CurrentStorageAccountName { get; }

    /// <summary>Gets the storage account in use; nothing.</summary>
    public string? CurrentStorageAccount { get; }

    /// <summary>Gets the policies; nothing as long as Azure was not asked.</summary>
    public string? SubscriptionPolicies { get; }

    /// <summary>Gets how access was given; nothing as long as Azure was not asked.</summary>
    public string? AuthorizationSource { get; }

    /// <summary>Gets the tags.</summary>
    public ReadOnlyDictionary<string, string> Tags { get; } = Properties.None;

    /// <summary>Gets further properties.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; } = Properties.None;

    /// <inheritdoc/>
    public override string ToString() => Id ?? Name ?? string.Empty;

    /// <summary>Takes what the user gave: an id when it looks like one, else a name.</summary>
    internal static MiSubscription Named(string text, string? tenantId) =>
        Guid.TryParse(text, out _) ? new(text, null, tenantId) : new(null, text, tenantId);
}
