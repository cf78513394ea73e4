// A wait of over a second as a progress bar, with the seconds left where they are known. Short waits show nothing.
using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Shows how long a request still waits, and why.</summary>
internal sealed class WaitProgress
{
    private const int ActivityId = 0x746f6c6c;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Cmdlet cmdlet;
    private readonly string activity;
    private readonly Stopwatch waited = Stopwatch.StartNew();
    private string? shown;

    internal WaitProgress(Cmdlet cmdlet, string activity)
    {
        this.cmdlet = cmdlet;
        this.activity = activity;
    }

    /// <summary>Shows where the request stands, if the wait is worth it and something changed.</summary>
    internal void Show(in OperationProgress progress)
    {
        if (waited.Elapsed < Patience && progress.Left < Patience)
        {
            return;
        }

        int seconds = (int)Math.Ceiling(progress.Left.TotalSeconds);
        string text = Describe(progress, seconds);
        if (text != shown)
        {
            shown = text;
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, text) { SecondsRemaining = seconds > 0 ? seconds : -1 });
        }
    }

    /// <summary>Takes the bar away.</summary>
    internal void Complete()
    {
        if (shown is not null)
        {
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, shown) { RecordType = ProgressRecordType.Completed });
        }
    }

    private static string Describe(in OperationProgress progress, int seconds)
    {
        string what = progress.Phase switch
        {
            OperationPhase.Queued => Format("waiting for a place in this machine's pace, {0} waiting", progress.Waiting),
            OperationPhase.Slot => "waiting for one of this machine's slots",
            OperationPhase.Asking => Format("asking the token service, attempt {0}", progress.Attempt),
            OperationPhase.Retry => Format("waiting before attempt {0}", progress.Attempt + 1),
            OperationPhase.Answering => Format("waiting for Azure's answer, attempt {0}", progress.Attempt),
            OperationPhase.Pausing => Format("waiting as Azure asks, before attempt {0}", progress.Attempt + 1),
            OperationPhase.Polling => "waiting for the operation to complete",
            OperationPhase.Receiving => Format("{0:N1} MiB received", progress.Amount / 1048576.0),
            _ => "starting",
        };
        return seconds > 0 ? Format("{0}, {1} s left", what, seconds) : what;
    }

    private static string Format(string format, params object[] values) => string.Format(CultureInfo.InvariantCulture, format, values);
}
