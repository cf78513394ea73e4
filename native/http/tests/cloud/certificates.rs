//! Whose certificates are trusted.

#[cfg(target_os = "linux")]
use std::process::Command;

use super::*;

/// A certificate for localhost and what accepts connections with it; the certificate is its own authority.
fn certified() -> (TlsAcceptor, String) {
    certified_until(4096)
}

/// The same, valid until this year.
fn certified_until(year: i32) -> (TlsAcceptor, String) {
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(year, 1, 1);
    let signing_key = rcgen::KeyPair::generate().unwrap();
    let made = rcgen::CertifiedKey { cert: params.self_signed(&signing_key).unwrap(), signing_key };
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let authority = STANDARD.encode(made.cert.der());
    let authority = format!("-----BEGIN CERTIFICATE-----\n{authority}\n-----END CERTIFICATE-----\n");
    (TlsAcceptor::from(Arc::new(config)), authority)
}

/// Asks a service on localhost over TLS: the answer, and what arrived there.
async fn over_tls(acceptor: &TlsAcceptor) -> (Result<CloudResponse, CloudTransportError>, Option<String>) {
    let (listener, address) = listen().await;
    let url = format!("https://localhost:{}/x", address.rsplit(':').next().unwrap());
    let client = CloudClient::new(ProxyConfig::default());
    tokio::join!(client.send(question(&url), || ()), async {
        let (stream, _): (TcpStream, _) = listener.accept().await.unwrap();
        match acceptor.accept(stream).await {
            Ok(mut stream) => Some(serve(&mut stream, ANSWER).await),
            Err(_) => None,
        }
    })
}

#[cfg_attr(windows, ignore = "needs a Windows that knows whom it trusts, which Wine does not")]
#[tokio::test]
async fn a_certificate_of_nobodys_is_not_trusted_and_nothing_is_sent() {
    let (answer, arrived) = over_tls(&certified().0).await;
    let failure = answer.err().unwrap();
    assert!(
        matches!(&failure, CloudTransportError::UntrustedCertificate { fault, problem: CertificateProblem::Untrusted } if fault.contains("certificate")),
        "{failure:?}"
    );
    assert_eq!(arrived, None);
}

/// The system's trust is read from where the variable says, once in a process: so a process of its own asks.
#[cfg(target_os = "linux")]
fn in_a_process_that_trusts(file: &std::path::Path, test: &str, inside: impl Future<Output = ()>) {
    const INSIDE: &str = "TOLLGATE_TEST_INSIDE";
    if std::env::var_os(INSIDE).is_some() {
        return tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(inside);
    }
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("certificates::{test}")])
        .env(INSIDE, "yes")
        .env("SSL_CERT_FILE", file)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_certificate_that_the_system_trusts_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    in_a_process_that_trusts(&file, "a_certificate_that_the_system_trusts_is_trusted", async {
        let (acceptor, authority) = certified();
        std::fs::write(std::env::var_os("SSL_CERT_FILE").unwrap(), authority).unwrap();
        let (answer, arrived) = over_tls(&acceptor).await;
        assert_eq!(answer.unwrap().status, 200);
        assert!(arrived.unwrap().contains("x-secret: hush"));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_certificate_whose_time_is_over_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    in_a_process_that_trusts(&file, "a_certificate_whose_time_is_over_is_told_apart", async {
        let (acceptor, authority) = certified_until(2001);
        std::fs::write(std::env::var_os("SSL_CERT_FILE").unwrap(), authority).unwrap();
        let failure = over_tls(&acceptor).await.0.err().unwrap();
        assert!(
            matches!(
                &failure,
                CloudTransportError::UntrustedCertificate { problem: CertificateProblem::Outdated, .. }
            ),
            "{failure:?}"
        );
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_certificates_trusts_nobody_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing.pem");
    in_a_process_that_trusts(&file, "a_machine_without_certificates_trusts_nobody_and_says_so", async {
        let client = CloudClient::new(ProxyConfig::default());
        // It is not even asked.
        let failure = client.send(question("https://127.0.0.1:1/"), || ()).await.err().unwrap();
        assert!(
            matches!(&failure, CloudTransportError::UntrustedCertificate { problem: CertificateProblem::NoRoots, fault } if fault.contains("no certificates to trust by")),
            "{failure:?}"
        );
    });
}
