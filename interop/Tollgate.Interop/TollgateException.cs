// The one exception of Tollgate. It carries what the service said (code, text, correlation id) unchanged, and never a token.
using System;

namespace Tollgate.Interop;

/// <summary>A call failed, for the reason its <see cref="Status"/> names.</summary>
public sealed class TollgateException : Exception
{
    /// <summary>Makes an exception of a known status.</summary>
    /// <param name="status">Why the call failed.</param>
    /// <param name="message">What happened, as a sentence.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public TollgateException(TollgateStatus status, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Status = status;
    }

    /// <summary>Gets why the call failed.</summary>
    public TollgateStatus Status { get; }

    /// <summary>Gets the name of the status, which is the first part of FullyQualifiedErrorId.</summary>
    public string Name => Status.ToString();

    /// <summary>Gets the input at fault, when the status is InvalidArgument.</summary>
    public string? Field { get; init; }

    /// <summary>Gets the token endpoint that was asked.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Gets the HTTP status of the last answer, when there was an answer.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Gets how many requests were sent.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets how long the service asks callers to stay away, when it said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the service's own error code.</summary>
    public string? ServiceCode { get; init; }

    /// <summary>Gets the service's own error text.</summary>
    public string? ServiceText { get; init; }

    /// <summary>Gets the id under which the service knows the request.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the identity that was asked for.</summary>
    public string? Identity { get; init; }

    /// <summary>Gets what to do, where more is known than the status says.</summary>
    public string? Advice { get; init; }

    /// <summary>Makes the same failure with other words.</summary>
    /// <param name="message">What happened, as a sentence.</param>
    /// <param name="advice">What to do.</param>
    public TollgateException With(string message, string? advice) => new(Status, message, InnerException)
    {
        Field = Field,
        Endpoint = Endpoint,
        HttpStatus = HttpStatus,
        Attempts = Attempts,
        RetryAfter = RetryAfter,
        ServiceCode = ServiceCode,
        ServiceText = ServiceText,
        CorrelationId = CorrelationId,
        Identity = Identity,
        Advice = advice,
    };
}
