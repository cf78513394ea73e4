// Names for tab completion without a request: those that commands of this runspace have returned.
using System;
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>Names of one runspace, in memory only.</summary>
internal sealed class CompletionNames
{
    // More than anybody reads through; a listing of a whole tenant must not stay in memory.
    private const int Limit = 1000;

    private readonly HashSet<string> subscriptionIds = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> subscriptionNames = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> resourceGroups = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> virtualMachines = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the ids of subscriptions.</summary>
    internal string[] SubscriptionIds => Copy(subscriptionIds);

    /// <summary>Gets the names of subscriptions.</summary>
    internal string[] SubscriptionNames => Copy(subscriptionNames);

    /// <summary>Gets the resource groups.</summary>
    internal string[] ResourceGroups => Copy(resourceGroups);

    /// <summary>Gets the virtual machines.</summary>
    internal string[] VirtualMachines => Copy(virtualMachines);

    /// <summary>Remembers a subscription.</summary>
    internal void AddSubscription(string? id, string? name)
    {
        Add(subscriptionIds, id);
        Add(subscriptionNames, name);
    }

    /// <summary>Remembers a resource group.</summary>
    internal void AddResourceGroup(string? name) => Add(resourceGroups, name);

    /// <summary>Remembers a virtual machine.</summary>
    internal void AddVirtualMachine(string? name) => Add(virtualMachines, name);

    /// <summary>Removes them all.</summary>
    internal void Clear()
    {
        foreach (HashSet<string> names in new[] { subscriptionIds, subscriptionNames, resourceGroups, virtualMachines })
        {
            lock (names)
            {
                names.Clear();
            }
        }
    }

    private static void Add(HashSet<string> names, string? name)
    {
        lock (names)
        {
            if (name is { Length: > 0 } && names.Count < Limit)
            {
                names.Add(name);
            }
        }
    }

    private static string[] Copy(HashSet<string> names)
    {
        lock (names)
        {
            return [.. names];
        }
    }
}
