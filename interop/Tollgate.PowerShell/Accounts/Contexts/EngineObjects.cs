// Internal objects of PowerShell, read by reflection: the only file that does so. A member that a version of PowerShell does not have
// by that name is null here, and then a runspace's parent is not known. Seen in PowerShell 7.6 and in its sources back to
// 5.1; the thread jobs are those of the modules ThreadJob 2.0 and Microsoft.PowerShell.ThreadJob 2.2.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Shell = System.Management.Automation.PowerShell;

namespace Tollgate.PowerShell;

/// <summary>Looks into PowerShell's own objects.</summary>
internal static class EngineObjects
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private const string ThreadJobs = "ThreadJobSourceAdapter";

    /// <summary>Gets the runspaces of this process that are open.</summary>
    internal static IEnumerable<Runspace> Runspaces =>
        (Read(typeof(Runspace), null, "RunspaceList") as IEnumerable ?? Array.Empty<Runspace>())
            .OfType<Runspace>()
            .Where(runspace => runspace.RunspaceStateInfo.State == RunspaceState.Opened && runspace.RunspaceIsRemote == false);

    /// <summary>Finds who listens for the end of what runs in a runspace.</summary>
    internal static IEnumerable<object> ListenersOf(Runspace runspace) =>
        from pipeline in PipelinesOf(runspace)
        from shell in Targets(Read(pipeline, "StateChanged")).OfType<Shell>()
        from listener in Targets(Read(shell, "InvocationStateChanged"))
        select listener;

    /// <summary>Finds the command that a task of ForEach-Object -Parallel belongs to; null when it is no such task.</summary>
    internal static PSCmdlet? CommandOf(object listener) => Read(Read(listener, "_dataStreamWriter"), "_cmdlet") as PSCmdlet;

    /// <summary>Finds the job that a listener is, or that a task of ForEach-Object -Parallel -AsJob belongs to.</summary>
    internal static Job? JobOf(object listener) => listener as Job ?? Read(listener, "_job") as Job;

    /// <summary>Finds the jobs of a runspace's session that run in this process.</summary>
    internal static IEnumerable<Job> JobsOf(Runspace runspace)
    {
        // Other kinds of jobs are not asked for: some are read from disk.
        var adapters = Read(Read(runspace, "JobManager"), "_sourceAdapters") as IDictionary;
        IEnumerable<Job> threadJobs = (adapters?[ThreadJobs] as JobSourceAdapter)?.GetJobs() ?? [];
        IEnumerable<Job> others = (Read(runspace, "JobRepository") as JobRepository)?.Jobs ?? [];
        return threadJobs.Concat(others);
    }

    /// <summary>Finds the commands ForEach-Object that run in the runspace of this thread.</summary>
    internal static IEnumerable<object> CommandsOf(Runspace runspace) =>
        from pipeline in PipelinesOf(runspace)
        from processor in Items(Read(Read(pipeline, "Stopper"), "_stack"))
        from command in Items(Read(processor, "Commands"))
        let cmdlet = Read(command, "Command")
        where cmdlet is PSCmdlet && cmdlet.GetType().Name == "ForEachObjectCommand"
        select cmdlet;

    private static object[] PipelinesOf(Runspace runspace)
    {
        // Another thread may begin or end one.
        lock (Read(runspace, "_pipelineListLock") ?? runspace)
        {
            return Items(Read(runspace, "RunningPipelines"));
        }
    }

    private static object[] Items(object? list) => list is IEnumerable items ? [.. items.Cast<object>()] : [];

    private static IEnumerable<object> Targets(object? listeners) =>
        ((listeners as Delegate)?.GetInvocationList() ?? []).Select(listener => listener.Target).OfType<object>();

    private static object? Read(object? from, string name) => from is null ? null : Read(from.GetType(), from, name);

    private static object? Read(Type? type, object? from, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetField(name, Declared) is FieldInfo field)
            {
                return field.GetValue(from);
            }

            if (type.GetProperty(name, Declared) is PropertyInfo property)
            {
                return Value(property, from);
            }
        }

        return null;
    }

    // A runspace that closes at this moment has no such things any more.
    private static object? Value(PropertyInfo property, object? from)
    {
        try
        {
            return property.GetValue(from);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }
}
