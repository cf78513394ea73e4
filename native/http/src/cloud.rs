//! The client for the cloud: TLS by the system's trust, a proxy where one is set, connections kept for the next request.
//! It asks once: what to make of the answer, a redirect included, is somebody else's to decide.

mod departure;
mod failure;
mod payload;
mod proxies;

use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::{Either, select};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, Method, Version};
use hyper::body::Bytes;
use reqwest::redirect::Policy;
use reqwest::{Client, Request, Response};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::time::{sleep_until, timeout};
use url::Url;

pub use failure::{CertificateProblem, CloudFailure};
pub use payload::Payload;
use payload::Pulse;
pub use proxies::{Proxies, ProxyAddress, is_spared};

/// The client. Nothing is read or opened before its first use.
pub struct CloudClient {
    proxies: Proxies,
    trust: OnceLock<ClientConfig>,
    patient: OnceLock<Client>,
    hasty: OnceLock<Client>,
}

/// How long is waited for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Fifteen seconds.
    Usual,
    /// Five seconds, for what can be done without.
    Short,
}

/// The longest silence until an answer begins, and between two pieces of it, where nobody says otherwise.
pub const SILENCE: Duration = Duration::from_secs(100);

/// One question. Its header lines and its body may hold a secret, so they are never printed.
pub struct CloudQuestion {
    /// How it is asked.
    pub method: Method,
    /// What is asked.
    pub url: Url,
    /// The header lines beside `Host` and `Content-Length`.
    pub headers: HeaderMap,
    /// The body.
    pub payload: Payload,
    /// How long is waited for a connection.
    pub patience: Patience,
    /// How long is waited for the answer to begin, counted from the last piece of the body that was taken, and between two
    /// pieces of the answer.
    pub silence: Duration,
}

/// The head of an answer, whatever its status; the body comes piece by piece.
pub struct CloudAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The version of HTTP, such as 1.1.
    pub version: &'static str,
    /// The header lines.
    pub headers: HeaderMap,
    response: Response,
    silence: Duration,
}

impl CloudClient {
    /// A client that goes through these proxies.
    pub const fn new(proxies: Proxies) -> Self {
        Self { proxies, trust: OnceLock::new(), patient: OnceLock::new(), hasty: OnceLock::new() }
    }

    /// The proxies it goes through.
    pub const fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// Asks once, and waits for the head of the answer. `sent` is called when there is a connection and the request leaves, or may
    /// have left: once, or never.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn ask(
        &self,
        question: CloudQuestion,
        sent: impl Fn() + Send,
    ) -> Result<CloudAnswer, CloudFailure> {
        let CloudQuestion { method, url, headers, payload, patience, silence } = question;
        self.proxies.judge(&url)?;
        let mut request = Request::new(method, url);
        *request.headers_mut() = headers;
        let pulse = Pulse::new();
        match payload {
            // Azure's front doors refuse a write that announces no length (411).
            Payload::None if matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
            Payload::None => {}
            // An empty body is one all the same.
            Payload::Bytes(bytes) if bytes.is_empty() => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
            Payload::Bytes(bytes) => *request.body_mut() = Some(bytes.into()),
            Payload::File { file, length } => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
                *request.body_mut() = Some(payload::pieces(file, pulse.clone()));
            }
        }
        let asking = departure::watched(self.client(patience)?.execute(request), sent);
        let response = match select(pin!(asking), pin!(stillness(&pulse, silence))).await {
            Either::Left((answer, _)) => answer?,
            Either::Right(_) => return Err(CloudFailure::TimedOut(silence)),
        };
        Ok(CloudAnswer {
            status: response.status().as_u16(),
            version: version(response.version()),
            headers: response.headers().clone(),
            response,
            silence,
        })
    }

    fn client(&self, patience: Patience) -> Result<&Client, CloudFailure> {
        let (slot, connect) = match patience {
            Patience::Usual => (&self.patient, Duration::from_secs(15)),
            Patience::Short => (&self.hasty, Duration::from_secs(5)),
        };
        get_or_try(slot, || self.build(connect))
    }

    /// The system's trust, read once: that takes longer than a handshake.
    fn trust(&self) -> Result<&ClientConfig, CloudFailure> {
        get_or_try(&self.trust, || {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let trust = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .and_then(BuilderVerifierExt::with_platform_verifier)
                .map_err(|error| CloudFailure::UntrustedCertificate {
                    fault: format!("this machine has no certificates to trust by: {error}"),
                    problem: CertificateProblem::NoRoots,
                })?;
            Ok(trust.with_no_client_auth())
        })
    }

    fn build(&self, connect: Duration) -> Result<Client, CloudFailure> {
        let rules = self.proxies.rules();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(self.trust()?.clone())
            .http1_only()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(connect)
            .connector_layer(departure::Watch)
            .user_agent(concat!("tollgate/", env!("CARGO_PKG_VERSION")));
        if cfg!(unix) || self.proxies.spares_all() || self.proxies.are_named() {
            // The client would look at the variables of the process itself, or at the system's settings where every variable
            // names none.
            builder = builder.no_proxy();
        }
        builder = rules.into_iter().fold(builder, reqwest::ClientBuilder::proxy);
        builder.build().map_err(|error| CloudFailure::NotTrusted(error.to_string()))
    }
}

impl CloudAnswer {
    /// The next piece of the body; nothing after the last one.
    ///
    /// # Errors
    /// [`CloudFailure::TimedOut`] after a silence, [`CloudFailure::Truncated`] when the connection ended before the body.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, CloudFailure> {
        match timeout(self.silence, self.response.chunk()).await {
            Ok(piece) => piece.map_err(|_| CloudFailure::Truncated),
            Err(_) => Err(CloudFailure::TimedOut(self.silence)),
        }
    }
}

/// What is there, or is made now and can be.
fn get_or_try<T>(
    slot: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, CloudFailure>,
) -> Result<&T, CloudFailure> {
    match slot.get() {
        Some(there) => Ok(there),
        None => {
            let made = make()?;
            Ok(slot.get_or_init(|| made))
        }
    }
}

/// Comes to its end when nothing has moved for so long.
async fn stillness(pulse: &Pulse, silence: Duration) {
    let mut seen = pulse.last();
    loop {
        sleep_until(seen + silence).await;
        let last = pulse.last();
        if last == seen {
            return;
        }
        seen = last;
    }
}

const fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2.0",
        _ => "1.1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_moves_is_no_silence() {
        let (pulse, silence) = (Pulse::new(), Duration::from_secs(100));
        let mut still = pin!(stillness(&pulse, silence));
        for _ in 0..3 {
            assert!(timeout(Duration::from_secs(90), &mut still).await.is_err());
            pulse.beat();
        }
        assert!(timeout(Duration::from_secs(90), &mut still).await.is_err());
        assert!(timeout(Duration::from_secs(20), &mut still).await.is_ok());
    }
}
