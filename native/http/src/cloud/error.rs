//! Why the cloud did not answer, told apart where it decides what to do next. No address, query or secret stands in a text.

use std::error::Error;
use std::io;
use std::time::Duration;

/// Why a certificate is not trusted, as far as it decides what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateProblem {
    /// Nobody whom this machine trusts vouches for it, or not for this name and use.
    Untrusted,
    /// Its time is over, or has not begun, by the machine's clock.
    Outdated,
    /// The machine trusts nobody: its store is missing or empty.
    NoRoots,
}

/// Why there is no answer, or no whole one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloudTransportError {
    /// The connection could not be made, or broke.
    #[error("{fault}")]
    Connect {
        /// Whether the request surely never left.
        before_sent: bool,
        /// What the system said.
        fault: String,
    },
    /// Nothing came for so long.
    #[error("nothing came within {} seconds", .0.as_secs_f32())]
    TimedOut(Duration),
    /// TLS could not be made sure of, for another reason than a certificate.
    #[error("{0}")]
    Tls(String),
    /// The certificate that was shown is not one that this machine trusts, or the machine has none to trust by.
    #[error("{fault}")]
    UntrustedCertificate {
        /// What is wrong with it.
        fault: String,
        /// Which kind of fault that is.
        problem: CertificateProblem,
    },
    /// The proxy lets nothing through.
    #[error("the proxy {0}")]
    ProxyRejected(&'static str),
    /// The variable that names a proxy names none.
    #[error("{variable} {fault}")]
    InvalidProxy {
        /// The variable.
        variable: &'static str,
        /// What is wrong with its value.
        fault: &'static str,
    },
    /// The answer's head is not HTTP.
    #[error("the answer does not begin as HTTP/1.1 does")]
    InvalidHttp,
    /// The answer ended before its announced length.
    #[error("the answer ended early")]
    IncompleteBody,
}

impl CloudTransportError {
    /// What became of a request until the head of its answer.
    pub(super) fn from_reqwest(error: &reqwest::Error) -> Self {
        let causes = causes(error);
        if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return Self::from_rustls(tls);
        }
        let texts: Vec<_> = causes.iter().map(ToString::to_string).collect();
        let said = |words: &str| texts.iter().any(|text| text.contains(words));
        // The type of these errors is not to be had: their words are.
        if said("tunnel error: proxy authorization required") {
            return Self::ProxyRejected("asks for a name and a password, or for others (407)");
        }
        if said("tunnel error: unsuccessful") {
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
        let fault = if said("tunnel error: ") {
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
    /// What is wrong with TLS.
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

    /// Whether the request had left, so that somebody was there to take it.
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

/// The error and what it came from, down to the root; through the boxes of the system's errors, which hide what they hold.
fn causes<'error>(error: &'error reqwest::Error) -> Vec<&'error (dyn Error + 'static)> {
    let mut next: Option<&'error (dyn Error + 'static)> = Some(error);
    let mut causes = Vec::new();
    while let Some(cause) = next {
        causes.push(cause);
        let held = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = held.map(|held| held as &(dyn Error + 'static)).or_else(|| cause.source());
    }
    causes
}
