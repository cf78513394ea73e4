//! One question, one connection. Connecting and asking are apart, so that a caller can be ready before it enters the
//! moment its request leaves.

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

/// Bounds of one question.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time to connect in. The service is on the machine itself or one hop away.
    pub connect_timeout: Duration,
    /// The time from asking to the answer's last byte.
    pub response_timeout: Duration,
    /// The largest body in bytes.
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

/// The largest head of an answer in bytes, and the most header lines in it.
const MAX_HEAD_SIZE: usize = 32 << 10;
const MAX_HEADERS: usize = 64;

/// The client.
#[derive(Clone)]
pub struct MetadataClient {
    limits: Limits,
    connector: Arc<dyn Connector>,
}

/// A connection on which nothing has been asked yet.
pub struct Connection {
    limits: Limits,
    stream: BoxedIo,
    authority: String,
}

/// A whole answer, whatever its status.
#[derive(Debug)]
pub struct MetadataResponse {
    /// The HTTP status.
    pub status: u16,
    /// The header lines.
    pub headers: HeaderMap,
    /// The body.
    pub body: ResponseBody,
}

impl Default for MetadataClient {
    /// The usual bounds, over TCP.
    fn default() -> Self {
        Self::new(Limits::default(), Arc::new(TcpConnector))
    }
}

impl MetadataClient {
    /// A client with these bounds, over this kind of connection.
    pub fn new(limits: Limits, connector: Arc<dyn Connector>) -> Self {
        Self { limits, connector }
    }

    /// Connects; over TLS when the endpoint asks for it, which takes the thumbprint of its certificate.
    ///
    /// # Errors
    /// [`MetadataTransportError::Connect`] with what the system said; [`MetadataTransportError::Tls`] when the certificate is another.
    pub async fn connect(
        &self,
        endpoint: &Endpoint,
        pin: Option<Thumbprint>,
    ) -> Result<Connection, MetadataTransportError> {
        let Limits { connect_timeout: connect, .. } = self.limits;
        let stream = match timeout(connect, self.connector.connect(endpoint)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(MetadataTransportError::Connect(error.to_string())),
            Err(_) => {
                return Err(MetadataTransportError::Connect(format!(
                    "no connection within {} ms",
                    connect.as_millis()
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
    /// Asks, and reads the answer.
    ///
    /// # Errors
    /// Why there is no whole answer.
    pub async fn send(self, question: &MetadataRequest) -> Result<MetadataResponse, MetadataTransportError> {
        self.send_within(question, Duration::ZERO).await
    }

    /// The same, with more time than usual for the answer where this is more.
    ///
    /// # Errors
    /// Why there is no whole answer.
    pub async fn send_within(
        self,
        question: &MetadataRequest,
        time: Duration,
    ) -> Result<MetadataResponse, MetadataTransportError> {
        let Limits { response_timeout: answer, max_body: body, .. } = self.limits;
        let answer = answer.max(time);
        let method = if question.form.is_some() { Method::POST } else { Method::GET };
        let mut request = Request::builder().method(method).uri(&question.path_and_query);
        if let Some(lines) = request.headers_mut() {
            lines.extend(question.headers.clone());
            if let Ok(host) = HeaderValue::from_str(&self.authority) {
                lines.insert(HOST, host);
            }
            if question.form.is_some() {
                lines.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            }
        }
        let form = Full::from(question.form.clone().unwrap_or_default());
        let request = request.body(form).map_err(|_| MetadataTransportError::InvalidHttp)?;
        match timeout(answer, exchange(self.stream, request, body)).await {
            Ok(result) => result,
            Err(_) => Err(MetadataTransportError::ResponseTimeout(answer)),
        }
    }
}

async fn exchange(
    stream: BoxedIo,
    request: Request<Full<Bytes>>,
    limit: usize,
) -> Result<MetadataResponse, MetadataTransportError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_SIZE)
        .max_headers(MAX_HEADERS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| map_hyper_error(&error))?;
    let answer = pin!(async {
        let response = sender.send_request(request).await.map_err(|error| map_hyper_error(&error))?;
        let (parts, body) = response.into_parts();
        Ok(MetadataResponse {
            status: parts.status.as_u16(),
            body: read_body(body, &parts.headers, limit).await?,
            headers: parts.headers,
        })
    });
    match select(answer, pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        // The other side may close as soon as it has sent everything; what it sent is still there to read.
        Either::Right((_, answer)) => answer.await,
    }
}

async fn read_body(
    mut body: Incoming,
    headers: &HeaderMap,
    limit: usize,
) -> Result<ResponseBody, MetadataTransportError> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(8 << 10).min(limit)));
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(|_| MetadataTransportError::IncompleteBody)?.into_data() else {
            continue;
        };
        if bytes.len() + chunk.len() > limit {
            return Err(MetadataTransportError::BodyTooLarge(limit));
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
