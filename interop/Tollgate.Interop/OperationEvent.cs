// What a running request has to say to whoever watches.
namespace Tollgate.Interop;

/// <summary>Who an event is for.</summary>
public enum OperationLevel
{
    /// <summary>Those who asked for details.</summary>
    Verbose = 0,

    /// <summary>Everybody.</summary>
    Warning = 1,

    /// <summary>Those who follow each step.</summary>
    Debug = 2,
}

/// <summary>One line a request has to say.</summary>
/// <param name="level">Who it is for.</param>
/// <param name="text">What it says.</param>
public readonly struct OperationEvent(OperationLevel level, string text)
{
    /// <summary>Gets who the line is for.</summary>
    public OperationLevel Level { get; } = level;

    /// <summary>Gets what it says.</summary>
    public string Text { get; } = text;
}
