//! What can go wrong on the way to a token. The names and their numbers are the same in every layer; the service's own
//! code, text and correlation id always survive.

use std::time::Duration;

use crate::sends::Sends;
use crate::service_error::ServiceError;
use crate::wording::{attempts_text, last_error_suffix};

/// Why there is no token. Texts start in lower case, end without a period and hold no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An input cannot be meant so.
    #[error("{}", field_message(field, fault))]
    InvalidArgument {
        /// Which input.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// The caller gave up.
    #[error("the request was cancelled")]
    Cancelled,
    /// The caller's time is over.
    #[error("no token within {} seconds; {sends}{}", budget.as_secs_f32(), last_error_suffix(last.as_deref()))]
    TimedOut {
        /// The time there was.
        budget: Duration,
        /// How often the service was asked.
        attempts: u32,
        /// What had left of the request.
        sends: Sends,
        /// What stood in the way last.
        last: Option<String>,
    },
    /// Nobody answers at an address that was configured.
    #[error("nobody answers at {endpoint}, which {source_name} names: {fault}")]
    EndpointUnreachable {
        /// The address.
        endpoint: String,
        /// Where the address comes from.
        source_name: &'static str,
        /// What the system said.
        fault: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// There is no managed identity service here.
    #[error("no managed identity is available here; looked for {}: {fault}", tried.join(", "))]
    NoSource {
        /// The sources looked for.
        tried: Vec<String>,
        /// What was found instead.
        fault: String,
        /// Whether something else answered there.
        answered: bool,
    },
    /// The service refused because the machine asked too often.
    #[error("{answer} (asked {}{}; callers of this machine in line: {waiting})", attempts_text(*attempts), answer.wait_text())]
    Throttled {
        /// The service's words.
        answer: ServiceError,
        /// How often it was asked.
        attempts: u32,
        /// How many callers of the machine stood in line.
        waiting: u32,
    },
    /// The service cannot answer now.
    #[error("{answer} (asked {}{})", attempts_text(*attempts), answer.wait_text())]
    ServiceUnavailable {
        /// The service's words.
        answer: ServiceError,
        /// How often it was asked.
        attempts: u32,
    },
    /// The machine has no such identity, or several and none was named.
    #[error("{identity} is not available on this machine: {answer}")]
    IdentityNotFound {
        /// The identity asked for.
        identity: String,
        /// The service's words.
        answer: ServiceError,
    },
    /// The service answered no.
    #[error("{answer}")]
    Refused {
        /// The service's words.
        answer: ServiceError,
    },
    /// Something answered, and not as the service does.
    #[error("{endpoint} did not answer as a token service does: {fault}")]
    MalformedResponse {
        /// The address.
        endpoint: String,
        /// What was wrong, never the body.
        fault: String,
    },
    /// Something answered that must not be trusted.
    #[error("{endpoint} cannot be trusted: {fault}")]
    EndpointNotTrusted {
        /// The address.
        endpoint: String,
        /// Why.
        fault: String,
    },
    /// The request came to an end by a defect of this library. Where it lies is told to whoever met it first.
    #[error("the request was ended by a defect of Tollgate, please report it")]
    Internal,
}

impl Error {
    /// What the service said, where it said anything.
    pub const fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Throttled { answer, .. }
            | Self::ServiceUnavailable { answer, .. }
            | Self::IdentityNotFound { answer, .. }
            | Self::Refused { answer } => Some(answer),
            _ => None,
        }
    }

    /// How often the service was asked, where that matters.
    pub const fn attempts(&self) -> u32 {
        match self {
            Self::TimedOut { attempts, .. }
            | Self::EndpointUnreachable { attempts, .. }
            | Self::Throttled { attempts, .. }
            | Self::ServiceUnavailable { attempts, .. } => *attempts,
            _ => 0,
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
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

/// What is wrong with an input, with its name: `fault` may go on from that, quote a value, or be a sentence of its own.
pub fn field_message(field: &str, fault: &str) -> String {
    match fault.chars().next() {
        Some(first) if first.is_uppercase() => fault.to_owned(),
        Some(first) if first.is_lowercase() => format!("{field} {fault}"),
        _ => format!("{field}: {fault}"),
    }
}
