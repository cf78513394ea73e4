//! TLS with a certificate that nobody vouches for, made at the start: a client knows it by its thumbprint or not at all.

use std::fmt::Write;
use std::io;
use std::sync::Arc;

use rcgen::CertifiedKey;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) certificate: Vec<u8>,
    /// 40 hex digits.
    pub(crate) thumbprint: String,
}

impl Tls {
    pub(crate) fn new() -> io::Result<Self> {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
        let certificate = cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        Ok(Self {
            acceptor: acceptor(certificate.clone(), key)?,
            thumbprint: thumbprint(&certificate),
            certificate: certificate.to_vec(),
        })
    }
}

/// Serves with this certificate and its key.
pub fn acceptor(
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
) -> io::Result<TlsAcceptor> {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key.into()))
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn thumbprint(certificate: &[u8]) -> String {
    let mut hex = String::with_capacity(40);
    for byte in digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref() {
        write!(hex, "{byte:02X}").expect("a text takes what is written");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_the_sha_1_in_capital_hex_digits() {
        assert_eq!(thumbprint(b"abc"), "A9993E364706816ABA3E25717850C26C9CD0D89D");
    }

    #[test]
    fn no_two_certificates_are_alike() {
        assert_ne!(Tls::new().unwrap().thumbprint, Tls::new().unwrap().thumbprint);
    }
}
