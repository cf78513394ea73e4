// A subscription, as Azure describes it or as the user named it, with the property names of Azure PowerShell's.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.ComponentModel;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A subscription.</summary>
[TypeConverter(typeof(MiContextConverter))]
public sealed class MiSubscription
{
    private MiSubscription(string? id, string? name, string? tenantId)
    {
        Id = id;
        Name = name;
        TenantId = tenantId;
        HomeTenantId = tenantId;
    }

    /// <summary>Gets the subscription's id; null when only its name was given and Azure was not asked.</summary>
    public string? Id { get; }

    /// <summary>Gets the subscription's name; null when only its id was given and Azure was not asked.</summary>
    public string? Name { get; }

    /// <summary>Gets the state, for example Enabled; null when Azure was not asked.</summary>
    public string? State { get; private init; }

    /// <summary>Gets the subscription's id, like Id.</summary>
    public string? SubscriptionId => Id;

    /// <summary>Gets the tenant through which it is seen.</summary>
    public string? TenantId { get; }

    /// <summary>Gets the tenant it belongs to.</summary>
    public string? HomeTenantId { get; private init; }

    /// <summary>Gets the tenants that manage it.</summary>
    public IReadOnlyList<string> ManagedByTenantIds { get; private init; } = [];

    /// <summary>Gets the name of the storage account in use; nothing.</summary>
    public string? CurrentStorageAccountName { get; }

    /// <summary>Gets the storage account in use; nothing.</summary>
    public string? CurrentStorageAccount { get; }

    /// <summary>Gets the policies: location, quota and spending limit; null when Azure was not asked.</summary>
    public object? SubscriptionPolicies { get; private init; }

    /// <summary>Gets how access was given, for example RoleBased; null when Azure was not asked.</summary>
    public string? AuthorizationSource { get; private init; }

    /// <summary>Gets the tags.</summary>
    public ReadOnlyDictionary<string, string> Tags { get; private init; } = PropertyBag.None;

    /// <summary>Gets further properties.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; } = PropertyBag.None;

    /// <inheritdoc/>
    public override string ToString() => Id ?? Name ?? string.Empty;

    /// <summary>Makes a subscription of what the user typed: a GUID is an id when it is one, else a name.</summary>
    internal static MiSubscription FromInput(string text, string? tenantId) =>
        Guid.TryParse(text, out _) ? new(text, null, tenantId) : new(null, text, tenantId);

    /// <summary>Creates a subscription from a deserialized one.</summary>
    internal static MiSubscription FromDeserialized(string? id, string? name, string? state, string? tenantId, string? homeTenantId) =>
        new(id, name, tenantId) { State = state, HomeTenantId = homeTenantId ?? tenantId };

    /// <summary>Creates a subscription from its JSON description.</summary>
    internal static MiSubscription FromJson(JsonValue response, string? tenantId)
    {
        string? home = PSObjectConverter.TextOf(response, "tenantId");
        var managers = new List<string>();
        foreach (JsonValue manager in response.Find("managedByTenants")?.Children ?? [])
        {
            if (PSObjectConverter.TextOf(manager, "tenantId") is string id)
            {
                managers.Add(id);
            }
        }

        return new(PSObjectConverter.TextOf(response, "subscriptionId"), PSObjectConverter.TextOf(response, "displayName"), tenantId ?? home)
        {
            State = PSObjectConverter.TextOf(response, "state"),
            HomeTenantId = home ?? tenantId,
            ManagedByTenantIds = managers,
            SubscriptionPolicies = PSObjectConverter.Convert(response.Find("subscriptionPolicies")),
            AuthorizationSource = PSObjectConverter.TextOf(response, "authorizationSource"),
            Tags = PropertyBag.From(PSObjectConverter.TableOf(response, "tags") ?? []),
        };
    }
}
