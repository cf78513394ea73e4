//! The client over TLS, for the one host that has it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use imds_sim::Simulator;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::{PATIENCE, Reply, request};

/// A client that trusts this certificate and no other.
fn trusting(certificate: &[u8]) -> ClientConfig {
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from(certificate.to_vec())).unwrap();
    ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth()
}

/// Sends a request to who proves to be the one trusted, and reads until the connection closes.
pub(crate) fn ask_trusting(
    certificate: &[u8],
    sim: &Simulator,
    target: &str,
    headers: &[&str],
) -> io::Result<Reply> {
    let socket = TcpStream::connect(sim.address())?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let name = "localhost".try_into().unwrap();
    let connection = ClientConnection::new(Arc::new(trusting(certificate)), name).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(request("GET", target, headers, "").as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(Reply::parse(&text))
}

/// A request to who is trusted, answered.
pub(crate) fn ask_securely(sim: &Simulator, target: &str, headers: &[&str]) -> Reply {
    ask_trusting(sim.certificate().unwrap(), sim, target, headers).unwrap()
}
