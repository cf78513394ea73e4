//! The client for the cloud: TLS by the system's trust, a proxy where one is set, connections kept for the next request.
//! It asks once: what to make of the answer, a redirect included, is somebody else's to decide.

mod body;
mod error;
mod proxy;
mod send_detection;

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

use body::ActivityTracker;
pub use body::CloudRequestBody;
pub use error::{CertificateProblem, CloudTransportError};
pub use proxy::{ProxyConfig, ProxySetting, bypasses_proxy};

/// The client. Nothing is read or opened before its first use.
pub struct CloudClient {
    proxies: ProxyConfig,
    tls_config: OnceLock<ClientConfig>,
    client: OnceLock<Client>,
    short_connect_client: OnceLock<Client>,
}

/// How long is waited for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectTimeout {
    /// Fifteen seconds.
    Normal,
    /// Five seconds, for what can be done without.
    Short,
}

/// The longest silence until an answer begins, and between two pieces of it, where nobody says otherwise.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(100);

/// One question. Its header lines and its body may hold a secret, so they are never printed.
pub struct CloudRequest {
    /// How it is asked.
    pub method: Method,
    /// What is asked.
    pub url: Url,
    /// The header lines beside `Host` and `Content-Length`.
    pub headers: HeaderMap,
    /// The body.
    pub body: CloudRequestBody,
    /// How long is waited for a connection.
    pub connect_timeout: ConnectTimeout,
    /// How long is waited for the answer to begin, counted from the last piece of the body that was taken, and between two
    /// pieces of the answer.
    pub idle_timeout: Duration,
}

/// The head of an answer, whatever its status; the body comes piece by piece.
pub struct CloudResponse {
    /// The HTTP status.
    pub status: u16,
    /// The version of HTTP, such as 1.1.
    pub version: &'static str,
    /// The header lines.
    pub headers: HeaderMap,
    response: Response,
    idle_timeout: Duration,
}

impl CloudClient {
    /// A client that goes through these proxies.
    pub const fn new(proxies: ProxyConfig) -> Self {
        Self {
            proxies,
            tls_config: OnceLock::new(),
            client: OnceLock::new(),
            short_connect_client: OnceLock::new(),
        }
    }

    /// The proxies it goes through.
    pub const fn proxies(&self) -> &ProxyConfig {
        &self.proxies
    }

    /// Asks once, and waits for the head of the answer. `sent` is called when there is a connection and the request leaves, or may
    /// have left: once, or never.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn send(
        &self,
        question: CloudRequest,
        sent: impl Fn() + Send,
    ) -> Result<CloudResponse, CloudTransportError> {
        let CloudRequest {
            method,
            url,
            headers,
            body: payload,
            connect_timeout: patience,
            idle_timeout: silence,
        } = question;
        self.proxies.check(&url)?;
        let mut request = Request::new(method, url);
        *request.headers_mut() = headers;
        let pulse = ActivityTracker::new();
        match payload {
            // Azure's front doors refuse a write that announces no length (411).
            CloudRequestBody::None
                if matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) =>
            {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
            CloudRequestBody::None => {}
            // An empty body is one all the same.
            CloudRequestBody::Bytes(bytes) if bytes.is_empty() => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
            CloudRequestBody::Bytes(bytes) => *request.body_mut() = Some(bytes.into()),
            CloudRequestBody::File { file, length } => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
                *request.body_mut() = Some(body::file_stream(file, pulse.clone()));
            }
        }
        let asking = send_detection::detect_send(self.client_for(patience)?.execute(request), sent);
        let response = match select(pin!(asking), pin!(idle_elapsed(&pulse, silence))).await {
            Either::Left((answer, _)) => answer?,
            Either::Right(_) => return Err(CloudTransportError::TimedOut(silence)),
        };
        Ok(CloudResponse {
            status: response.status().as_u16(),
            version: version(response.version()),
            headers: response.headers().clone(),
            response,
            idle_timeout: silence,
        })
    }

    fn client_for(&self, patience: ConnectTimeout) -> Result<&Client, CloudTransportError> {
        let (slot, connect) = match patience {
            ConnectTimeout::Normal => (&self.client, Duration::from_secs(15)),
            ConnectTimeout::Short => (&self.short_connect_client, Duration::from_secs(5)),
        };
        get_or_try_init(slot, || self.build(connect))
    }

    /// The system's trust, read once: that takes longer than a handshake.
    fn load_tls_config(&self) -> Result<&ClientConfig, CloudTransportError> {
        get_or_try_init(&self.tls_config, || {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let trust = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .and_then(BuilderVerifierExt::with_platform_verifier)
                .map_err(|error| CloudTransportError::UntrustedCertificate {
                    fault: format!("this machine has no certificates to trust by: {error}"),
                    problem: CertificateProblem::NoRoots,
                })?;
            Ok(trust.with_no_client_auth())
        })
    }

    fn build(&self, connect: Duration) -> Result<Client, CloudTransportError> {
        let rules = self.proxies.to_reqwest();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(self.load_tls_config()?.clone())
            .http1_only()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(connect)
            .connector_layer(send_detection::SendDetectorLayer)
            .user_agent(concat!("tollgate/", env!("CARGO_PKG_VERSION")));
        if cfg!(unix) || self.proxies.bypasses_all() || self.proxies.is_configured() {
            // The client would look at the variables of the process itself, or at the system's settings where every variable
            // names none.
            builder = builder.no_proxy();
        }
        builder = rules.into_iter().fold(builder, reqwest::ClientBuilder::proxy);
        builder.build().map_err(|error| CloudTransportError::Tls(error.to_string()))
    }
}

impl CloudResponse {
    /// The next piece of the body; nothing after the last one.
    ///
    /// # Errors
    /// [`CloudTransportError::TimedOut`] after a silence, [`CloudTransportError::IncompleteBody`] when the connection ended before the body.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, CloudTransportError> {
        match timeout(self.idle_timeout, self.response.chunk()).await {
            Ok(piece) => piece.map_err(|_| CloudTransportError::IncompleteBody),
            Err(_) => Err(CloudTransportError::TimedOut(self.idle_timeout)),
        }
    }
}

/// What is there, or is made now and can be.
fn get_or_try_init<T>(
    slot: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, CloudTransportError>,
) -> Result<&T, CloudTransportError> {
    match slot.get() {
        Some(there) => Ok(there),
        None => {
            let made = make()?;
            Ok(slot.get_or_init(|| made))
        }
    }
}

/// Comes to its end when nothing has moved for so long.
async fn idle_elapsed(pulse: &ActivityTracker, silence: Duration) {
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
        let (pulse, silence) = (ActivityTracker::new(), Duration::from_secs(100));
        let mut still = pin!(idle_elapsed(&pulse, silence));
        for _ in 0..3 {
            assert!(timeout(Duration::from_secs(90), &mut still).await.is_err());
            pulse.touch();
        }
        assert!(timeout(Duration::from_secs(90), &mut still).await.is_err());
        assert!(timeout(Duration::from_secs(20), &mut still).await.is_ok());
    }
}
