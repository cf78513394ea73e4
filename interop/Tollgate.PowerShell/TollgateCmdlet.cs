// The base of every cmdlet: the one loop that waits for an operation on the pipeline thread and cancels it on Ctrl+C, and the one way to
// write an error record.
using System;
using System.Collections.Concurrent;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The base of every Tollgate cmdlet.</summary>
public abstract class TollgateCmdlet : PSCmdlet
{
    // A wait ends at once on Ctrl+C, whatever its slice. Long ones keep hundreds of shells that wait together from spending
    // the machine on waking up: called often enough, a loop's methods are even compiled again.
    private static readonly TimeSpan WaitInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongWaitInterval = TimeSpan.FromSeconds(1);
    private const int ShortWaits = 10;

    private static readonly ConcurrentDictionary<string, bool> WarnedParameters = new();

    private volatile Operation? running;

    /// <summary>Gets or sets what every cmdlet does before each input, once something in this process has asked for it.</summary>
    internal static Action<TollgateCmdlet>? BeforeInput { get; set; }

    /// <summary>Gets the TargetObject of an error record.</summary>
    private protected virtual object? ErrorTarget => null;

    /// <summary>Gets whether every failure ends the pipeline, unless the call says otherwise.</summary>
    private protected virtual bool AlwaysTerminates => false;

    /// <summary>Returns whether a parameter is content or data, which may be null or empty. Whatever selects something may not.</summary>
    internal virtual bool MayBeEmpty(string parameter) => false;

    /// <summary>Returns whether spaces around a text are part of it.</summary>
    internal virtual bool KeepsSpaces(string parameter) => false;

    /// <summary>Returns what to do about a parameter that was given without a value.</summary>
    internal virtual string WhatIsNeeded(string parameter) => "Give it a value, or leave the parameter out.";

    /// <summary>Notices a call by another module's name.</summary>
    protected override void BeginProcessing() => AzAliases.WarnIfAzLoaded(this);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            BoundParameterValidator.Validate(this);
            BeforeInput?.Invoke(this);
            ProcessInput();
        }
        catch (TollgateException failure)
        {
            WriteFailure(failure, ErrorTarget ?? Given(failure.Field));
        }
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => running?.Cancel();

    /// <summary>Processes one input.</summary>
    private protected abstract void ProcessInput();

    /// <summary>Warns once per process that a bound parameter has no effect here.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="why">Why, as the end of a sentence.</param>
    private protected void WarnIgnored(string parameter, string why)
    {
        string command = MyInvocation.MyCommand.Name;
        if (MyInvocation.BoundParameters.ContainsKey(parameter) && WarnedParameters.TryAdd($"{command} -{parameter}", true))
        {
            WriteWarning($"{command} takes -{parameter} without effect: {why}.");
        }
    }

    private object? Given(string? parameter) =>
        parameter is not null && MyInvocation.BoundParameters.TryGetValue(parameter, out object? value) ? value : null;

    /// <summary>Gets a token, and writes the events of the request.</summary>
    internal AccessToken GetToken(TokenRequest request)
    {
        using TokenOperation operation = TollgateClient.Shared.StartToken(request);
        WaitForOperation(operation, "Token for", request.Resource);
        AccessToken token = operation.TakeToken();
        if (token.Origin == TokenOrigin.Cache && IsVerboseHeard())
        {
            WriteVerbose($"The token came from memory: {token}.");
        }

        return token;
    }

    /// <summary>Runs the checks of a diagnosis, and writes their events.</summary>
    private protected AccountCheck[] RunDiagnosis(TokenRequest request, string? resourceManagerUrl)
    {
        using DiagnosisOperation operation = TollgateClient.Shared.StartDiagnosis(request, Environment.GetEnvironmentVariables(), resourceManagerUrl);
        WaitForOperation(operation, "Testing", request.Resource);
        return operation.TakeChecks();
    }

    /// <summary>Looks up tenants and subscriptions, and writes the events of the request.</summary>
    private protected JsonValue Lookup(LookupRequest request)
    {
        using LookupOperation operation = TollgateClient.Shared.StartLookup(request);
        WaitForOperation(operation, "Tenants and subscriptions", null);
        return operation.TakeDocument();
    }

    /// <summary>Sends a REST request, and writes its events.</summary>
    private protected RestResponse SendRequest(RestRequest request)
    {
        using RestOperation operation = TollgateClient.Shared.StartRest(request);
        WaitForOperation(operation, request.Method, request.Uri.Split('?')[0]);
        return operation.TakeResponse();
    }

    /// <summary>Waits for an operation on the pipeline thread, with progress.</summary>
    private void WaitForOperation(Operation operation, string doing, string? what)
    {
        ProgressDisplay? progress = null;
        running = operation;
        try
        {
            if (Stopping)
            {
                operation.Cancel();
            }

            for (int waits = 0; !operation.Wait(waits < ShortWaits ? WaitInterval : LongWaitInterval, out OperationProgress at); waits++)
            {
                WriteEvents(operation);
                progress ??= new ProgressDisplay(this, doing, what);
                progress.Show(at);
            }

            WriteEvents(operation);
        }
        catch (TollgateException) when (!Stopping)
        {
            WriteEvents(operation);
            throw;
        }
        finally
        {
            running = null;
            if (!Stopping)
            {
                progress?.Complete();
            }
        }
    }

    /// <summary>Writes a verbose line.</summary>
    // With -Debug alone PowerShell asks at each verbose line whether to go on, and fails where nobody can be asked.
    internal new void WriteVerbose(string text)
    {
        if (IsGiven("Debug") && !MyInvocation.BoundParameters.ContainsKey("Verbose"))
        {
            WriteDebug(text);
        }
        else
        {
            base.WriteVerbose(text);
        }
    }

    // A line that nobody reads is not formatted: a token from memory takes microseconds.
    private bool IsVerboseHeard() =>
        MyInvocation.BoundParameters.ContainsKey("Verbose") || IsGiven("Debug") || GetVariableValue("VerbosePreference") is not ActionPreference.SilentlyContinue;

    private bool IsGiven(string name) => MyInvocation.BoundParameters.TryGetValue(name, out object? value) && value is SwitchParameter { IsPresent: true };

    private void WriteEvents(Operation operation)
    {
        while (operation.NextEvent(out OperationEvent next))
        {
            string text = MessageText.ToSentence(AzAliases.ToAzNames(this, next.Text));
            switch (next.Level)
            {
                case OperationLevel.Warning:
                    WriteWarning(text);
                    break;
                case OperationLevel.Debug:
                    WriteDebug(text);
                    break;
                default:
                    WriteVerbose(text);
                    break;
            }
        }
    }

    /// <summary>Writes a failure as an error record. A terminating one does not terminate when the call itself has -ErrorAction.</summary>
    private protected void WriteFailure(TollgateException failure, object? target)
    {
        if (failure.Status == TollgateStatus.Cancelled)
        {
            throw new PipelineStoppedException();
        }

        ErrorRecord record = ErrorRecordFactory.Create(CallerMessages.Rephrase(this, failure), target);
        if ((AlwaysTerminates || ErrorRecordFactory.Terminates(failure.Status)) && !MyInvocation.BoundParameters.ContainsKey("ErrorAction"))
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }
}
