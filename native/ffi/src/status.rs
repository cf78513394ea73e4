//! The numbers of the outcomes, for ever: appended to, never changed.

use tollgate_azure::Error;
use tollgate_identity::Error as TokenError;

/// What came of a call.
#[expect(dead_code, reason = "some are said by other layers, and all have one list of numbers")]
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_status {
    /// Done.
    TOLLGATE_OK = 0,
    /// Not yet.
    TOLLGATE_PENDING = 1,
    /// An input cannot be meant so.
    TOLLGATE_INVALID_ARGUMENT = 100,
    /// The caller gave up.
    TOLLGATE_CANCELLED = 101,
    /// The caller's time is over.
    TOLLGATE_TIMED_OUT = 102,
    /// A context can only live in this process.
    TOLLGATE_PERSISTENCE_NOT_SUPPORTED = 110,
    /// There is no context.
    TOLLGATE_NOT_CONNECTED = 111,
    /// Nobody answers at a configured address.
    TOLLGATE_ENDPOINT_UNREACHABLE = 200,
    /// There is no managed identity service here.
    TOLLGATE_NO_SOURCE = 201,
    /// The service refused because the machine asked too often.
    TOLLGATE_THROTTLED = 300,
    /// The service cannot answer now.
    TOLLGATE_SERVICE_UNAVAILABLE = 301,
    /// The machine has no such identity, or several and none was named.
    TOLLGATE_IDENTITY_NOT_FOUND = 302,
    /// The service answered no.
    TOLLGATE_REFUSED = 303,
    /// Something answered, and not as the service does.
    TOLLGATE_MALFORMED_RESPONSE = 304,
    /// Something answered that must not be trusted.
    TOLLGATE_ENDPOINT_NOT_TRUSTED = 305,
    /// The identity lacks a role.
    TOLLGATE_ACCESS_DENIED = 306,
    /// The identity sees no such subscription.
    TOLLGATE_SUBSCRIPTION_NOT_FOUND = 307,
    /// There is no such resource, or the identity cannot see it.
    TOLLGATE_RESOURCE_NOT_FOUND = 308,
    /// A long-running operation came to a bad end.
    TOLLGATE_OPERATION_FAILED = 309,
    /// A fault of the library.
    TOLLGATE_INTERNAL = 900,
    /// The library is missing or of another version; only the loader says this.
    TOLLGATE_NATIVE_LIBRARY = 901,
}

impl From<&Error> for tollgate_status {
    fn from(error: &Error) -> Self {
        match error {
            Error::Token(error) => Self::from(error),
            Error::InvalidArgument { .. } => Self::TOLLGATE_INVALID_ARGUMENT,
            Error::TimedOut { .. } | Error::Unresponsive { .. } => Self::TOLLGATE_TIMED_OUT,
            Error::EndpointUnreachable { .. } => Self::TOLLGATE_ENDPOINT_UNREACHABLE,
            Error::Throttled { .. } => Self::TOLLGATE_THROTTLED,
            Error::ServiceUnavailable { .. } => Self::TOLLGATE_SERVICE_UNAVAILABLE,
            Error::Refused { .. } => Self::TOLLGATE_REFUSED,
            Error::MalformedResponse { .. } => Self::TOLLGATE_MALFORMED_RESPONSE,
            Error::EndpointNotTrusted { .. } | Error::UntrustedCertificate { .. } => {
                Self::TOLLGATE_ENDPOINT_NOT_TRUSTED
            }
            Error::AccessDenied { .. } => Self::TOLLGATE_ACCESS_DENIED,
            Error::SubscriptionNotFound { .. } => Self::TOLLGATE_SUBSCRIPTION_NOT_FOUND,
            Error::ResourceNotFound { .. } => Self::TOLLGATE_RESOURCE_NOT_FOUND,
            Error::OperationFailed { .. } => Self::TOLLGATE_OPERATION_FAILED,
        }
    }
}

impl From<&TokenError> for tollgate_status {
    fn from(error: &TokenError) -> Self {
        match error {
            TokenError::InvalidArgument { .. } => Self::TOLLGATE_INVALID_ARGUMENT,
            TokenError::Cancelled => Self::TOLLGATE_CANCELLED,
            TokenError::TimedOut { .. } => Self::TOLLGATE_TIMED_OUT,
            TokenError::EndpointUnreachable { .. } => Self::TOLLGATE_ENDPOINT_UNREACHABLE,
            TokenError::NoSource { .. } => Self::TOLLGATE_NO_SOURCE,
            TokenError::Throttled { .. } => Self::TOLLGATE_THROTTLED,
            TokenError::ServiceUnavailable { .. } => Self::TOLLGATE_SERVICE_UNAVAILABLE,
            TokenError::IdentityNotFound { .. } => Self::TOLLGATE_IDENTITY_NOT_FOUND,
            TokenError::Refused { .. } => Self::TOLLGATE_REFUSED,
            TokenError::MalformedResponse { .. } => Self::TOLLGATE_MALFORMED_RESPONSE,
            TokenError::EndpointNotTrusted { .. } => Self::TOLLGATE_ENDPOINT_NOT_TRUSTED,
            TokenError::Internal => Self::TOLLGATE_INTERNAL,
        }
    }
}
