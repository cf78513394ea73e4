//! Why the cloud did not answer, told apart where it decides what to do next. No address, query or secret stands in a text.

use std::error::Error;
use std::io;
use std::time::Duration;

/// Why there is no answer, or no whole one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloudFailure {
    /// The connection could not be made, or broke.
    #[error("{fault}")]
    Unreachable {
        /// Whether the request surely never left.
        before_sent: bool,
        /// What the system said.
        fault: String,
    },
    /// Nothing came for so long.
    #[error("nothing came within {} seconds", .0.as_secs_f32())]
    TimedOut(Duration),
    /// TLS could not be made sure of.
    #[error("{0}")]
    NotTrusted(String),
    /// The proxy lets nothing through.
    #[error("the proxy {0}")]
    ProxyRefused(&'static str),
    /// The variable that names a proxy names none.
    #[error("{variable} {fault}")]
    BadProxy {
        /// The variable.
        variable: &'static str,
        /// What is wrong with its value.
        fault: &'static str,
    },
    /// The answer ended before its announced length.
    #[error("the answer ended early")]
    Truncated,
}

impl CloudFailure {
    /// What became of a request until the head of its answer.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let causes = causes(error);
        if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return Self::NotTrusted(tls.to_string());
        }
        let texts: Vec<_> = causes.iter().map(ToString::to_string).collect();
        let said = |words: &str| texts.iter().any(|text| text.contains(words));
        // The type of these errors is not to be had: their words are.
        if said("tunnel error: proxy authorization required") {
            return Self::ProxyRefused("asks for a name and a password, or for others (407)");
        }
        if said("tunnel error: unsuccessful") {
            return Self::ProxyRefused("does not let the connection through");
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
        let never_left = causes
            .iter()
            .any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled));
        let before_sent = error.is_connect() || never_left;
        let fault = if said("tunnel error: ") {
            format!("the proxy cannot be reached: {root}")
        } else if before_sent {
            root
        } else {
            format!(
                "the connection broke when the request was sent already, and may have been carried out: {root}"
            )
        };
        Self::Unreachable { before_sent, fault }
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
