//! The plain listener: control under `/sim`, and everything else as on Azure's own hosts.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use imds_sim::{Reset, server};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use crate::answer::{Answer, whole};
use crate::call::Origin;
use crate::hosts::Kind;
use crate::shared::Shared;
use crate::{admin, site};

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    server::accept(listener, |stream| {
        let shared = Arc::clone(&shared);
        talk(stream, move |request| {
            let shared = Arc::clone(&shared);
            async move { answer(&shared, request).await }
        })
    })
    .await;
}

/// One connection, to its end.
pub(crate) async fn talk<S, F>(stream: S, answer: impl Fn(Request<Incoming>) -> F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Result<Answer, Reset>>,
{
    // A client that leaves, and a connection closed on purpose, end it with a fault that is none.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .with_upgrades()
        .await;
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Result<Answer, Reset> {
    let path = request.uri().path().to_owned();
    if let Some(what) = path.strip_prefix(admin::PREFIX) {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Reset)?.to_bytes();
        return Ok(whole(admin::answer(shared, &head.method, what, &body)));
    }
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let kind = Kind::of_direct(&host, &shared.options.hosts);
    site::answer(shared, request, Origin { scheme: "http", host, kind }).await
}
