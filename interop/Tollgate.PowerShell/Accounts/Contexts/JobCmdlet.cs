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

    /// <summary>Runs as a job of this session and returns the job at once. Receive-Job returns its output. The job keeps the context that is in use now.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Asks for confirmation where the cmdlet changes something; false means that it was declined.</summary>
    private protected virtual bool ConfirmRun() => true;

    /// <summary>Replaces values that only this session can resolve, such as a path on a PSDrive of its own.</summary>
    private protected virtual void ResolveJobParameters(IDictionary<string, object> parameters)
    {
    }

    /// <summary>Processes one input, on this thread.</summary>
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
