// The contexts of one runspace. They are its own: it starts with a copy of what the runspace that started it had when it called
// ForEach-Object -Parallel or Start-ThreadJob, and with nothing where nobody did. After that it changes only its own.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace Tollgate.PowerShell;

/// <summary>The contexts and environments of one runspace, in memory only.</summary>
internal sealed class RunspaceContexts
{
    // A runspace that a pool resets between two scripts gets a new event manager then: keyed by it, the next script starts afresh.
    private static readonly ConditionalWeakTable<PSEventManager, RunspaceContexts> Tables = new();

    // What the caller had at a call that started other runspaces, noted when the caller changes or ends. A call that is not here yet has
    // what its caller has now.
    private static readonly ConditionalWeakTable<object, ContextSnapshot> AtCall = new();

    private static readonly object Lock = new();

    private readonly Runspace runspace;

    // Weakly: a job that somebody has thrown away is not kept.
    private readonly List<WeakReference<Job>> jobs = [];
    private volatile ContextSnapshot state;

    private RunspaceContexts(Runspace runspace, PSEventManager life, ContextSnapshot state)
    {
        this.runspace = runspace;
        Life = life;
        this.state = state;
    }

    /// <summary>Gets the table of the runspace this thread runs in.</summary>
    internal static RunspaceContexts Current => Here ?? throw new InvalidOperationException("There is no open runspace on this thread.");

    /// <summary>Gets the table of the runspace this thread runs in; null where it runs in none, or in one that has closed.</summary>
    internal static RunspaceContexts? Here => Find(Runspace.DefaultRunspace);

    /// <summary>Gets the contexts as they are now.</summary>
    internal ContextCollection Contexts => state.Contexts;

    /// <summary>Gets the environments by name, as they are now.</summary>
    internal ReadOnlyDictionary<string, MiEnvironment> Environments => state.Environments;

    /// <summary>Gets what stands for the runspace until it ends, or until a pool resets it for the next script.</summary>
    internal PSEventManager Life { get; }

    /// <summary>Gets whether the script whose contexts these are can still run.</summary>
    internal bool IsAlive => runspace.RunspaceStateInfo.State == RunspaceState.Opened && ReferenceEquals(runspace.Events, Life);

    /// <summary>Gets the names that this runspace has met, for whoever completes them.</summary>
    internal CompletionNames Names { get; } = new();

    /// <summary>Notes a job that this runspace has begun.</summary>
    internal void Begun(Job job)
    {
        lock (jobs)
        {
            jobs.RemoveAll(known => !known.TryGetTarget(out _));
            jobs.Add(new WeakReference<Job>(job));
        }
    }

    /// <summary>Stops the jobs that this runspace has begun and that still run.</summary>
    internal void StopJobs()
    {
        WeakReference<Job>[] begun;
        lock (jobs)
        {
            begun = [.. jobs];
            jobs.Clear();
        }

        foreach (WeakReference<Job> known in begun)
        {
            if (known.TryGetTarget(out Job? job))
            {
                job.StopJob();
            }
        }
    }

    /// <summary>Changes this runspace's contexts. Where none is left, the names that it has met are forgotten.</summary>
    internal void Change(Func<ContextCollection, ContextCollection> change)
    {
        Change(before => before.With(change(before.Contexts)));

        // They were those of identities that are here no more.
        if (!Contexts.All.Any())
        {
            Names.Clear();
        }
    }

    /// <summary>Takes a freshly connected context into use and offers others.</summary>
    internal void Connect(MiContext context, IEnumerable<MiContext> others) => Change(contexts => contexts.WithCurrent(context).WithAvailable(others));

    /// <summary>Adds an environment, or replaces the one of its name.</summary>
    internal void Add(MiEnvironment environment) => Change(before => before.With(environment));

    // Nothing when it has closed: its events are gone then.
    private static RunspaceContexts? Find(Runspace? runspace)
    {
        if (runspace?.Events is not PSEventManager life)
        {
            return null;
        }

        if (Tables.TryGetValue(life, out RunspaceContexts? known))
        {
            return known;
        }

        // Found before the lock is taken: a caller may have to be waited for.
        ParentCall? call = ParentCall.Of(runspace);
        RunspaceContexts? parent = call?.Parent is Runspace caller ? Find(caller) : null;
        lock (Lock)
        {
            if (Tables.TryGetValue(life, out known))
            {
                return known;
            }

            var table = new RunspaceContexts(runspace, life, call is null ? ContextSnapshot.Initial : Inherited(call, parent));
            Tables.Add(life, table);
            if (call is not null)
            {
                // It ends, or is reset for the next script, soon after its script has. What it started lives on.
                runspace.AvailabilityChanged += table.NoteEnd;
            }

            return table;
        }
    }

    private static ContextSnapshot Inherited(ParentCall call, RunspaceContexts? parent) =>
        AtCall.TryGetValue(call.Key, out ContextSnapshot? then) ? then : parent?.state ?? ContextSnapshot.Initial;

    private void Change(Func<ContextSnapshot, ContextSnapshot> change)
    {
        lock (Lock)
        {
            NoteCalls(ParentCall.Made(runspace));
            state = change(state);
        }
    }

    private void NoteCalls(IEnumerable<object> calls)
    {
        foreach (object call in calls)
        {
            AtCall.GetValue(call, _ => state);
        }
    }

    private void NoteEnd(object? sender, RunspaceAvailabilityEventArgs change)
    {
        if (!ReferenceEquals(runspace.Events, Life))
        {
            runspace.AvailabilityChanged -= NoteEnd;
        }
        else if (change.RunspaceAvailability == RunspaceAvailability.Available)
        {
            lock (Lock)
            {
                NoteCalls(ParentCall.Made(runspace));
            }
        }
    }
}
