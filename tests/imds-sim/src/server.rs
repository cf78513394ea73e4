//! The sockets: one thread that accepts, reads requests and hands each to the service its path belongs to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::admin;
use crate::content::{Answer, Content, Reset};
use crate::metadata::Metadata;
use crate::shared::Shared;

/// A thousand clients may connect in the same instant.
const BACKLOG: u32 = 1024;

/// How long accepting rests when the process has no file descriptor left.
const REST: Duration = Duration::from_millis(10);

struct Site {
    shared: Arc<Shared>,
    metadata: Metadata,
}

/// Needs the context of a runtime.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows the option would let another program take the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let site = Arc::new(Site { shared, metadata: Metadata::new() });
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                site.shared.update(|state| state.counts.connections += 1);
                tokio::spawn(converse(stream, Arc::clone(&site)));
            }
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

async fn converse(stream: TcpStream, site: Arc<Site>) {
    // A socket without the option is only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { site.answer(request).await }
    });
    let mut connection =
        http1::Builder::new().title_case_headers(true).serve_connection(TokioIo::new(stream), service);
    if let Err(fault) = (&mut connection).await
        && std::error::Error::source(&fault).is_some_and(|source| source.is::<Reset>())
    {
        // Without lingering, closing sends a reset.
        let _ = connection.into_parts().io.inner().set_zero_linger();
    }
}

impl Site {
    async fn answer(&self, request: Request<Incoming>) -> Result<Answer, Reset> {
        if request.uri().path().starts_with(admin::PREFIX) {
            return Ok(admin::answer(&self.shared, request).await.map(Content::from));
        }
        let (head, _) = request.into_parts();
        let answer = self.metadata.answer(&self.shared, &head).await?;
        let status = answer.status().as_u16();
        self.shared.update(|state| *state.counts.by_status.entry(status).or_default() += 1);
        Ok(answer)
    }
}
