// Who started a runspace. PowerShell does not say it: a runspace that ForEach-Object -Parallel or Start-ThreadJob made is like any
// other. But whoever runs a script in a runspace listens for its end. From the script that runs in the child the listeners are found:
// the task of a ForEach-Object, which knows its command, or a job, which the session that started it has among its own.
// Threads do not tell it: a thread job that waited for its turn is started by the thread of whichever job ended before it.
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;

namespace Tollgate.PowerShell;

/// <summary>A call of one runspace that started others.</summary>
internal sealed class ParentCall
{
    // A ForEach-Object -AsJob starts its tasks a moment before it puts the job on the session's list.
    private const int ListedWithinMilliseconds = 1000;

    private ParentCall(object key, Runspace? parent)
    {
        Key = key;
        Parent = parent;
    }

    /// <summary>Gets what stands for the call: the command, or the job it made.</summary>
    internal object Key { get; }

    /// <summary>Gets the runspace that made the call; null when it is there no more.</summary>
    internal Runspace? Parent { get; }

    /// <summary>Finds the call that started the script running in a runspace; null when it was no such call, or cannot be known.</summary>
    internal static ParentCall? Of(Runspace child)
    {
        foreach (object listener in EngineObjects.ListenersOf(child))
        {
            if (EngineObjects.CommandOf(listener) is PSCmdlet command)
            {
                PSEventManager events = command.Events;
                return new ParentCall(command, EngineObjects.Runspaces.FirstOrDefault(runspace => ReferenceEquals(runspace.Events, events)));
            }

            if (EngineObjects.JobOf(listener) is Job job)
            {
                return ByJob(job);
            }
        }

        return null;
    }

    /// <summary>Finds what a runspace has called that may start others: its jobs, and the commands that run in it on this thread.</summary>
    internal static IEnumerable<object> Made(Runspace parent) => EngineObjects.JobsOf(parent).Concat(EngineObjects.CommandsOf(parent));

    private static ParentCall ByJob(Job job)
    {
        (Runspace? Parent, Job Listed) found = (null, job);
        SpinWait.SpinUntil(() => (found = Find(job)).Parent is not null, ListedWithinMilliseconds);
        return new ParentCall(found.Listed, found.Parent);
    }

    private static (Runspace? Parent, Job Listed) Find(Job job)
    {
        foreach (Runspace runspace in EngineObjects.Runspaces)
        {
            foreach (Job listed in EngineObjects.JobsOf(runspace))
            {
                if (ReferenceEquals(listed, job) || listed.ChildJobs.Contains(job))
                {
                    return (runspace, listed);
                }
            }
        }

        return (null, job);
    }
}
