// Where a running request stands.
using System;

namespace Tollgate.Interop;

/// <summary>What a request is doing.</summary>
public enum OperationPhase
{
    /// <summary>It has begun.</summary>
    Starting = 0,

    /// <summary>It waits for its place in the machine's pace.</summary>
    Queued = 1,

    /// <summary>It waits for one of the machine's slots.</summary>
    Slot = 2,

    /// <summary>It waits for the service's answer.</summary>
    Asking = 3,

    /// <summary>It waits before it asks again.</summary>
    Retry = 4,

    /// <summary>It waits for Azure's answer.</summary>
    Answering = 5,

    /// <summary>It waits before it asks Azure again.</summary>
    Pausing = 6,

    /// <summary>It waits for a long-running operation.</summary>
    Polling = 7,

    /// <summary>An answer's content is coming in.</summary>
    Receiving = 8,

    /// <summary>It waits at the machine's gate, where all rest because the service refused somebody with a 429.</summary>
    Paused = 9,
}

/// <summary>Where a running request stands.</summary>
/// <param name="phase">What it is doing.</param>
/// <param name="attempt">The number of the attempt, from one.</param>
/// <param name="left">The known wait left in this phase; zero when it is not known.</param>
/// <param name="waiting">The callers of this machine whose place is still to come.</param>
/// <param name="amount">The bytes of the content that have come.</param>
public readonly struct OperationProgress(OperationPhase phase, int attempt, TimeSpan left, int waiting, long amount)
{
    /// <summary>Gets what the request is doing.</summary>
    public OperationPhase Phase { get; } = phase;

    /// <summary>Gets the number of the attempt, from one.</summary>
    public int Attempt { get; } = attempt;

    /// <summary>Gets the known wait left in this phase; zero when it is not known.</summary>
    public TimeSpan Left { get; } = left;

    /// <summary>Gets how many callers of this machine have a place still to come.</summary>
    public int Waiting { get; } = waiting;

    /// <summary>Gets how many bytes of the content have come.</summary>
    public long Amount { get; } = amount;
}
