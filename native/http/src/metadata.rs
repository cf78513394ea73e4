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

use crate::body::{Body, append};
use crate::dial::{Dial, Line, Tcp};
use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::pinned::{self, Thumbprint};
use crate::question::Question;

/// Bounds of one question.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time to connect in. The service is on the machine itself or one hop away.
    pub connect: Duration,
    /// The time from asking to the answer's last byte.
    pub answer: Duration,
    /// The largest body in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_millis(600), answer: Duration::from_secs(20), body: 1 << 20 }
    }
}

/// The largest head of an answer in bytes, and the most header lines in it.
const HEAD_SIZE: usize = 32 << 10;
const HEAD_LINES: usize = 64;

/// The client.
#[derive(Clone)]
pub struct MetadataClient {
    limits: Limits,
    dial: Arc<dyn Dial>,
}

/// A connection on which nothing has been asked yet.
pub struct Connection {
    limits: Limits,
    stream: Line,
    authority: String,
}

/// A whole answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header lines.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

impl Default for MetadataClient {
    /// The usual bounds, over TCP.
    fn default() -> Self {
        Self::new(Limits::default(), Arc::new(Tcp))
    }
}

impl MetadataClient {
    /// A client with these bounds, over this kind of connection.
    pub fn new(limits: Limits, dial: Arc<dyn Dial>) -> Self {
        Self { limits, dial }
    }

    /// Connects; over TLS when the endpoint asks for it, which takes the thumbprint of its certificate.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] with what the system said; [`Failure::NotTrusted`] when the certificate is another.
    pub async fn connect(&self, endpoint: &Endpoint, pin: Option<Thumbprint>) -> Result<Connection, Failure> {
        let Limits { connect, .. } = self.limits;
        let stream = match timeout(connect, self.dial.dial(endpoint)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(Failure::Unreachable(error.to_string())),
            Err(_) => {
                return Err(Failure::Unreachable(format!("no connection within {} ms", connect.as_millis())));
            }
        };
        let stream = match (endpoint.is_secure(), pin) {
            (false, _) => stream,
            (true, Some(pin)) => {
                match timeout(self.limits.answer, pinned::secure(stream, endpoint, pin)).await {
                    Ok(secured) => secured?,
                    Err(_) => return Err(Failure::NoAnswer(self.limits.answer)),
                }
            }
            (true, None) => {
                return Err(Failure::NotTrusted("no certificate is known to be its own".to_owned()));
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
    pub async fn ask(self, question: &Question) -> Result<Answer, Failure> {
        self.ask_within(question, Duration::ZERO).await
    }

    /// The same, with more time than usual for the answer where this is more.
    ///
    /// # Errors
    /// Why there is no whole answer.
    pub async fn ask_within(self, question: &Question, time: Duration) -> Result<Answer, Failure> {
        let Limits { answer, body, .. } = self.limits;
        let answer = answer.max(time);
        let method = if question.form.is_some() { Method::POST } else { Method::GET };
        let mut request = Request::builder().method(method).uri(&question.target);
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
        let request = request.body(form).map_err(|_| Failure::NotHttp)?;
        match timeout(answer, exchange(self.stream, request, body)).await {
            Ok(result) => result,
            Err(_) => Err(Failure::NoAnswer(answer)),
        }
    }
}

async fn exchange(stream: Line, request: Request<Full<Bytes>>, limit: usize) -> Result<Answer, Failure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_SIZE)
        .max_headers(HEAD_LINES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| before_answer(&error))?;
    let answer = pin!(async {
        let response = sender.send_request(request).await.map_err(|error| before_answer(&error))?;
        let (parts, body) = response.into_parts();
        Ok(Answer {
            status: parts.status.as_u16(),
            body: read(body, &parts.headers, limit).await?,
            headers: parts.headers,
        })
    });
    match select(answer, pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        // The other side may close as soon as it has sent everything; what it sent is still there to read.
        Either::Right((_, answer)) => answer.await,
    }
}

async fn read(mut body: Incoming, headers: &HeaderMap, limit: usize) -> Result<Body, Failure> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(8 << 10).min(limit)));
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(|_| Failure::Truncated)?.into_data() else { continue };
        if bytes.len() + chunk.len() > limit {
            return Err(Failure::TooLarge(limit));
        }
        append(&mut bytes, &chunk);
    }
    Ok(Body::from(std::mem::take(&mut *bytes)))
}

fn before_answer(error: &hyper::Error) -> Failure {
    if error.is_parse() { Failure::NotHttp } else { Failure::Closed }
}
