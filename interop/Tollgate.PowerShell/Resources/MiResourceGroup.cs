// A resource group, with the property names of Azure PowerShell's PSResourceGroup.
using System;
using System.Collections;
using System.Collections.Generic;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A resource group.</summary>
public sealed class MiResourceGroup
{
    private readonly Dictionary<string, string>? tags;

    internal MiResourceGroup(JsonValue described)
    {
        ResourceId = PSObjectConverter.TextOf(described, "id");
        ResourceGroupName = PSObjectConverter.TextOf(described, "name");
        Location = PSObjectConverter.TextOf(described, "location");
        ProvisioningState = PSObjectConverter.TextOf(described.Find("properties"), "provisioningState");
        ManagedBy = PSObjectConverter.TextOf(described, "managedBy");
        CreatedTime = AzObjectConverter.TimeOf(described, "createdTime");
        ChangedTime = AzObjectConverter.TimeOf(described, "changedTime");
        tags = PSObjectConverter.TableOf(described, "tags");
        Tags = tags is null ? null : new Hashtable(tags, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Gets the name.</summary>
    public string? ResourceGroupName { get; }

    /// <summary>Gets the region.</summary>
    public string? Location { get; }

    /// <summary>Gets the state, for example Succeeded.</summary>
    public string? ProvisioningState { get; }

    /// <summary>Gets the tags; null when it has none.</summary>
    public Hashtable? Tags { get; }

    /// <summary>Gets the tags as a table of text.</summary>
    public string? TagsTable => TagFormatter.Format(tags);

    /// <summary>Gets the id.</summary>
    public string? ResourceId { get; }

    /// <summary>Gets the id of the resource that manages this group.</summary>
    public string? ManagedBy { get; }

    /// <summary>Gets when it was made, in UTC; known with -ExpandProperties.</summary>
    public DateTime? CreatedTime { get; }

    /// <summary>Gets when it was last changed, in UTC; known with -ExpandProperties.</summary>
    public DateTime? ChangedTime { get; }

    /// <inheritdoc/>
    public override string ToString() => ResourceGroupName ?? string.Empty;
}
