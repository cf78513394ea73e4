//! What can go wrong on the way to an answer of Azure's. Texts start in lower case, end without a period and hold no secret;
//! Azure's own code, text and correlation id always survive. The texts of Az that scripts look for are kept to the letter.

use std::time::Duration;

use tollgate_http::CertificateProblem;
use tollgate_identity::{Sends, ServiceError, advice_for, attempts_text, field_message, last_error_suffix};

/// Where the certificates lie that a machine trusts differs, and so does how one is added.
const UNTRUSTED: &str = if cfg!(any(windows, target_vendor = "apple")) {
    "find out whose certificate is shown: where a proxy or firewall inspects TLS on the way, add its certificate authority to the trusted roots of the system's store"
} else {
    "find out whose certificate is shown: where a proxy or firewall inspects TLS on the way, add its certificate authority to the system's store, or set SSL_CERT_FILE, before the shell starts, to a file that holds it beside the system's own"
};
const OUTDATED: &str = "compare the machine's clock with the true time; where the clock is right, find out whose certificate is shown: a proxy or firewall that inspects TLS on the way may show one that is over";

const NO_ROOTS: &str = "install the system's certificates (on Linux the package ca-certificates), or correct SSL_CERT_FILE and SSL_CERT_DIR where they are set, before the shell starts";

/// Why there is no answer, or none to go on with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no token.
    #[error(transparent)]
    Token(#[from] tollgate_identity::Error),
    /// An input cannot be meant so.
    #[error("{}", field_message(field, fault))]
    InvalidArgument {
        /// Which input.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// The caller's time is over.
    #[error("no answer within {} seconds; {sends}{}", budget.as_secs_f32(), last_error_suffix(last.as_deref()))]
    TimedOut {
        /// The time there was.
        budget: Duration,
        /// How often Azure was asked.
        attempts: u32,
        /// What had left of the request.
        sends: Sends,
        /// What stood in the way last.
        last: Option<String>,
    },
    /// Somebody took the request and stayed silent, for as long as that is waited for where no time is named.
    #[error("{endpoint} did not answer: nothing came within {} seconds; {sends}", silence.as_secs_f32())]
    Unresponsive {
        /// Scheme, host and port.
        endpoint: String,
        /// How long nothing came.
        silence: Duration,
        /// How often it was tried.
        attempts: u32,
        /// What had left of the request.
        sends: Sends,
    },
    /// Nobody could be reached, or the connection broke.
    #[error("{endpoint} cannot be reached: {fault} (tried {})", attempts_text(*attempts))]
    EndpointUnreachable {
        /// Scheme, host and port.
        endpoint: String,
        /// What the system said.
        fault: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// Azure refused because it was asked too often.
    #[error("{answer} (asked {}{})", attempts_text(*attempts), answer.wait_text())]
    Throttled {
        /// Azure's words.
        answer: ServiceError,
        /// How often it was asked.
        attempts: u32,
    },
    /// Azure cannot answer now.
    #[error("{answer} (asked {}{})", attempts_text(*attempts), answer.wait_text())]
    ServiceUnavailable {
        /// Azure's words.
        answer: ServiceError,
        /// How often it was asked.
        attempts: u32,
    },
    /// Azure answered no.
    #[error("{answer}")]
    Refused {
        /// Azure's words.
        answer: ServiceError,
    },
    /// Something answered, and not as Azure does.
    #[error("{endpoint} did not answer as it should: {fault}")]
    MalformedResponse {
        /// Scheme, host and port.
        endpoint: String,
        /// What was wrong, never the body.
        fault: String,
    },
    /// A token would have gone where it does not belong, or TLS could not be made sure of.
    #[error("{endpoint} cannot be trusted with this: {fault}")]
    EndpointNotTrusted {
        /// Scheme, host and port.
        endpoint: String,
        /// Why.
        fault: String,
    },
    /// The certificate that was shown is not one that this machine trusts.
    #[error("{endpoint} cannot be trusted with this: {fault}")]
    UntrustedCertificate {
        /// Scheme, host and port.
        endpoint: String,
        /// What is wrong with it.
        fault: String,
        /// Which kind of fault that is.
        problem: CertificateProblem,
    },
    /// The identity may not do that.
    #[error("{answer}")]
    AccessDenied {
        /// Azure's words.
        answer: Box<ServiceError>,
        /// What may not be done, where Azure says it.
        action: Option<String>,
        /// With what, where Azure says it.
        resource: Option<String>,
    },
    /// The identity sees no such subscription.
    #[error("{text}{}", visible_suffix(visible))]
    SubscriptionNotFound {
        /// What was asked, in Az's words.
        text: String,
        /// Some of those it sees.
        visible: Vec<String>,
    },
    /// There is no such thing.
    #[error("{answer}")]
    ResourceNotFound {
        /// Azure's words.
        answer: ServiceError,
    },
    /// An operation came to its end and failed, or was cancelled.
    #[error("Azure Service operation failed: {answer}")]
    OperationFailed {
        /// Azure's words.
        answer: ServiceError,
    },
}

impl Error {
    /// What Azure, or the token's service, said, where anything was said.
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

    /// What helps, where more is known than the kind of the error says.
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

    /// How often was asked, where that matters.
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
