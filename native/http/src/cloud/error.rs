//! Why there is no response from the cloud, by what it means for the next step. No message holds a URL, query or
//! secret.

use std::error::Error;
use std::io;
use std::time::Duration;

/// Why a certificate is not trusted, as far as the advice depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateProblem {
    /// No authority that this machine trusts has issued it, or not for this name and use.
    Untrusted,
    /// Expired, or not yet valid, by the machine's clock.
    Outdated,
    /// The machine's trust store is missing or empty.
    NoRoots,
}

/// Why there is no response, or no complete one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloudTransportError {
    /// The connection could not be made, or broke.
    #[error("{fault}")]
    Connect {
        /// Whether the request certainly never left.
        before_sent: bool,
        /// The cause, with the system's message.
        fault: String,
    },
    /// The idle timeout expired.
    #[error("nothing came within {} seconds", .0.as_secs_f32())]
    TimedOut(Duration),
    /// TLS failed for another reason than a certificate.
    #[error("{0}")]
    Tls(String),
    /// The server's certificate is not trusted, or the machine has no roots to trust it by.
    #[error("{fault}")]
    UntrustedCertificate {
        /// What is wrong with it.
        fault: String,
        /// The kind of problem.
        problem: CertificateProblem,
    },
    /// The proxy rejected the tunnel.
    #[error("the proxy {0}")]
    ProxyRejected(&'static str),
    /// The variable for a proxy does not hold a usable proxy URL.
    #[error("{variable} {fault}")]
    InvalidProxy {
        /// The name of the variable.
        variable: &'static str,
        /// What is wrong with its value.
        fault: &'static str,
    },
    /// The response head is not HTTP.
    #[error("the answer does not begin as HTTP/1.1 does")]
    InvalidHttp,
    /// The response ended before its announced length.
    #[error("the answer ended early")]
    IncompleteBody,
}

impl CloudTransportError {
    /// Classifies an error that came before the response headers.
    pub(super) fn from_reqwest(error: &reqwest::Error) -> Self {
        let causes = causes(error);
        if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return Self::from_rustls(tls);
        }
        let texts: Vec<_> = causes.iter().map(ToString::to_string).collect();
        let mentions = |words: &str| texts.iter().any(|text| text.contains(words));
        // The type of these errors is not public: their message is matched.
        if mentions("tunnel error: proxy authorization required") {
            return Self::ProxyRejected("asks for a name and a password, or for others (407)");
        }
        if mentions("tunnel error: unsuccessful") {
            return Self::ProxyRejected("does not let the connection through");
        }
        let hyper = |is: fn(&hyper::Error) -> bool| {
            causes.iter().filter_map(|cause| cause.downcast_ref::<hyper::Error>()).any(is)
        };
        if hyper(hyper::Error::is_parse) {
            return Self::InvalidHttp;
        }
        let closed = |cause: &&(dyn Error + 'static)| {
            cause
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof)
        };
        let root = match causes.iter().any(closed) {
            true => "the other side closed the connection".to_owned(),
            false => texts.last().cloned().unwrap_or_default(),
        };
        let before_sent = error.is_connect() || hyper(hyper::Error::is_canceled);
        let fault = if mentions("tunnel error: ") {
            format!("the proxy cannot be reached: {root}")
        } else if before_sent {
            root
        } else {
            format!(
                "the connection broke when the request was sent already, and may have been carried out: {root}"
            )
        };
        Self::Connect { before_sent, fault }
    }
}

impl CloudTransportError {
    /// Classifies a TLS error.
    fn from_rustls(error: &rustls::Error) -> Self {
        use rustls::CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
        let fault = error.to_string();
        match error {
            rustls::Error::InvalidCertificate(why) => {
                let problem = match why {
                    Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => {
                        CertificateProblem::Outdated
                    }
                    _ => CertificateProblem::Untrusted,
                };
                Self::UntrustedCertificate { fault, problem }
            }
            _ => Self::Tls(fault),
        }
    }

    /// Whether the request had left, so that an endpoint had accepted the connection.
    pub const fn is_after_sending(&self) -> bool {
        matches!(
            self,
            Self::Connect { before_sent: false, .. }
                | Self::TimedOut(_)
                | Self::InvalidHttp
                | Self::IncompleteBody
        )
    }
}

/// The error and its sources down to the root, including the errors inside `io::Error`, which `source` skips.
fn causes<'error>(error: &'error reqwest::Error) -> Vec<&'error (dyn Error + 'static)> {
    let mut next: Option<&'error (dyn Error + 'static)> = Some(error);
    let mut causes = Vec::new();
    while let Some(cause) = next {
        causes.push(cause);
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source());
    }
    causes
}
