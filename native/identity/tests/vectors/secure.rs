//! The way to the service that is TLS where the address asks for it, still within the process and on the test's clock.

use std::io;
use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{copy_bidirectional, duplex};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tollgate_http::{BoxedIo, Connecting, Connector, Endpoint};

use crate::service::{Service, Way};

/// The certificate of a service, and what makes it one: the key.
pub(crate) struct Certificate {
    acceptor: TlsAcceptor,
    pub(crate) thumbprint: String,
    /// The thumbprint of the authority that vouches for it.
    pub(crate) authority: String,
}

/// The certificate of the service in most tests: making one takes a while.
pub(crate) static OWN: LazyLock<Certificate> = LazyLock::new(Certificate::new);

impl Certificate {
    /// A certificate for `fabric`, of an authority that is shown with it.
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["fabric".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let chain = vec![certificate.der().clone(), authority.der().clone()];
        let thumbprints = [thumbprint(&chain[0]), thumbprint(&chain[1])];
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
            .unwrap();
        let [thumbprint, authority] = thumbprints;
        Self { acceptor: TlsAcceptor::from(Arc::new(config)), thumbprint, authority }
    }
}

fn thumbprint(certificate: &CertificateDer<'_>) -> String {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Connects to the service: with its certificate where the address begins with https.
pub(crate) struct Secure {
    way: Way,
    certificate: &'static Certificate,
}

impl Secure {
    pub(crate) fn new(service: &Arc<Service>, certificate: &'static Certificate) -> Arc<Self> {
        Arc::new(Self { way: Way(Arc::clone(service)), certificate })
    }
}

impl Connector for Secure {
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a> {
        Box::pin(async move {
            let line = self.way.connect(endpoint).await?;
            Ok(if endpoint.is_tls() { secured(line, self.certificate.acceptor.clone()) } else { line })
        })
    }
}

/// The client's end of a line on whose other end TLS is spoken before anything reaches the service.
fn secured(mut line: BoxedIo, acceptor: TlsAcceptor) -> BoxedIo {
    let (near, far) = duplex(64 << 10);
    tokio::spawn(async move {
        let mut stream = acceptor.accept(far).await?;
        copy_bidirectional(&mut stream, &mut line).await?;
        io::Result::Ok(())
    });
    Box::pin(near)
}
