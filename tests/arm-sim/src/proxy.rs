//! The proxy: a tunnel to a host that the simulator plays ends here, in TLS with a certificate of that name. Nothing leaves
//! the machine: every other host is refused and counted.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use imds_sim::answers::empty;
use imds_sim::{Reset, server};
use tokio::net::TcpListener;

use crate::answer::{Answer, whole};
use crate::authority::Authority;
use crate::call::Origin;
use crate::errors::envelope;
use crate::hosts::Kind;
use crate::log::add_one;
use crate::server::talk;
use crate::shared::Shared;
use crate::site;

const HTTPS: u16 = 443;

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, authority: Arc<Authority>) {
    server::accept(listener, |stream| {
        let (shared, authority) = (Arc::clone(&shared), Arc::clone(&authority));
        talk(stream, move |request| {
            let (shared, authority) = (Arc::clone(&shared), Arc::clone(&authority));
            async move { answer(shared, authority, request).await }
        })
    })
    .await;
}

async fn answer(
    shared: Arc<Shared>,
    authority: Arc<Authority>,
    mut request: Request<Incoming>,
) -> Result<Answer, Reset> {
    let host = request.uri().host().unwrap_or_default().to_ascii_lowercase();
    let Some(kind) = Kind::of(&host, &shared.options.hosts) else { return Ok(refuse(&shared, &host)) };
    if request.method() != Method::CONNECT {
        return site::answer(&shared, request, Origin { scheme: "http", host, kind }).await;
    }
    if request.uri().port_u16() != Some(HTTPS) {
        return Ok(refuse(&shared, &host));
    }
    add_one(&mut shared.lock().log.counts.tunnels, &host);
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(tunnel(shared, authority, Origin { scheme: "https", host, kind }, upgrade));
    Ok(whole(empty(StatusCode::OK)))
}

fn refuse(shared: &Shared, host: &str) -> Answer {
    add_one(&mut shared.lock().log.counts.refused_hosts, host);
    whole(envelope(StatusCode::FORBIDDEN, "HostNotSimulated", host))
}

async fn tunnel(shared: Arc<Shared>, authority: Arc<Authority>, origin: Origin, upgrade: OnUpgrade) {
    let Ok(stream) = upgrade.await else { return };
    let Ok(acceptor) = authority.acceptor(&origin.host) else { return };
    match acceptor.accept(TokioIo::new(stream)).into_fallible().await {
        Ok(stream) => {
            talk(stream, move |request| {
                let (shared, origin) = (Arc::clone(&shared), origin.clone());
                async move { site::answer(&shared, request, origin).await }
            })
            .await;
        }
        // Counted before the client sees the connection close.
        Err((_, _stream)) => shared.lock().log.counts.failed_handshakes += 1,
    }
}
