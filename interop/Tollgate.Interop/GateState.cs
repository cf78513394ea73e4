// The machine's gate at one moment.
using System;

namespace Tollgate.Interop;

/// <summary>How the gate spaces requests.</summary>
public enum GateMode
{
    /// <summary>Up to a second's allowance at once.</summary>
    Burst = 0,

    /// <summary>One at a time, since the service refused one lately.</summary>
    Even = 1,
}

/// <summary>The machine's gate at one moment.</summary>
public sealed class GateState
{
    /// <summary>Gets the folder of the gate's files; nothing when none is usable.</summary>
    public string? Directory { get; init; }

    /// <summary>Gets whether the pace is shared with the other processes of the machine.</summary>
    public bool Shared => AloneBecause is null;

    /// <summary>Gets why this process paces itself alone; nothing when the pace is shared.</summary>
    public string? AloneBecause { get; init; }

    /// <summary>Gets how requests are spaced.</summary>
    public GateMode Mode { get; init; }

    /// <summary>Gets how many requests of this machine are in the air.</summary>
    public int SlotsBusy { get; init; }

    /// <summary>Gets how many may be in the air at once.</summary>
    public int SlotsTotal { get; init; }

    /// <summary>Gets how many callers have a place still to come.</summary>
    public int Waiting { get; init; }

    /// <summary>Gets how long everybody stays away because the service asked for it.</summary>
    public TimeSpan PausedFor { get; init; }

    /// <summary>Gets how long a caller arriving now would wait.</summary>
    public TimeSpan WaitFor { get; init; }

    /// <summary>Gets the requests sent since the machine started.</summary>
    public long Sent { get; init; }

    /// <summary>Gets the refusals for the rate limit since the machine started.</summary>
    public long Throttled { get; init; }

    /// <summary>Gets a value indicating whether the gate's ledger stands in place of one that could not be trusted. Its counters began anew with it.</summary>
    public bool Rebuilt { get; init; }

    /// <summary>Gets the requests sent in the last second.</summary>
    public int SentLastSecond { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Directory ?? AloneBecause ?? string.Empty;
}
