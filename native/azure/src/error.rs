//! The errors of requests to Azure. Messages start in lower case, end without a period and hold no secret; Azure's own
//! code, message and correlation id are always kept. Messages of Az that scripts match are kept verbatim.

use std::time::Duration;

use tollgate_http::CertificateProblem;
use tollgate_identity::{Sends, ServiceError, advice_for, attempts_text, field_message, last_error_suffix};

/// Where trusted certificates are kept, and how one is added, differs by platform.
const UNTRUSTED: &str = if cfg!(any(windows, target_vendor = "apple")) {
    "find out whose certificate is shown: where a proxy or firewall inspects TLS on the way, add its certificate authority to the trusted roots of the system's store"
} else {
    "find out whose certificate is shown: where a proxy or firewall inspects TLS on the way, add its certificate authority to the system's store, or set SSL_CERT_FILE, before the shell starts, to a file that holds it beside the system's own"
};
const OUTDATED: &str = "compare the machine's clock with the true time; where the clock is right, find out whose certificate is shown: a proxy or firewall that inspects TLS on the way may show one that is over";

const NO_ROOTS: &str = "install the system's certificates (on Linux the package ca-certificates), or correct SSL_CERT_FILE and SSL_CERT_DIR where they are set, before the shell starts";

/// Why there is no response, or none to continue with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No token was acquired.
    #[error(transparent)]
    Token(#[from] tollgate_identity::Error),
    /// An input is invalid.
    #[error("{}", field_message(field, fault))]
    InvalidArgument {
        /// The name of the input.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// The caller's timeout expired.
    #[error("no answer within {} seconds; {sends}{}", budget.as_secs_f32(), last_error_suffix(last.as_deref()))]
    TimedOut {
        /// The timeout.
        budget: Duration,
        /// The number of attempts.
        attempts: u32,
        /// How often the request was sent, and whether it may have been carried out.
        sends: Sends,
        /// The last error before the timeout.
        last: Option<String>,
    },
    /// The endpoint accepted the request and sent nothing for the default idle timeout, which applies when the caller
    /// names no timeout.
    #[error("{endpoint} did not answer: nothing came within {} seconds; {sends}", silence.as_secs_f32())]
    Unresponsive {
        /// Scheme, host and port.
        endpoint: String,
        /// The idle timeout.
        silence: Duration,
        /// The number of attempts.
        attempts: u32,
        /// How often the request was sent, and whether it may have been carried out.
        sends: Sends,
    },
    /// The endpoint could not be reached, or the connection broke.
    #[error("{endpoint} cannot be reached: {fault} (tried {})", attempts_text(*attempts))]
    EndpointUnreachable {
        /// Scheme, host and port.
        endpoint: String,
        /// The cause, with the system's message.
        fault: String,
        /// The number of attempts.
        attempts: u32,
    },
    /// 429: too many requests.
    #[error("{answer} (asked {}{})", attempts_text(*attempts), answer.wait_text())]
    Throttled {
        /// Azure's error.
        answer: ServiceError,
        /// The number of attempts.
        attempts: u32,
    },
    /// 408 or 5xx: Azure cannot respond now.
    #[error("{answer} (asked {}{})", attempts_text(*attempts), answer.wait_text())]
    ServiceUnavailable {
        /// Azure's error.
        answer: ServiceError,
        /// The number of attempts.
        attempts: u32,
    },
    /// Any other error status.
    #[error("{answer}")]
    Refused {
        /// Azure's error.
        answer: ServiceError,
    },
    /// The response is not one of Azure's.
    #[error("{endpoint} did not answer as it should: {fault}")]
    MalformedResponse {
        /// Scheme, host and port.
        endpoint: String,
        /// What is wrong; never holds the body.
        fault: String,
    },
    /// The token or the redirect would have gone where it must not, or TLS failed.
    #[error("{endpoint} cannot be trusted with this: {fault}")]
    EndpointNotTrusted {
        /// Scheme, host and port.
        endpoint: String,
        /// Why.
        fault: String,
    },
    /// The server's certificate is not one that this machine trusts.
    #[error("{endpoint} cannot be trusted with this: {fault}")]
    UntrustedCertificate {
        /// Scheme, host and port.
        endpoint: String,
        /// What is wrong with it.
        fault: String,
        /// The kind of problem.
        problem: CertificateProblem,
    },
    /// 403: the identity is not allowed to do that.
    #[error("{answer}")]
    AccessDenied {
        /// Azure's error.
        answer: Box<ServiceError>,
        /// The denied action, where Azure names it.
        action: Option<String>,
        /// The resource it was denied on, where Azure names it.
        resource: Option<String>,
    },
    /// The subscription is not visible to the identity.
    #[error("{text}{}", visible_suffix(visible))]
    SubscriptionNotFound {
        /// Az's message about the requested subscription.
        text: String,
        /// Some of the visible ones.
        visible: Vec<String>,
    },
    /// 404: the resource does not exist.
    #[error("{answer}")]
    ResourceNotFound {
        /// Azure's error.
        answer: ServiceError,
    },
    /// A long-running operation failed or was cancelled.
    #[error("Azure Service operation failed: {answer}")]
    OperationFailed {
        /// Azure's error.
        answer: ServiceError,
    },
}

impl Error {
    /// The error of Azure or of the token service, where it sent one.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Token(error) => error.service_error(),
            Self::AccessDenied { answer, .. } => Some(answer),
            Self::Throttled { answer, .. }
            | Self::ServiceUnavailable { answer, .. }
            | Self::Refused { answer }
            | Self::ResourceNotFound { answer }
            | Self::OperationFailed { answer } => Some(answer),
            _ => None,
        }
    }

    /// The next step, where more is known than the kind of the error says.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::UntrustedCertificate { problem, .. } => Some(match problem {
                CertificateProblem::Untrusted => UNTRUSTED,
                CertificateProblem::Outdated => OUTDATED,
                CertificateProblem::NoRoots => NO_ROOTS,
            }),
            _ => self.service_error().and_then(advice_for),
        }
    }

    /// The number of attempts; 0 where it does not matter.
    pub const fn attempts(&self) -> u32 {
        match self {
            Self::Token(error) => error.attempts(),
            Self::TimedOut { attempts, .. }
            | Self::Unresponsive { attempts, .. }
            | Self::EndpointUnreachable { attempts, .. }
            | Self::Throttled { attempts, .. }
            | Self::ServiceUnavailable { attempts, .. } => *attempts,
            _ => 0,
        }
    }
}

fn visible_suffix(visible: &[String]) -> String {
    if visible.is_empty() { String::new() } else { format!(" Visible to it: {}", visible.join(", ")) }
}
