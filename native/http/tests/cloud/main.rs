//! The client for the cloud over real sockets: proxies, trust, silence, and what goes along.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::pending;
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
    CertificateProblem, CloudClient, CloudRequest, CloudRequestBody, CloudResponse, CloudTransportError,
    ConnectTimeout, IDLE_TIMEOUT, ProxyConfig, ProxySetting,
};
use url::Url;
use zeroize::Zeroizing;

mod certificates;
mod proxies;

const ANSWER: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi";

fn question(url: &str) -> CloudRequest {
    CloudRequest {
        method: Method::GET,
        url: Url::parse(url).unwrap(),
        headers: HeaderMap::from_iter([("x-secret".parse().unwrap(), HeaderValue::from_static("hush"))]),
        body: CloudRequestBody::None,
        connect_timeout: ConnectTimeout::Normal,
        idle_timeout: IDLE_TIMEOUT,
    }
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

async fn whole(mut answer: CloudResponse) -> Result<Vec<u8>, CloudTransportError> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// What a client makes of an answer, and what it asked.
async fn exchange(
    client: &CloudClient,
    url: Option<&str>,
    answer: &str,
) -> (Result<CloudResponse, CloudTransportError>, String) {
    let (listener, address) = listen().await;
    let url = url.map_or_else(|| format!("http://{address}/x?y"), str::to_owned);
    tokio::join!(client.send(question(&url), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, answer).await
    })
}

#[tokio::test]
async fn a_request_carries_what_it_is_given_and_the_name_of_the_program() {
    let (answer, request) = exchange(&CloudClient::new(ProxyConfig::default()), None, ANSWER).await;
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
        exchange(&CloudClient::new(ProxyConfig::default()), None, "HTTP/1.0 200 OK\r\n\r\nhi").await;
    let answer = answer.unwrap();
    assert_eq!(answer.version, "1.0");
    assert_eq!(whole(answer).await, Ok(b"hi".to_vec()));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let redirect = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let (answer, _) = exchange(&CloudClient::new(ProxyConfig::default()), None, redirect).await;
    assert_eq!(answer.unwrap().status, 302);
}

#[tokio::test]
async fn a_write_without_a_body_announces_none_and_an_empty_body_is_announced() {
    let (listener, address) = listen().await;
    let client = CloudClient::new(ProxyConfig::default());
    let empty = || CloudRequestBody::Bytes(Vec::new().into());
    for (method, payload) in [
        (Method::POST, CloudRequestBody::None),
        (Method::PUT, CloudRequestBody::None),
        (Method::PATCH, CloudRequestBody::None),
        (Method::POST, empty()),
        (Method::DELETE, empty()),
    ] {
        let question = CloudRequest { method, body: payload, ..question(&format!("http://{address}/")) };
        let (_, request) = tokio::join!(client.send(question, || ()), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            serve(&mut stream, ANSWER).await
        });
        assert!(request.contains("content-length: 0\r\n"), "{request}");
    }
}

#[tokio::test]
async fn silence_ends_the_wait_and_a_cut_body_is_told() {
    let (listener, address) = listen().await;
    let client = CloudClient::new(ProxyConfig::default());
    let silence = Duration::from_millis(50);
    let asked = CloudRequest { idle_timeout: silence, ..question(&format!("http://{address}/")) };
    let result = tokio::select! {
        result = client.send(asked, || ()) => result.map(|_| ()),
        () = async { let _silent = listener.accept().await.unwrap(); pending().await } => Ok(()),
    };
    assert_eq!(result, Err(CloudTransportError::TimedOut(silence)));
    let (answer, _) = exchange(&client, None, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    assert_eq!(whole(answer.unwrap()).await, Err(CloudTransportError::IncompleteBody));
}

/// How often a request was said to have left, asked in this way until it fails, or is given up when `until` comes to its end.
async fn departures(client: &CloudClient, url: &str, until: impl Future<Output = ()>) -> usize {
    let count = AtomicUsize::new(0);
    let sent = || {
        count.fetch_add(1, Ordering::Relaxed);
    };
    tokio::select! {
        _ = client.send(question(url), sent) => {}
        () = until => {}
    }
    count.into_inner()
}

#[tokio::test]
async fn it_is_known_when_a_request_has_left() {
    let client = CloudClient::new(ProxyConfig::default());
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
    let client = CloudClient::new(ProxyConfig::default());
    let (_, nobody) = listen().await;
    let failure = client.send(question(&format!("http://{nobody}/?sig=hush")), || ()).await.err().unwrap();
    assert!(matches!(failure, CloudTransportError::Connect { before_sent: true, .. }), "{failure:?}");
    assert!(failure.to_string().contains("refused") && !failure.to_string().contains("hush"), "{failure}");
    let (answer, _) = exchange(&client, None, "").await;
    let failure = answer.err().unwrap();
    assert!(matches!(failure, CloudTransportError::Connect { before_sent: false, .. }), "{failure:?}");
    assert!(failure.to_string().contains("may have been carried out"), "{failure}");
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_told_as_that_and_came_after_the_request() {
    let client = CloudClient::new(ProxyConfig::default());
    let two_lengths = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n";
    for answer in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 2OO OK\r\n\r\n", two_lengths] {
        let failure = exchange(&client, None, answer).await.0.err().unwrap();
        assert_eq!(
            (&failure, failure.is_after_sending()),
            (&CloudTransportError::InvalidHttp, true),
            "{answer}"
        );
    }
}
