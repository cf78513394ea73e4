// The one list of outcomes, numbered as in tollgate.h. Append-only: a number keeps its name for ever, and the name is the
// first part of FullyQualifiedErrorId.
namespace Tollgate.Interop;

/// <summary>How a call to the native library ended. From 100 on it is a failure.</summary>
public enum TollgateStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Not done yet.</summary>
    Pending = 1,

    /// <summary>An input is malformed, missing or contradicts another.</summary>
    InvalidArgument = 100,

    /// <summary>The caller cancelled.</summary>
    Cancelled = 101,

    /// <summary>The time allowed by the caller is used up.</summary>
    TimedOut = 102,

    /// <summary>A scope was asked for that would write to disk.</summary>
    PersistenceNotSupported = 110,

    /// <summary>The command needs a context and there is none.</summary>
    NotConnected = 111,

    /// <summary>The token endpoint does not answer.</summary>
    EndpointUnreachable = 200,

    /// <summary>This machine offers no managed identity.</summary>
    NoSource = 201,

    /// <summary>The service kept refusing for its rate limit.</summary>
    Throttled = 300,

    /// <summary>The service failed on its side.</summary>
    ServiceUnavailable = 301,

    /// <summary>The identity asked for is not assigned to this machine.</summary>
    IdentityNotFound = 302,

    /// <summary>The service refused the request.</summary>
    Refused = 303,

    /// <summary>The answer is not what the service sends.</summary>
    MalformedResponse = 304,

    /// <summary>Something answered that is not to be trusted with a token request.</summary>
    EndpointNotTrusted = 305,

    /// <summary>The identity lacks a permission.</summary>
    AccessDenied = 306,

    /// <summary>The subscription asked for is not visible to the identity.</summary>
    SubscriptionNotFound = 307,

    /// <summary>There is no such resource, or the identity cannot see it.</summary>
    ResourceNotFound = 308,

    /// <summary>A long-running operation came to a bad end.</summary>
    OperationFailed = 309,

    /// <summary>A fault in Tollgate itself.</summary>
    Internal = 900,

    /// <summary>The native library is missing or of another version.</summary>
    NativeLibrary = 901,
}
