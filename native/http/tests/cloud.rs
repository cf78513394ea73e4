//! The client for the cloud over real sockets: proxies, trust, silence, and what goes along.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::pending;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Method};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tollgate_http::{
    CertificateProblem, CloudAnswer, CloudClient, CloudFailure, CloudQuestion, Patience, Payload, Proxies,
    ProxyAddress, SILENCE,
};
use url::Url;
use zeroize::Zeroizing;

const ANSWER: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi";

fn question(url: &str) -> CloudQuestion {
    CloudQuestion {
        method: Method::GET,
        url: Url::parse(url).unwrap(),
        headers: HeaderMap::from_iter([("x-secret".parse().unwrap(), HeaderValue::from_static("hush"))]),
        payload: Payload::None,
        patience: Patience::Usual,
        silence: SILENCE,
    }
}

fn proxy(variable: &'static str, value: impl Into<String>) -> Option<ProxyAddress> {
    Some(ProxyAddress { variable, value: Zeroizing::new(value.into()) })
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Reads the head of a request.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(request).unwrap()
}

/// Takes one request and answers it.
async fn serve(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), answer: &str) -> String {
    let request = head(stream).await;
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    request
}

async fn whole(mut answer: CloudAnswer) -> Result<Vec<u8>, CloudFailure> {
    let mut body = Vec::new();
    while let Some(piece) = answer.piece().await? {
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// What a client makes of an answer, and what it asked.
async fn exchange(
    client: &CloudClient,
    url: Option<&str>,
    answer: &str,
) -> (Result<CloudAnswer, CloudFailure>, String) {
    let (listener, address) = listen().await;
    let url = url.map_or_else(|| format!("http://{address}/x?y"), str::to_owned);
    tokio::join!(client.ask(question(&url), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, answer).await
    })
}

#[tokio::test]
async fn a_request_carries_what_it_is_given_and_the_name_of_the_program() {
    let (answer, request) = exchange(&CloudClient::new(Proxies::default()), None, ANSWER).await;
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.version), (200, "1.1"));
    assert_eq!(whole(answer).await, Ok(b"hi".to_vec()));
    let mut lines: Vec<_> = request.lines().filter(|line| !line.starts_with("host:")).collect();
    lines.sort_unstable();
    let agent = concat!("user-agent: tollgate/", env!("CARGO_PKG_VERSION"));
    assert_eq!(lines, ["", "GET /x?y HTTP/1.1", "accept: */*", agent, "x-secret: hush"]);
}

#[tokio::test]
async fn an_answer_tells_its_version() {
    let (answer, _) =
        exchange(&CloudClient::new(Proxies::default()), None, "HTTP/1.0 200 OK\r\n\r\nhi").await;
    let answer = answer.unwrap();
    assert_eq!(answer.version, "1.0");
    assert_eq!(whole(answer).await, Ok(b"hi".to_vec()));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let redirect = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let (answer, _) = exchange(&CloudClient::new(Proxies::default()), None, redirect).await;
    assert_eq!(answer.unwrap().status, 302);
}

#[tokio::test]
async fn a_write_without_a_body_announces_none_and_an_empty_body_is_announced() {
    let (listener, address) = listen().await;
    let client = CloudClient::new(Proxies::default());
    let empty = || Payload::Bytes(Vec::new().into());
    for (method, payload) in [
        (Method::POST, Payload::None),
        (Method::PUT, Payload::None),
        (Method::PATCH, Payload::None),
        (Method::POST, empty()),
        (Method::DELETE, empty()),
    ] {
        let question = CloudQuestion { method, payload, ..question(&format!("http://{address}/")) };
        let (_, request) = tokio::join!(client.ask(question, || ()), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            serve(&mut stream, ANSWER).await
        });
        assert!(request.contains("content-length: 0\r\n"), "{request}");
    }
}

