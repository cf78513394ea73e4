//! Errors of a token request. Names and numbers are the same in every layer; the service's own code, message and
//! correlation id are always kept.

use std::time::Duration;

use crate::sends::Sends;
use crate::service_error::ServiceError;
use crate::wording::{attempts_text, last_error_suffix};

/// Why there is no token. Messages start in lower case, end without a period and contain no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An input is invalid.
    #[error("{}", field_message(field, fault))]
    InvalidArgument {
        /// Name of the input.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// The caller cancelled the request.
    #[error("the request was cancelled")]
    Cancelled,
    /// The caller's timeout elapsed.
    #[error("no token within {} seconds; {sends}{}", budget.as_secs_f32(), last_error_suffix(last.as_deref()))]
    TimedOut {
        /// The timeout.
        budget: Duration,
        /// Number of attempts.
        attempts: u32,
        /// What had been sent of the request.
        sends: Sends,
        /// The last error, or why the request was waiting.
        last: Option<String>,
    },
    /// Nothing accepts connections at a configured address.
    #[error("nobody answers at {endpoint}, which {source_name} names: {fault}")]
    EndpointUnreachable {
        /// The address.
        endpoint: String,
        /// What configures the address.
        source_name: &'static str,
        /// The connection error.
        fault: String,
        /// Number of attempts.
        attempts: u32,
    },
    /// There is no managed identity service on this machine.
    #[error("no managed identity is available here; looked for {}: {fault}", tried.join(", "))]
    NoSource {
        /// The sources that were tried.
        tried: Vec<String>,
        /// What was found instead, or the connection error.
        fault: String,
        /// Whether something else responded at the address.
        answered: bool,
    },
    /// The service responded 429: the machine sends too many requests.
    #[error("{answer} (asked {}{}; callers of this machine in line: {waiting})", attempts_text(*attempts), answer.wait_text())]
    Throttled {
        /// The service's error.
        answer: ServiceError,
        /// Number of attempts.
        attempts: u32,
        /// Queue length at the machine's gate.
        waiting: u32,
    },
    /// The service is unavailable for now.
    #[error("{answer} (asked {}{})", attempts_text(*attempts), answer.wait_text())]
    ServiceUnavailable {
        /// The service's error.
        answer: ServiceError,
        /// Number of attempts.
        attempts: u32,
    },
    /// The machine has no such identity, or has several and none was named.
    #[error("{identity} is not available on this machine: {answer}")]
    IdentityNotFound {
        /// The requested identity.
        identity: String,
        /// The service's error.
        answer: ServiceError,
    },
    /// The service refused the request.
    #[error("{answer}")]
    Refused {
        /// The service's error.
        answer: ServiceError,
    },
    /// The response is not that of a token service.
    #[error("{endpoint} did not answer as a token service does: {fault}")]
    MalformedResponse {
        /// The address.
        endpoint: String,
        /// What is wrong; never contains the body.
        fault: String,
    },
    /// The responder must not be trusted.
    #[error("{endpoint} cannot be trusted: {fault}")]
    EndpointNotTrusted {
        /// The address.
        endpoint: String,
        /// Why.
        fault: String,
    },
    /// The request panicked: a defect of this library. The panic hook receives the location, this error does not.
    #[error("the request was ended by a defect of Tollgate, please report it")]
    Internal,
}

impl Error {
    /// The service's error, if the service responded with one.
    pub const fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Throttled { answer, .. }
            | Self::ServiceUnavailable { answer, .. }
            | Self::IdentityNotFound { answer, .. }
            | Self::Refused { answer } => Some(answer),
            _ => None,
        }
    }

    /// Number of attempts; 0 for errors without a count.
    pub const fn attempts(&self) -> u32 {
        match self {
            Self::TimedOut { attempts, .. }
            | Self::EndpointUnreachable { attempts, .. }
            | Self::Throttled { attempts, .. }
            | Self::ServiceUnavailable { attempts, .. } => *attempts,
            _ => 0,
        }
    }

    /// Whether the same request may succeed later without any change.
    pub(crate) const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::TimedOut { .. }
                | Self::EndpointUnreachable { .. }
                | Self::NoSource { .. }
                | Self::Throttled { .. }
                | Self::ServiceUnavailable { .. }
        )
    }
}

/// Describes an invalid input by name: `fault` may continue from the name, quote a value, or be a sentence of its own.
pub fn field_message(field: &str, fault: &str) -> String {
    match fault.chars().next() {
        Some(first) if first.is_uppercase() => fault.to_owned(),
        Some(first) if first.is_lowercase() => format!("{field} {fault}"),
        _ => format!("{field}: {fault}"),
    }
}
