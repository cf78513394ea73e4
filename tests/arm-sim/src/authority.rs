//! A certificate authority for one run: its own certificate goes into a file for clients to trust, and each host gets one
//! when it is first asked for.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use imds_sim::tls;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    hosts: Mutex<HashMap<String, TlsAcceptor>>,
}

impl Authority {
    /// Its certificate is in the file when this returns.
    pub(crate) fn new(file: &Path) -> io::Result<Self> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "arm-sim, of one run");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;
        std::fs::write(file, issuer.pem()).map_err(|fault| {
            io::Error::new(fault.kind(), format!("cannot write {}: {fault}", file.display()))
        })?;
        Ok(Self { issuer, hosts: Mutex::default() })
    }

    /// Serves as this host.
    pub(crate) fn acceptor(&self, host: &str) -> io::Result<TlsAcceptor> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = hosts.get(host) {
            return Ok(known.clone());
        }
        let acceptor = self.issue(host)?;
        hosts.insert(host.to_owned(), acceptor.clone());
        Ok(acceptor)
    }

    fn issue(&self, host: &str) -> io::Result<TlsAcceptor> {
        let mut params = CertificateParams::new([host.to_owned()]).map_err(io::Error::other)?;
        params.distinguished_name.push(DnType::CommonName, host);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(io::Error::other)?;
        tls::acceptor(certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()))
    }
}
