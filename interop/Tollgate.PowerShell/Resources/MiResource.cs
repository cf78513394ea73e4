// A resource, with the property names of Azure PowerShell's PSResource.
using System;
using System.Collections.Generic;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A resource of Azure.</summary>
public sealed class MiResource
{
    /// <summary>Creates a resource from its JSON description.</summary>
    /// <param name="described">The JSON description.</param>
    /// <param name="listed">Its entry in a list, which has the times; null when it was in none.</param>
    internal MiResource(JsonValue described, JsonValue? listed = null)
    {
        Id = PSObjectConverter.TextOf(described, "id");
        var identifier = new ResourceIdentifier(Id ?? string.Empty);
        Name = PSObjectConverter.TextOf(described, "name");
        ResourceType = PSObjectConverter.TextOf(described, "type") ?? identifier.ExtensionResourceType ?? identifier.ResourceType;
        ResourceGroupName = identifier.ResourceGroupName;
        SubscriptionId = identifier.SubscriptionId;
        ParentResource = identifier.ParentResource;
        ExtensionResourceName = identifier.ExtensionResourceName;
        ExtensionResourceType = identifier.ExtensionResourceType;
        Location = PSObjectConverter.TextOf(described, "location");
        Kind = PSObjectConverter.TextOf(described, "kind");
        ManagedBy = PSObjectConverter.TextOf(described, "managedBy");
        ETag = PSObjectConverter.TextOf(described, "etag");
        Sku = AzObjectConverter.Convert(described.Find("sku"));
        Plan = AzObjectConverter.Convert(described.Find("plan"));
        Identity = AzObjectConverter.Convert(described.Find("identity"));
        Zones = PSObjectConverter.TextsOf(described, "zones");
        Properties = PSObjectConverter.Convert(described.Find("properties"));
        Tags = PSObjectConverter.TableOf(described, "tags");
        CreatedTime = AzObjectConverter.TimeOf(described, "createdTime") ?? AzObjectConverter.TimeOf(listed, "createdTime");
        ChangedTime = AzObjectConverter.TimeOf(described, "changedTime") ?? AzObjectConverter.TimeOf(listed, "changedTime");
    }

    /// <summary>Gets the id.</summary>
    public string? ResourceId => Id;

    /// <summary>Gets the id, like ResourceId.</summary>
    public string? Id { get; }

    /// <summary>Gets the managed identity: principal, tenant and type; null when the resource has none.</summary>
    public object? Identity { get; }

    /// <summary>Gets the kind, which some types have.</summary>
    public string? Kind { get; }

    /// <summary>Gets the region.</summary>
    public string? Location { get; }

    /// <summary>Gets the id of the resource that manages this one.</summary>
    public string? ManagedBy { get; }

    /// <summary>Gets the name, like Name.</summary>
    public string? ResourceName => Name;

    /// <summary>Gets the name; of a resource inside another, behind the other's name.</summary>
    public string? Name { get; }

    /// <summary>Gets the name of a resource that is attached to another.</summary>
    public string? ExtensionResourceName { get; }

    /// <summary>Gets what the resource lies inside, for example servers/one.</summary>
    public string? ParentResource { get; }

    /// <summary>Gets the plan under which it was bought.</summary>
    public object? Plan { get; }

    /// <summary>Gets the properties of its type; null in a list, unless -ExpandProperties was given.</summary>
    public object? Properties { get; }

    /// <summary>Gets the resource group.</summary>
    public string? ResourceGroupName { get; }

    /// <summary>Gets the type, like ResourceType.</summary>
    public string? Type => ResourceType;

    /// <summary>Gets the type, for example Microsoft.Compute/virtualMachines.</summary>
    public string? ResourceType { get; }

    /// <summary>Gets the type of a resource that is attached to another.</summary>
    public string? ExtensionResourceType { get; }

    /// <summary>Gets the size and tier.</summary>
    public object? Sku { get; }

    /// <summary>Gets the availability zones.</summary>
    public IReadOnlyList<string> Zones { get; }

    /// <summary>Gets the tags; null when it has none.</summary>
    public IDictionary<string, string>? Tags { get; }

    /// <summary>Gets the tags as a table of text.</summary>
    public string? TagsTable => TagFormatter.Format(Tags);

    /// <summary>Gets the subscription.</summary>
    public string? SubscriptionId { get; }

    /// <summary>Gets when it was made, in UTC; known with -ExpandProperties.</summary>
    public DateTime? CreatedTime { get; }

    /// <summary>Gets when it was last changed, in UTC; known with -ExpandProperties.</summary>
    public DateTime? ChangedTime { get; }

    /// <summary>Gets the ETag of its present content.</summary>
    public string? ETag { get; }

    /// <inheritdoc/>
    public override string ToString() => Id ?? string.Empty;
}
