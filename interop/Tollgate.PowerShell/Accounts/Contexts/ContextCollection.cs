// The named contexts of a session and which of them is in use: an immutable value, so that sharing it is copying it.
using System;
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Named contexts, one of them perhaps in use.</summary>
internal sealed class ContextCollection
{
    private readonly Dictionary<string, MiContext> contexts;

    private ContextCollection(Dictionary<string, MiContext> contexts, MiContext? current)
    {
        this.contexts = contexts;
        Current = current;
    }

    /// <summary>Gets the set with nothing in it.</summary>
    internal static ContextCollection Empty { get; } = new(new(StringComparer.OrdinalIgnoreCase), null);

    /// <summary>Gets the context in use.</summary>
    internal MiContext? Current { get; }

    /// <summary>Gets every context, by tenant and then by subscription.</summary>
    internal IEnumerable<MiContext> All => contexts.Values
        .OrderBy(context => context.Tenant?.Id, StringComparer.OrdinalIgnoreCase)
        .ThenBy(context => context.Subscription?.Name ?? context.Subscription?.Id, StringComparer.OrdinalIgnoreCase)
        .ThenBy(context => context.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the names of the contexts.</summary>
    internal IEnumerable<string> Names => All.Select(context => context.Name);

    /// <summary>Finds a context by its name.</summary>
    internal MiContext? Find(string name) => contexts.TryGetValue(name, out MiContext? context) ? context : null;

    /// <summary>Finds a context by its name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameter">The parameter it was given by.</param>
    /// <exception cref="TollgateException">No context or environment has that name.</exception>
    internal MiContext GetRequired(string name, string parameter) => Find(name)
        ?? throw ArgumentErrors.Invalid(parameter, $"there is no context named '{name}'; this session has{(contexts.Count == 0 ? " none, run Connect-MiAccount" : ": " + string.Join(", ", Names))}");

    /// <summary>Adds or replaces a context by its name and makes it current.</summary>
    internal ContextCollection WithCurrent(MiContext context) =>
        new(new(contexts, StringComparer.OrdinalIgnoreCase) { [context.Name] = context }, context);

    /// <summary>Adds contexts whose names are free; the current one stays.</summary>
    internal ContextCollection WithAvailable(IEnumerable<MiContext> others)
    {
        var all = new Dictionary<string, MiContext>(StringComparer.OrdinalIgnoreCase);
        foreach (MiContext context in others.Concat(contexts.Values))
        {
            all[context.Name] = context;
        }

        return new(all, Current);
    }

    /// <summary>Leaves out contexts. When the one in use is among them, none is in use: another identity is never taken silently.</summary>
    internal ContextCollection Without(Func<MiContext, bool> leaves)
    {
        var left = contexts.Values
            .Where(context => !leaves(context))
            .ToDictionary(context => context.Name, StringComparer.OrdinalIgnoreCase);
        return new(left, Current is null || leaves(Current) ? null : Current);
    }

    /// <summary>Returns whether a context's account goes by an id, wherever its tokens come from.</summary>
    internal static bool BelongsTo(MiContext context, string accountId) =>
        string.Equals(context.Account.Id, accountId, StringComparison.OrdinalIgnoreCase);
}