#[tokio::test]
async fn silence_ends_the_wait_and_a_cut_body_is_told() {
    let (listener, address) = listen().await;
    let client = CloudClient::new(Proxies::default());
    let silence = Duration::from_millis(50);
    let asked = CloudQuestion { silence, ..question(&format!("http://{address}/")) };
    let result = tokio::select! {
        result = client.ask(asked, || ()) => result.map(|_| ()),
        () = async { let _silent = listener.accept().await.unwrap(); pending().await } => Ok(()),
    };
    assert_eq!(result, Err(CloudFailure::TimedOut(silence)));
    let (answer, _) = exchange(&client, None, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    assert_eq!(whole(answer.unwrap()).await, Err(CloudFailure::Truncated));
}

/// How often a request was said to have left, asked in this way until it fails, or is given up when `until` comes to its end.
async fn departures(client: &CloudClient, url: &str, until: impl Future<Output = ()>) -> usize {
    let count = AtomicUsize::new(0);
    let sent = || {
        count.fetch_add(1, Ordering::Relaxed);
    };
    tokio::select! {
        _ = client.ask(question(url), sent) => {}
        () = until => {}
    }
    count.into_inner()
}

#[tokio::test]
async fn it_is_known_when_a_request_has_left() {
    let client = CloudClient::new(Proxies::default());
    let (_, nobody) = listen().await;
    assert_eq!(departures(&client, &format!("http://{nobody}/"), pending()).await, 0);
    // Takes what comes first and says nothing, not even hello, which TLS waits for.
    let (listener, silent) = listen().await;
    for (scheme, departed) in [("https", 0), ("http", 1)] {
        let taken = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_u8().await.unwrap();
        };
        assert_eq!(departures(&client, &format!("{scheme}://{silent}/"), taken).await, departed, "{scheme}");
    }
    // On a connection that is kept, and on one that was closed meanwhile.
    let (listener, address) = listen().await;
    let url = format!("http://{address}/");
    let kept = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..2 {
            serve(&mut stream, kept).await;
        }
    };
    let asked =
        async { (departures(&client, &url, pending()).await, departures(&client, &url, pending()).await) };
    let (_, asked) = tokio::join!(server, asked);
    assert_eq!(asked, (1, 1));
}

#[tokio::test]
async fn a_connection_that_is_not_made_never_carried_the_request_and_one_that_breaks_may_have() {
    let client = CloudClient::new(Proxies::default());
    let (_, nobody) = listen().await;
    let failure = client.ask(question(&format!("http://{nobody}/?sig=hush")), || ()).await.err().unwrap();
    assert!(matches!(failure, CloudFailure::Unreachable { before_sent: true, .. }), "{failure:?}");
    assert!(failure.to_string().contains("refused") && !failure.to_string().contains("hush"), "{failure}");
    let (answer, _) = exchange(&client, None, "").await;
    let failure = answer.err().unwrap();
    assert!(matches!(failure, CloudFailure::Unreachable { before_sent: false, .. }), "{failure:?}");
    assert!(failure.to_string().contains("may have been carried out"), "{failure}");
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_told_as_that_and_came_after_the_request() {
    let client = CloudClient::new(Proxies::default());
    let two_lengths = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n";
    for answer in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 2OO OK\r\n\r\n", two_lengths] {
        let failure = exchange(&client, None, answer).await.0.err().unwrap();
        assert_eq!((&failure, failure.is_after_sending()), (&CloudFailure::NotHttp, true), "{answer}");
    }
}

#[tokio::test]
async fn what_is_not_on_the_machine_goes_through_the_proxy_with_its_name_and_password() {
    let ((listener, address), (_, nobody)) = (listen().await, listen().await);
    // The one for all is for what has none of its own.
    let all = proxy("ALL_PROXY", nobody);
    let http = proxy("HTTP_PROXY", format!("http://me:word@{address}"));
    let proxies = Proxies { http, all, ..Proxies::default() };
    let client = CloudClient::new(proxies);
    let (answer, request) = tokio::join!(client.ask(question("http://service.test/x"), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, ANSWER).await
    });
    assert_eq!(answer.unwrap().status, 200);
    assert!(request.starts_with("GET http://service.test/x HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("proxy-authorization: Basic bWU6d29yZA==\r\n"), "{request}");
}

#[tokio::test]
async fn a_name_with_its_domain_goes_to_the_proxy_as_it_is_meant() {
    let (listener, address) = listen().await;
    let http = proxy("HTTP_PROXY", format!("http://CORP%5Cuser:word@{address}"));
    let client = CloudClient::new(Proxies { http, ..Proxies::default() });
    let (answer, request) = tokio::join!(client.ask(question("http://service.test/x"), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, ANSWER).await
    });
    assert_eq!(answer.unwrap().status, 200);
    assert!(request.contains("proxy-authorization: Basic Q09SUFx1c2VyOndvcmQ=\r\n"), "{request}");
}

