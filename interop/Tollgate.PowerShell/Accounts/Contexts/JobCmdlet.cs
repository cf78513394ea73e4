// What cmdlets with -AsJob have in common: they ask what is to be asked, and then run here or in a job.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>The base of the cmdlets that can run as a job.</summary>
public abstract class JobCmdlet : ContextCmdlet
{
    // Said to this call, and not to the one in the job: what it asks is asked before the job starts.
    private static readonly string[] NotForTheJob = [nameof(AsJob), nameof(DefaultProfile), "WhatIf", "Confirm"];

    /// <summary>Runs in a job of this session and gives the job at once. Receive-Job gives what comes out. The job keeps the context that is in use now.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Asks, where the cmdlet changes something, whether it may.</summary>
    private protected virtual bool ConfirmRun() => true;

    /// <summary>Puts what has a meaning in this session only, such as a path on a drive of its own, into what it means.</summary>
    private protected virtual void ResolveJobParameters(IDictionary<string, object> parameters)
    {
    }

    /// <summary>Does what the cmdlet is for, for one input, on this thread.</summary>
    private protected abstract void ProcessHere();

    /// <inheritdoc/>
    private protected sealed override void ProcessInput()
    {
        if (!ConfirmRun())
        {
            return;
        }

        if (AsJob)
        {
            WriteObject(StartJob());
        }
        else
        {
            ProcessHere();
        }
    }

    private CommandJob StartJob()
    {
        var command = (CmdletInfo)MyInvocation.MyCommand;
        Dictionary<string, object> parameters = MyInvocation.BoundParameters
            .Where(given => !NotForTheJob.Contains(given.Key, StringComparer.OrdinalIgnoreCase))
            .ToDictionary(given => given.Key, given => given.Value);
        ResolveJobParameters(parameters);
        parameters.Add(nameof(DefaultProfile), RequireContext());
        if (command.Parameters.ContainsKey("Confirm"))
        {
            parameters.Add("Confirm", false);
        }

        var job = new CommandJob(command, parameters, SessionState.Path.CurrentFileSystemLocation.ProviderPath);
        RunspaceContexts.Current.Begun(job);
        JobRepository.Add(job);
        job.Start();
        return job;
    }
}
