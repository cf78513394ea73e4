// A context may have no subscription without anybody lacking a permission. The command that needs one then reports the cause and not the
// credentials.
namespace Tollgate.PowerShell;

/// <summary>A known cause for which a context has no subscription, and what to do about it.</summary>
internal sealed class MissingSubscription
{
    private MissingSubscription(string cause, string advice)
    {
        Cause = cause;
        Advice = advice;
    }

    /// <summary>Gets the cause: a sentence in lower case without a period.</summary>
    internal string Cause { get; }

    /// <summary>Gets what to do: a sentence.</summary>
    internal string Advice { get; }

    /// <summary>Describes a context for which no subscription was looked up.</summary>
    /// <param name="parameter">The parameter that prevented the lookup, without its dash.</param>
    /// <param name="instead">What to run for a context with a subscription.</param>
    internal static MissingSubscription NotLookedUp(string parameter, string instead) => new(
        $"none was looked up, because the context was made with -{parameter}",
        $"Choose one with Set-MiContext -Subscription, or run {instead}.");

    /// <summary>Describes a context made while Azure Resource Manager was unreachable; null when it was reached.</summary>
    /// <param name="reason">The connection error; null when there was none.</param>
    internal static MissingSubscription? Unreachable(string? reason) => reason is null ? null : new(
        $"Azure Resource Manager could not be reached when it was asked for a subscription: {reason}",
        "Run Connect-MiAccount again when Azure Resource Manager can be reached, or name the subscription by its id with Set-MiContext -Subscription -SkipValidation.");
}
