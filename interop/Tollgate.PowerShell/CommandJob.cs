// A cmdlet as a job: a thread and a runspace of its own in this process, gone when it ends. The runspace's streams are the job's.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;
using Shell = System.Management.Automation.PowerShell;

namespace Tollgate.PowerShell;

/// <summary>One call of a cmdlet that runs beside its session.</summary>
internal sealed class CommandJob : Job
{
    private static readonly TimeSpan StopInterval = TimeSpan.FromMilliseconds(50);

    private readonly Shell shell = Shell.Create();
    private readonly Runspace runspace;
    private readonly string folder;
    private volatile bool stopping;

    /// <summary>Makes a job that has not started.</summary>
    /// <param name="command">The cmdlet to call.</param>
    /// <param name="parameters">What to call it with.</param>
    /// <param name="folder">The folder that relative paths begin at.</param>
    internal CommandJob(CmdletInfo command, Dictionary<string, object> parameters, string folder)
        : base(command.Name)
    {
        this.folder = folder;
        PSJobTypeName = nameof(CommandJob);
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry(command.Name, command.ImplementingType, helpFileName: null));
        state.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace = RunspaceFactory.CreateRunspace(state);
        shell.Runspace = runspace;
        shell.AddCommand(command.Name).AddParameters(parameters);
        shell.Streams.Error = Error;
        shell.Streams.Warning = Warning;
        shell.Streams.Verbose = Verbose;
        shell.Streams.Debug = Debug;
        shell.Streams.Progress = Progress;
        shell.Streams.Information = Information;
    }

    /// <inheritdoc/>
    public override string StatusMessage => JobStateInfo.State.ToString();

    /// <inheritdoc/>
    public override string Location { get; } = "localhost";

    /// <inheritdoc/>
    public override bool HasMoreData =>
        new[] { Output.Count, Error.Count, Warning.Count, Verbose.Count, Debug.Count, Progress.Count, Information.Count }.Any(count => count > 0);

    /// <summary>Starts the job.</summary>
    internal void Start()
    {
        PSBeginTime = DateTime.Now;
        SetJobState(JobState.Running);
        new Thread(Work) { IsBackground = true, Name = Command }.Start();
    }

    /// <inheritdoc/>
    public override void StopJob()
    {
        if (IsFinishedState(JobStateInfo.State))
        {
            return;
        }

        stopping = true;

        // A stop that comes before the command runs stops nothing.
        do
        {
            shell.Stop();
        }
        while (!Finished.WaitOne(StopInterval));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (JobStateInfo.State != JobState.NotStarted)
            {
                StopJob();
            }

            shell.Dispose();
            runspace.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsFinishedState(JobState state) => state is JobState.Completed or JobState.Failed or JobState.Stopped;

    private void Work()
    {
        JobState end;
        try
        {
            runspace.Open();
            runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(folder));
            if (!stopping)
            {
                shell.Invoke(input: null, Output);
            }

            end = shell.InvocationStateInfo.State != PSInvocationState.Completed ? JobState.Stopped

                // As in Azure PowerShell: whoever looks at the state alone must see that something went wrong.
                : shell.HadErrors ? JobState.Failed
                : JobState.Completed;
        }
        catch (Exception) when (stopping)
        {
            end = JobState.Stopped;
        }
        catch (Exception failure)
        {
            // Put where the other errors are, it is received once and under its own name.
            Error.Add((failure as IContainsErrorRecord)?.ErrorRecord ?? new ErrorRecord(failure, nameof(CommandJob), ErrorCategory.NotSpecified, Command));
            end = JobState.Failed;
        }

        runspace.Dispose();
        PSEndTime = DateTime.Now;
        SetJobState(end);
    }
}
