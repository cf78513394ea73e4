//! The sockets: one thread that accepts, reads requests and hands each to what its path belongs to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderValue, SERVER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::admin;
use crate::answers;
use crate::ask::{has_metadata_header, is_forwarded};
use crate::call::Call;
use crate::content::{Answer, Content, Reset};
use crate::host::Host;
use crate::metadata::Metadata;
use crate::oauth;
use crate::shared::Shared;

/// A thousand clients may connect in the same instant.
const BACKLOG: u32 = 1024;

/// How long accepting rests when the process has no file descriptor left.
const REST: Duration = Duration::from_millis(10);

const MAX_BODY: usize = 1024 * 1024;

/// The first byte of a TLS connection; no HTTP request begins with it.
const HANDSHAKE: u8 = 0x16;

struct Site {
    shared: Arc<Shared>,
    /// What a virtual machine has beside its tokens.
    metadata: Option<Metadata>,
}

/// A listener that many may connect to at once. Needs the context of a runtime.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows the option would let another program take the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let metadata = (shared.options.host == Host::Vm).then(Metadata::new);
    let site = Arc::new(Site { shared, metadata });
    accept(listener, |stream| {
        site.shared.update(|state| state.counts.connections += 1);
        converse(stream, Arc::clone(&site))
    })
    .await;
}

/// Talks to everybody who connects, until it is dropped.
pub async fn accept<F>(listener: TcpListener, mut talk: impl FnMut(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // A socket without the option is only slower.
                let _ = stream.set_nodelay(true);
                tokio::spawn(talk(stream));
            }
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

async fn converse(stream: TcpStream, site: Arc<Site>) {
    match site.shared.endpoint.tls() {
        None => talk(stream, site, true, |stream| stream).await,
        Some(tls) if starts_with_handshake(&stream).await => {
            let acceptor = tls.acceptor.clone();
            secure(stream, site, &acceptor).await;
        }
        Some(_) => talk(stream, site, false, |stream| stream).await,
    }
}

async fn starts_with_handshake(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(stream.peek(&mut first).await, Ok(1)) && first == [HANDSHAKE]
}

async fn secure(stream: TcpStream, site: Arc<Site>, acceptor: &TlsAcceptor) {
    match acceptor.accept(stream).await {
        Ok(stream) => talk(stream, site, true, |stream| stream.get_ref().0).await,
        Err(_) => site.shared.update(|state| state.counts.failed_handshakes += 1),
    }
}

/// `open` is false for a connection that should have been TLS.
async fn talk<S>(stream: S, site: Arc<Site>, open: bool, socket: fn(&S) -> &TcpStream)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { site.answer(request, open).await }
    });
    let mut connection =
        http1::Builder::new().title_case_headers(true).serve_connection(TokioIo::new(stream), service);
    if let Err(fault) = (&mut connection).await
        && std::error::Error::source(&fault).is_some_and(|source| source.is::<Reset>())
    {
        // Without lingering, closing sends a reset.
        let _ = socket(connection.into_parts().io.inner()).set_zero_linger();
    }
}

impl Site {
    async fn answer(&self, request: Request<Incoming>, open: bool) -> Result<Answer, Reset> {
        let (head, body) = request.into_parts();
        let is_admin = head.uri.path().starts_with(admin::PREFIX);
        let endpoint = self.shared.endpoint.as_ref();
        if !is_admin {
            self.shared.update(|state| {
                state.counts.requests += 1;
                state.counts.with_forwarded_for += u64::from(is_forwarded(&head));
                state.counts.without_metadata_header += u64::from(!has_metadata_header(&head));
                let secret = endpoint.secret_header().is_some_and(|name| head.headers.contains_key(name));
                state.counts.with_secret += u64::from(secret);
            });
        }
        let mut answer = match Limited::new(body, MAX_BODY).collect().await {
            Ok(body) => {
                let call = Call { head, body: body.to_bytes() };
                if is_admin {
                    return Ok(admin::answer(&self.shared, &call).map(Content::from));
                }
                self.route(&call, open).await?
            }
            Err(_) => {
                let text = "The body is too long or incomplete";
                answers::text(StatusCode::PAYLOAD_TOO_LARGE, text).map(Content::from)
            }
        };
        if let Some(name) = endpoint.server() {
            answer.headers_mut().entry(SERVER).or_insert(HeaderValue::from_static(name));
        }
        let status = answer.status().as_u16();
        self.shared.update(|state| *state.counts.by_status.entry(status).or_default() += 1);
        Ok(answer)
    }

    async fn route(&self, call: &Call, open: bool) -> Result<Answer, Reset> {
        let answer = if !open {
            answers::text(StatusCode::BAD_REQUEST, "Client sent an HTTP request to an HTTPS server.")
        } else if call.head.uri.path().trim_end_matches('/') == self.shared.endpoint.path() {
            return oauth::answer(&self.shared, call).await;
        } else if let Some(metadata) = &self.metadata {
            metadata.answer(&self.shared, &call.head)
        } else {
            answers::not_found()
        };
        Ok(answer.map(Content::from))
    }
}
