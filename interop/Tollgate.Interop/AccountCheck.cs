// One thing that can be in the way between a script and its token, and how it was found.
namespace Tollgate.Interop;

/// <summary>How a check came out.</summary>
public enum AccountCheckResult
{
    /// <summary>As it should be.</summary>
    Passed = 0,

    /// <summary>It works, and something is worth knowing.</summary>
    Warning = 1,

    /// <summary>This is in the way.</summary>
    Failed = 2,

    /// <summary>It could not be told.</summary>
    Skipped = 3,
}

/// <summary>One check of a diagnosis.</summary>
public sealed class AccountCheck
{
    /// <summary>Gets what was looked at; the same word for ever.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets how it came out.</summary>
    public AccountCheckResult Result { get; init; }

    /// <summary>Gets what was found; never a secret.</summary>
    public string Detail { get; init; } = string.Empty;

    /// <summary>Gets what to do; nothing when there is nothing to do.</summary>
    public string? Advice { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Result}: {Name}";
}
