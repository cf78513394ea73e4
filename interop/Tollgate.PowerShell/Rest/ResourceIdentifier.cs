// A resource's id taken apart: /subscriptions/{id}/resourceGroups/{group}/providers/{namespace}/{type}/{name}, with further types
// and names for what lies inside, and a further provider for what is attached to a resource.
using System;
using System.Collections.Generic;
using System.Linq;

namespace Tollgate.PowerShell;

/// <summary>The parts of a resource's id.</summary>
internal sealed class ResourceIdentifier
{
    private const string Providers = "providers";

    private readonly string[] segments;

    internal ResourceIdentifier(string id)
    {
        segments = id.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        SubscriptionId = After("subscriptions");
        ResourceGroupName = After("resourceGroups");
        int first = Array.FindIndex(segments, IsProviders);
        int last = Array.FindLastIndex(segments, IsProviders);
        Namespace = last >= 0 ? segments.ElementAtOrDefault(last + 1) : null;
        TypePath = string.Join("/", Types(last));
        ResourceType = TypeAt(first);
        ExtensionResourceType = last > first ? TypeAt(last) : null;
        ExtensionResourceName = last > first ? segments.LastOrDefault() : null;
        ParentResource = ParentAt(first, last > first ? last : segments.Length);
    }

    /// <summary>Gets the subscription; null for what belongs to none.</summary>
    internal string? SubscriptionId { get; }

    /// <summary>Gets the resource group; null for what is in none.</summary>
    internal string? ResourceGroupName { get; }

    /// <summary>Gets the provider that the id itself belongs to, for example Microsoft.Compute; null for a resource group.</summary>
    internal string? Namespace { get; }

    /// <summary>Gets the types below that provider, for example virtualMachines/extensions.</summary>
    internal string TypePath { get; }

    /// <summary>Gets the whole type, for example Microsoft.Compute/virtualMachines; of something attached, that of what it is attached to.</summary>
    internal string? ResourceType { get; }

    /// <summary>Gets the whole type of something attached.</summary>
    internal string? ExtensionResourceType { get; }

    /// <summary>Gets the name of something attached.</summary>
    internal string? ExtensionResourceName { get; }

    /// <summary>Gets what the resource lies inside, for example servers/one; null for one of the outermost.</summary>
    internal string? ParentResource { get; }

    /// <summary>Gets the id as a path, with whatever is no part of a path encoded.</summary>
    internal string Path => string.Concat(segments.Select(segment => "/" + Uri.EscapeDataString(segment)));

    private static bool IsProviders(string segment) => string.Equals(segment, Providers, StringComparison.OrdinalIgnoreCase);

    private string? After(string name)
    {
        int at = Array.FindIndex(segments, segment => string.Equals(segment, name, StringComparison.OrdinalIgnoreCase));
        return at >= 0 ? segments.ElementAtOrDefault(at + 1) : null;
    }

    // Types and names take turns after a provider's namespace, until the id ends or another provider begins.
    private IEnumerable<string> Types(int provider)
    {
        for (int index = provider + 2; provider >= 0 && index < segments.Length && !IsProviders(segments[index]); index += 2)
        {
            yield return segments[index];
        }
    }

    private string? TypeAt(int provider) =>
        provider >= 0 && segments.Length > provider + 1 ? string.Join("/", Types(provider).Prepend(segments[provider + 1])) : null;

    private string? ParentAt(int provider, int end) =>
        provider >= 0 && end - (provider + 2) > 2 ? string.Join("/", segments, provider + 2, end - (provider + 2) - 2) : null;
}
