//! One request per connection. `connect` and `send` are separate so that a caller can record the send after the TCP and
//! TLS handshakes, when the request really leaves.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::body::{ResponseBody, extend_zeroizing};
use crate::connector::{BoxedIo, Connector, TcpConnector};
use crate::endpoint::Endpoint;
use crate::error::MetadataTransportError;
use crate::pinned_tls::{self, Thumbprint};
use crate::request::MetadataRequest;

/// The limits of one request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Timeout for connecting, 600 ms by default: the service is on the machine itself or one hop away.
    pub connect_timeout: Duration,
    /// Timeout from sending to the last byte of the response, 20 s by default; also that of the TLS handshake.
    pub response_timeout: Duration,
    /// The largest body in bytes, 1 MiB by default.
    pub max_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_millis(600),
            response_timeout: Duration::from_secs(20),
            max_body: 1 << 20,
        }
    }
}

/// The largest response head in bytes, and the most headers in it.
const MAX_HEAD_SIZE: usize = 32 << 10;
const MAX_HEADERS: usize = 64;

/// The HTTP client for metadata services.
#[derive(Clone)]
pub struct MetadataClient {
    limits: Limits,
    connector: Arc<dyn Connector>,
}

/// A connection on which no request has been sent.
pub struct Connection {
    limits: Limits,
    stream: BoxedIo,
    authority: String,
}

/// A complete response, whatever the status.
#[derive(Debug)]
pub struct MetadataResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: ResponseBody,
}

impl Default for MetadataClient {
    /// The default limits, over TCP.
    fn default() -> Self {
        Self::new(Limits::default(), Arc::new(TcpConnector))
    }
}

impl MetadataClient {
    /// A client with these limits and this connector.
    pub fn new(limits: Limits, connector: Arc<dyn Connector>) -> Self {
        Self { limits, connector }
    }

    /// Connects; with TLS if the endpoint uses it, which requires the thumbprint of its certificate.
    ///
    /// # Errors
    /// [`MetadataTransportError::Connect`] with the system's message; [`MetadataTransportError::Tls`] when the
    /// certificate is not the pinned one.
    pub async fn connect(
        &self,
        endpoint: &Endpoint,
        pin: Option<Thumbprint>,
    ) -> Result<Connection, MetadataTransportError> {
        let Limits { connect_timeout, .. } = self.limits;
        let stream = match timeout(connect_timeout, self.connector.connect(endpoint)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(MetadataTransportError::Connect(error.to_string())),
            Err(_) => {
                return Err(MetadataTransportError::Connect(format!(
                    "no connection within {} ms",
                    connect_timeout.as_millis()
                )));
            }
        };
        let stream = match (endpoint.is_tls(), pin) {
            (false, _) => stream,
            (true, Some(pin)) => {
                match timeout(self.limits.response_timeout, pinned_tls::connect_tls(stream, endpoint, pin))
                    .await
                {
                    Ok(secured) => secured?,
                    Err(_) => {
                        return Err(MetadataTransportError::ResponseTimeout(self.limits.response_timeout));
                    }
                }
            }
            (true, None) => {
                return Err(MetadataTransportError::Tls("no certificate is known to be its own".to_owned()));
            }
        };
        Ok(Connection { limits: self.limits, stream, authority: endpoint.authority() })
    }
}

impl Connection {
    /// Sends the request and reads the response.
    ///
    /// # Errors
    /// Why there is no complete response.
    pub async fn send(self, request: &MetadataRequest) -> Result<MetadataResponse, MetadataTransportError> {
        self.send_within(request, Duration::ZERO).await
    }

    /// As [`Connection::send`], with a response timeout of at least `min_timeout`.
    ///
    /// # Errors
    /// Why there is no complete response.
    pub async fn send_within(
        self,
        request: &MetadataRequest,
        min_timeout: Duration,
    ) -> Result<MetadataResponse, MetadataTransportError> {
        let Limits { response_timeout, max_body, .. } = self.limits;
        let response_timeout = response_timeout.max(min_timeout);
        let method = if request.form.is_some() { Method::POST } else { Method::GET };
        let mut builder = Request::builder().method(method).uri(&request.path_and_query);
        if let Some(headers) = builder.headers_mut() {
            headers.extend(request.headers.clone());
            if let Ok(host) = HeaderValue::from_str(&self.authority) {
                headers.insert(HOST, host);
            }
            if request.form.is_some() {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            }
        }
        let form = Full::from(request.form.clone().unwrap_or_default());
        let request = builder.body(form).map_err(|_| MetadataTransportError::InvalidHttp)?;
        match timeout(response_timeout, exchange(self.stream, request, max_body)).await {
            Ok(result) => result,
            Err(_) => Err(MetadataTransportError::ResponseTimeout(response_timeout)),
        }
    }
}

async fn exchange(
    stream: BoxedIo,
    request: Request<Full<Bytes>>,
    max_body: usize,
) -> Result<MetadataResponse, MetadataTransportError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_SIZE)
        .max_headers(MAX_HEADERS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| map_hyper_error(&error))?;
    let response = pin!(async {
        let response = sender.send_request(request).await.map_err(|error| map_hyper_error(&error))?;
        let (parts, body) = response.into_parts();
        Ok(MetadataResponse {
            status: parts.status.as_u16(),
            body: read_body(body, &parts.headers, max_body).await?,
            headers: parts.headers,
        })
    });
    match select(response, pin!(connection)).await {
        Either::Left((response, _)) => response,
        // The server may close as soon as it has sent everything; what it sent can still be read.
        Either::Right((_, response)) => response.await,
    }
}

async fn read_body(
    mut body: Incoming,
    headers: &HeaderMap,
    max_body: usize,
) -> Result<ResponseBody, MetadataTransportError> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(8 << 10).min(max_body)));
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(|_| MetadataTransportError::IncompleteBody)?.into_data() else {
            continue;
        };
        if bytes.len() + chunk.len() > max_body {
            return Err(MetadataTransportError::BodyTooLarge(max_body));
        }
        extend_zeroizing(&mut bytes, &chunk);
    }
    Ok(ResponseBody::from(std::mem::take(&mut *bytes)))
}

fn map_hyper_error(error: &hyper::Error) -> MetadataTransportError {
    if error.is_parse() {
        MetadataTransportError::InvalidHttp
    } else {
        MetadataTransportError::ConnectionClosed
    }
}
