// The contexts of one runspace. A runspace starts with a copy of its process's contexts, which are those of the runspace that
// loaded the module first; after that it changes only its own. So parallel scripts never see each other's subscription.
using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace Tollgate.PowerShell;

/// <summary>The contexts of one runspace, in memory only.</summary>
internal sealed class ContextTable
{
    // A runspace that a pool resets between two scripts gets a new event manager then: keyed by it, the next script starts afresh.
    private static readonly ConditionalWeakTable<PSEventManager, ContextTable> Tables = new();
    private static readonly object Lock = new();
    private static ContextTable? owner;
    private static bool imported;

    private readonly WeakReference<Runspace> runspace;
    private readonly WeakReference<PSEventManager> life;
    private volatile ContextSet contexts;

    private ContextTable(Runspace runspace, ContextSet contexts)
    {
        this.runspace = new(runspace);
        life = new(runspace.Events);
        this.contexts = contexts;
    }

    /// <summary>Gets the table of the runspace this thread runs in.</summary>
    internal static ContextTable Current => Of(Runspace.DefaultRunspace);

    /// <summary>Gets the contexts as they are now.</summary>
    internal ContextSet Contexts => contexts;

    private static ContextSet ProcessContexts => owner is { IsAlive: true } ? owner.contexts : ContextSet.Empty;

    private bool IsAlive =>
        runspace.TryGetTarget(out Runspace? target)
        && target.RunspaceStateInfo.State is not (RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
        && life.TryGetTarget(out PSEventManager? events)
        && ReferenceEquals(events, target.Events);

    /// <summary>Notes that a runspace loaded the module: the first to do so speaks for the process.</summary>
    internal static void NoteImport()
    {
        lock (Lock)
        {
            if (!imported)
            {
                imported = true;
                owner = Current;
            }
        }
    }

    /// <summary>Changes this runspace's contexts.</summary>
    internal void Change(Func<ContextSet, ContextSet> change)
    {
        lock (Lock)
        {
            contexts = change(contexts);
        }
    }

    /// <summary>Takes a freshly connected context into use and offers others. With nobody left to speak for the process, this runspace does.</summary>
    internal void Connect(MiContext context, IEnumerable<MiContext> others)
    {
        lock (Lock)
        {
            contexts = contexts.Using(context).Offering(others);
            if (owner is not { IsAlive: true })
            {
                owner = this;
            }
        }
    }

    private static ContextTable Of(Runspace runspace)
    {
        PSEventManager life = runspace.Events;
        if (Tables.TryGetValue(life, out ContextTable? known))
        {
            return known;
        }

        lock (Lock)
        {
            return Tables.GetValue(life, _ => new ContextTable(runspace, ProcessContexts));
        }
    }
}
