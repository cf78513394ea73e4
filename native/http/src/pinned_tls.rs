//! TLS to one service whose certificate is pinned by its thumbprint. Nothing else is trusted, and no request is sent
//! before the thumbprint has matched.

use std::fmt;
use std::sync::Arc;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio_rustls::TlsConnector;

use crate::connector::BoxedIo;
use crate::endpoint::Endpoint;
use crate::error::MetadataTransportError;

/// The SHA-1 thumbprint of a certificate, as services name theirs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Thumbprint([u8; 20]);

impl Thumbprint {
    /// Parses 40 hexadecimal digits; colons and spaces between them are skipped.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u32> = text
            .chars()
            .filter(|letter| !matches!(letter, ':' | ' '))
            .map(|letter| letter.to_digit(16))
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | *digit as u8))
            .collect();
        (digits.len() == 40).then(|| bytes.try_into().ok()).flatten().map(Self)
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Performs the TLS handshake with the holder of the pinned certificate.
pub(crate) async fn connect_tls(
    stream: BoxedIo,
    endpoint: &Endpoint,
    pin: Thumbprint,
) -> Result<BoxedIo, MetadataTransportError> {
    let untrusted = |error: &dyn fmt::Display| MetadataTransportError::Tls(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| untrusted(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(PinnedCertVerifier { pin, provider }))
        .with_no_client_auth();
    let name = ServerName::try_from(endpoint.host_port().0.to_owned()).map_err(|error| untrusted(&error))?;
    match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Ok(stream) => Ok(Box::pin(stream)),
        Err(error) => Err(match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(Error::InvalidCertificate(_)) => MetadataTransportError::Tls(
                "its certificate does not have the thumbprint that is expected".to_owned(),
            ),
            Some(other) => untrusted(other),
            None => MetadataTransportError::ConnectionClosed,
        }),
    }
}

/// Trusts only the pinned certificate, and still requires proof that the server has its key.
#[derive(Debug)]
struct PinnedCertVerifier {
    pin: Thumbprint,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedCertVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // Both are public, so the comparison need not take constant time.
        if digest(&SHA1_FOR_LEGACY_USE_ONLY, end_entity).as_ref() == self.pin.0 {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_forty_digits_in_any_spelling() {
        let digits = "00112233445566778899aabbccddeeff01234567";
        let plain = Thumbprint::parse(digits).unwrap();
        assert_eq!(format!("{plain:?}"), digits);
        assert_eq!(Thumbprint::parse(&digits.to_uppercase()), Some(plain));
        let pairs: Vec<_> = digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair)).collect();
        assert_eq!(Thumbprint::parse(&pairs.join(":")), Some(plain));
        for bad in
            ["", "0011", &digits[1..], "zz112233445566778899aabbccddeeff01234567", &format!("{digits}00")]
        {
            assert_eq!(Thumbprint::parse(bad), None, "{bad}");
        }
    }
}
