//! Every way an answer can come, or not come, over a real socket.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tollgate_http::{
    Endpoint, Limits, MetadataClient, MetadataRequest, MetadataResponse, MetadataTransportError, TcpConnector,
};

/// Where a silence is awaited: over soon, and never before its time.
const SHORT: Duration = Duration::from_millis(50);

/// Where none is, time plays no part, on a slow machine neither.
fn client(hold: bool) -> MetadataClient {
    let answer = if hold { SHORT } else { Duration::from_secs(60) };
    let limits =
        Limits { connect_timeout: Duration::from_secs(60), response_timeout: answer, max_body: 1000 };
    MetadataClient::new(limits, Arc::new(TcpConnector))
}

fn question() -> MetadataRequest {
    let headers = HeaderMap::from_iter([("metadata".parse().unwrap(), HeaderValue::from_static("true"))]);
    MetadataRequest {
        path_and_query: "/metadata/x?resource=https%3A%2F%2Fvault".to_owned(),
        headers,
        form: None,
    }
}

/// Asks a server that sends `answer` and then closes, or stays silent when `hold` is set; gives the request's text too.
async fn ask(answer: &str, hold: bool) -> (Result<MetadataResponse, MetadataTransportError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        let _ = stream.flush().await;
        (String::from_utf8(request).unwrap(), hold.then_some(stream))
    };
    let client = async {
        let connection = client(hold).connect(&Endpoint::new("127.0.0.1", port), None).await.unwrap();
        connection.send(&question()).await
    };
    let ((request, stream), result) = tokio::join!(server, client);
    drop(stream);
    (result, request)
}

#[tokio::test]
async fn the_request_carries_path_query_host_and_headers_and_nothing_else() {
    let (result, request) = ask("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", false).await;
    let lines: Vec<_> = request.lines().filter(|line| !line.starts_with("host: 127.0.0.1:")).collect();
    assert_eq!(lines, ["GET /metadata/x?resource=https%3A%2F%2Fvault HTTP/1.1", "metadata: true", ""]);
    let answer = result.unwrap();
    assert_eq!((answer.status, answer.body.as_bytes()), (200, &b"hi"[..]));
}

#[tokio::test]
async fn a_body_without_length_ends_with_the_connection() {
    let (result, _) = ask("HTTP/1.1 500 Oops\r\n\r\nlong story", false).await;
    assert_eq!(result.unwrap().body.as_bytes(), b"long story");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (result, _) =
        ask("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", false).await;
    assert_eq!(result.unwrap().status, 302);
}

#[tokio::test]
async fn what_is_no_whole_answer_is_named_for_what_it_is() {
    let long = "x".repeat(1001);
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(64 << 10));
    let cases = [
        (String::new(), false, MetadataTransportError::ConnectionClosed),
        (String::new(), true, MetadataTransportError::ResponseTimeout(SHORT)),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".into(),
            true,
            MetadataTransportError::ResponseTimeout(SHORT),
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".into(),
            false,
            MetadataTransportError::IncompleteBody,
        ),
        (
            format!("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n{long}"),
            false,
            MetadataTransportError::BodyTooLarge(1000),
        ),
        (format!("HTTP/1.1 200 OK\r\n\r\n{long}"), false, MetadataTransportError::BodyTooLarge(1000)),
        (huge, false, MetadataTransportError::InvalidHttp),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n".into(), false, MetadataTransportError::InvalidHttp),
    ];
    for (answer, hold, expected) in cases {
        let (result, _) = ask(&answer, hold).await;
        assert_eq!(result.unwrap_err(), expected, "{:.40}", answer);
    }
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let result = client(false).connect(&Endpoint::new("127.0.0.1", port), None).await;
    assert!(matches!(result, Err(MetadataTransportError::Connect(text)) if text.contains("refused")));
}