#[tokio::test]
async fn a_proxy_that_does_not_apply_is_in_nobodys_way() {
    let all = || proxy("ALL_PROXY", "socks5h://proxy");
    // Loopback, and what has a proxy of its own.
    let (answer, _) =
        exchange(&CloudClient::new(Proxies { all: all(), ..Proxies::default() }), None, ANSWER).await;
    assert_eq!(answer.unwrap().status, 200);
    let (listener, address) = listen().await;
    let http = proxy("HTTP_PROXY", address);
    let client = CloudClient::new(Proxies { http, all: all(), ..Proxies::default() });
    let (answer, _) = tokio::join!(client.ask(question("http://service.test/x"), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, ANSWER).await
    });
    assert_eq!(answer.unwrap().status, 200);
    let failure = client.ask(question("https://service.test/x"), || ()).await.err().unwrap();
    assert!(matches!(failure, CloudFailure::BadProxy { variable: "ALL_PROXY", .. }), "{failure:?}");
}

#[tokio::test]
async fn loopback_and_what_is_spared_is_asked_straight() {
    let (_, nobody) = listen().await;
    let dead = || proxy("ALL_PROXY", format!("http://{nobody}"));
    let (answer, _) =
        exchange(&CloudClient::new(Proxies { all: dead(), ..Proxies::default() }), None, ANSWER).await;
    assert_eq!(answer.unwrap().status, 200);
    let ask = async |no_proxy: Option<&str>, url: &str| {
        let proxies = Proxies { all: dead(), no_proxy: no_proxy.map(str::to_owned), ..Proxies::default() };
        CloudClient::new(proxies).ask(question(url), || ()).await.err().unwrap().to_string()
    };
    let service = "https://service.invalid/";
    assert!(ask(None, service).await.contains("the proxy cannot be reached"));
    for no_proxy in ["a,.invalid", "*"] {
        assert!(!ask(Some(no_proxy), service).await.contains("proxy"), "{no_proxy}");
    }
    // However the machine itself is written; nobody listens there.
    let (_, nobody) = listen().await;
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"] {
        let told = ask(None, &format!("https://{}/", nobody.replace("127.0.0.1", host))).await;
        assert!(!told.contains("proxy"), "{host}: {told}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_and_its_password_is_not() {
    for (status, told) in
        [("407 Proxy Authentication Required", "name and a password"), ("403 Forbidden", "does not let")]
    {
        let (listener, address) = listen().await;
        let https = proxy("HTTPS_PROXY", format!("http://me:word@{address}"));
        let client = CloudClient::new(Proxies { https, ..Proxies::default() });
        let refusal = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        let (answer, request) = tokio::join!(client.ask(question("https://service.test/x"), || ()), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            serve(&mut stream, &refusal).await
        });
        assert!(
            request.starts_with("CONNECT service.test:443 HTTP/1.1\r\n") && !request.contains("hush"),
            "{request}"
        );
        let failure = answer.err().unwrap();
        assert!(matches!(failure, CloudFailure::ProxyRefused(_)), "{failure:?}");
        assert!(failure.to_string().contains(told) && !format!("{failure:?}").contains("word@"), "{failure}");
    }
}

#[tokio::test]
async fn a_variable_that_names_no_proxy_is_told_before_anything_is_asked() {
    let client =
        CloudClient::new(Proxies { https: proxy("https_proxy", "socks5://me:word@x"), ..Proxies::default() });
    let failure = client.ask(question("https://service.test/x"), || ()).await.err().unwrap();
    assert!(matches!(failure, CloudFailure::BadProxy { variable: "https_proxy", .. }), "{failure:?}");
}

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
async fn over_tls(acceptor: &TlsAcceptor) -> (Result<CloudAnswer, CloudFailure>, Option<String>) {
    let (listener, address) = listen().await;
    let url = format!("https://localhost:{}/x", address.rsplit(':').next().unwrap());
    let client = CloudClient::new(Proxies::default());
    tokio::join!(client.ask(question(&url), || ()), async {
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
        matches!(&failure, CloudFailure::UntrustedCertificate { fault, problem: CertificateProblem::Untrusted } if fault.contains("certificate")),
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
        .args(["--exact", test])
        .env(INSIDE, "yes")
        .env("SSL_CERT_FILE", file)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
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
                CloudFailure::UntrustedCertificate { problem: CertificateProblem::Outdated, .. }
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
        let client = CloudClient::new(Proxies::default());
        // It is not even asked.
        let failure = client.ask(question("https://127.0.0.1:1/"), || ()).await.err().unwrap();
        assert!(
            matches!(&failure, CloudFailure::UntrustedCertificate { problem: CertificateProblem::NoRoots, fault } if fault.contains("no certificates to trust by")),
            "{failure:?}"
        );
    });
}
