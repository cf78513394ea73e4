//! HTTP client for Azure: TLS with the system's trust store, a proxy where one is configured, pooled connections. It
//! sends each request once; retries and redirects are up to the caller.

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

/// The HTTP client. Nothing is read or opened before its first use.
pub struct CloudClient {
    proxies: ProxyConfig,
    tls_config: OnceLock<ClientConfig>,
    client: OnceLock<Client>,
    short_connect_client: OnceLock<Client>,
}

/// The timeout for connecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectTimeout {
    /// 15 s.
    Normal,
    /// 5 s, for requests that the caller can do without.
    Short,
}

/// The default of [`CloudRequest::idle_timeout`].
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(100);

/// One request. Its headers and its body may hold a secret, so they are never printed.
pub struct CloudRequest {
    /// The HTTP method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The headers, without `Host` and `Content-Length`.
    pub headers: HeaderMap,
    /// The body.
    pub body: CloudRequestBody,
    /// The timeout for connecting.
    pub connect_timeout: ConnectTimeout,
    /// The longest time without data: until the response headers, counted from the start or the last chunk read of a
    /// file body, and between two chunks of the response.
    pub idle_timeout: Duration,
}

/// The status and headers of a response, whatever the status; the body is read chunk by chunk.
pub struct CloudResponse {
    /// The HTTP status.
    pub status: u16,
    /// The HTTP version, such as 1.1.
    pub version: &'static str,
    /// The headers.
    pub headers: HeaderMap,
    response: Response,
    idle_timeout: Duration,
}

impl CloudClient {
    /// A client that uses these proxies.
    pub const fn new(proxies: ProxyConfig) -> Self {
        Self {
            proxies,
            tls_config: OnceLock::new(),
            client: OnceLock::new(),
            short_connect_client: OnceLock::new(),
        }
    }

    /// The proxies in use.
    pub const fn proxies(&self) -> &ProxyConfig {
        &self.proxies
    }

    /// Sends once and waits for the response headers. `sent` is called at most once, when there is a connection and the
    /// request leaves or may have left.
    ///
    /// # Errors
    /// Why there is no response.
    pub async fn send(
        &self,
        request: CloudRequest,
        sent: impl Fn() + Send,
    ) -> Result<CloudResponse, CloudTransportError> {
        let CloudRequest { method, url, headers, body, connect_timeout, idle_timeout } = request;
        self.proxies.check(&url)?;
        let mut request = Request::new(method, url);
        *request.headers_mut() = headers;
        let activity = ActivityTracker::new();
        match body {
            // Azure's front ends answer 411 to a write without `Content-Length`.
            CloudRequestBody::None
                if matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) =>
            {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
            CloudRequestBody::None => {}
            // An empty body is announced with any method.
            CloudRequestBody::Bytes(bytes) if bytes.is_empty() => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
            CloudRequestBody::Bytes(bytes) => *request.body_mut() = Some(bytes.into()),
            CloudRequestBody::File { file, length } => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
                *request.body_mut() = Some(body::file_stream(file, activity.clone()));
            }
        }
        let sending = send_detection::detect_send(self.client_for(connect_timeout)?.execute(request), sent);
        let response = match select(pin!(sending), pin!(idle_elapsed(&activity, idle_timeout))).await {
            Either::Left((response, _)) => response?,
            Either::Right(_) => return Err(CloudTransportError::TimedOut(idle_timeout)),
        };
        Ok(CloudResponse {
            status: response.status().as_u16(),
            version: version(response.version()),
            headers: response.headers().clone(),
            response,
            idle_timeout,
        })
    }

    fn client_for(&self, connect_timeout: ConnectTimeout) -> Result<&Client, CloudTransportError> {
        let (slot, timeout) = match connect_timeout {
            ConnectTimeout::Normal => (&self.client, Duration::from_secs(15)),
            ConnectTimeout::Short => (&self.short_connect_client, Duration::from_secs(5)),
        };
        get_or_try_init(slot, || self.build(timeout))
    }

    /// The TLS configuration with the system's trust store, loaded once: loading takes longer than a handshake.
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

    fn build(&self, connect_timeout: Duration) -> Result<Client, CloudTransportError> {
        let rules = self.proxies.to_reqwest();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(self.load_tls_config()?.clone())
            .http1_only()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(connect_timeout)
            .connector_layer(send_detection::SendDetectorLayer)
            .user_agent(concat!("tollgate/", env!("CARGO_PKG_VERSION")));
        if cfg!(unix) || self.proxies.bypasses_all() || self.proxies.is_configured() {
            // Otherwise reqwest reads the proxy variables of the process or, where none of them names a proxy, the
            // system's settings.
            builder = builder.no_proxy();
        }
        builder = rules.into_iter().fold(builder, reqwest::ClientBuilder::proxy);
        builder.build().map_err(|error| CloudTransportError::Tls(error.to_string()))
    }
}

impl CloudResponse {
    /// The next chunk of the body; `None` after the last one.
    ///
    /// # Errors
    /// [`CloudTransportError::TimedOut`] when the idle timeout expires, [`CloudTransportError::IncompleteBody`] when
    /// the connection ends before the body.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, CloudTransportError> {
        match timeout(self.idle_timeout, self.response.chunk()).await {
            Ok(chunk) => chunk.map_err(|_| CloudTransportError::IncompleteBody),
            Err(_) => Err(CloudTransportError::TimedOut(self.idle_timeout)),
        }
    }
}

/// Returns the value, or makes and stores it. An error is not stored.
fn get_or_try_init<T>(
    slot: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, CloudTransportError>,
) -> Result<&T, CloudTransportError> {
    match slot.get() {
        Some(value) => Ok(value),
        None => {
            let value = make()?;
            Ok(slot.get_or_init(|| value))
        }
    }
}

/// Completes when `activity` has not been touched for `idle_timeout`.
async fn idle_elapsed(activity: &ActivityTracker, idle_timeout: Duration) {
    let mut seen = activity.last();
    loop {
        sleep_until(seen + idle_timeout).await;
        let last = activity.last();
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
