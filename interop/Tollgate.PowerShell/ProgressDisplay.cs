// A progress bar for waits of more than a second, with the remaining seconds where they are known. Shorter waits show none.
using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Shows the remaining wait of a request, and its phase.</summary>
internal sealed class ProgressDisplay
{
    private const int ActivityId = 0x746f6c6c;

    // With what is said of the state, which is shorter, and the seconds, which PowerShell adds, it fits a console of 80 columns.
    private const int MostOfActivity = 38;
    private static readonly TimeSpan DisplayDelay = TimeSpan.FromSeconds(1);

    private readonly Cmdlet cmdlet;
    private readonly string activity;
    private readonly Stopwatch waited = Stopwatch.StartNew();
    private string? shown;
    private int shownSeconds;

    /// <param name="cmdlet">The cmdlet that waits.</param>
    /// <param name="doing">What it does.</param>
    /// <param name="what">With what, such as an address; its scheme is left out, for it costs width.</param>
    internal ProgressDisplay(Cmdlet cmdlet, string doing, string? what)
    {
        string[] parts = (what ?? string.Empty).Split(["://"], StringSplitOptions.None);
        string activity = $"{doing} {parts[parts.Length - 1]}".TrimEnd(' ', '/');
        this.cmdlet = cmdlet;
        this.activity = activity.Length > MostOfActivity ? activity.Substring(0, MostOfActivity - 3) + "..." : activity;
    }

    /// <summary>Shows where the request stands, if the wait is worth it and something changed.</summary>
    internal void Show(in OperationProgress progress)
    {
        if (waited.Elapsed < DisplayDelay && progress.Left < DisplayDelay)
        {
            return;
        }

        int seconds = (int)Math.Ceiling(progress.Left.TotalSeconds);
        string text = Describe(progress);
        if (text != shown || seconds != shownSeconds)
        {
            (shown, shownSeconds) = (text, seconds);
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, text) { SecondsRemaining = seconds > 0 ? seconds : -1 });
        }
    }

    /// <summary>Removes the progress bar.</summary>
    internal void Complete()
    {
        if (shown is not null)
        {
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, shown) { RecordType = ProgressRecordType.Completed });
        }
    }

    private static string Describe(in OperationProgress progress) => progress.Phase switch
    {
        OperationPhase.Queued => Format("in line, {0} waiting", progress.Waiting),
        OperationPhase.Paused => Format("paused by the service, {0} waiting", progress.Waiting),
        OperationPhase.Slot => "waiting for a slot of this machine",
        OperationPhase.Asking => Format("asking, attempt {0}", progress.Attempt),
        OperationPhase.Retry => Format("waiting before attempt {0}", progress.Attempt + 1),
        OperationPhase.Answering => Format("waiting for Azure, attempt {0}", progress.Attempt),
        OperationPhase.Pausing => Format("Azure asks to wait, attempt {0}", progress.Attempt + 1),
        OperationPhase.Polling => "waiting for the operation",
        OperationPhase.Receiving => Format("{0:N1} MiB received", progress.Amount / 1048576.0),
        _ => "starting",
    };

    private static string Format(string format, params object[] values) => string.Format(CultureInfo.InvariantCulture, format, values);
}
