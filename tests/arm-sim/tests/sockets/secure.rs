//! The client through the proxy: a tunnel, and TLS with the authority that the simulator wrote down.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use arm_sim::{Options, Proxy, Simulator};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::{PATIENCE, Reply, receive, request};

/// A simulator with a proxy, which plays `evil.example` too.
pub(crate) struct Proxied {
    pub(crate) sim: Simulator,
    folder: TempDir,
}

impl Proxied {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let proxy = Proxy { listen: "127.0.0.1:0".parse().unwrap(), ca_file: folder.path().join("ca.pem") };
        let hosts = vec!["evil.example".to_owned()];
        let sim = Simulator::start(Options { proxy: Some(proxy), hosts, ..Options::default() }).unwrap();
        Self { sim, folder }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.sim.proxy_address().unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// What the proxy says to a request as it stands.
    pub(crate) fn say(&self, text: &str) -> Reply {
        let mut stream = self.connect();
        stream.write_all(text.as_bytes()).unwrap();
        receive(stream).unwrap()
    }

    /// The tunnel to a host, in which TLS has not begun.
    pub(crate) fn tunnel(&self, host: &str) -> TcpStream {
        let mut stream = self.connect();
        stream
            .write_all(format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n").as_bytes())
            .unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
        stream
    }

    /// A GET from a host at its own name, answered.
    pub(crate) fn get(&self, host: &str, target: &str, headers: &[&str]) -> Reply {
        let name = host.to_owned().try_into().unwrap();
        let config = Arc::new(trusting(&self.folder.path().join("ca.pem")));
        let connection = ClientConnection::new(config, name).unwrap();
        let mut stream = StreamOwned::new(connection, self.tunnel(host));
        stream.write_all(&request("GET", host, target, headers, b"")).unwrap();
        receive(stream).unwrap()
    }
}

/// A client that trusts this authority and no other.
fn trusting(file: &Path) -> ClientConfig {
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
    ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth()
}
