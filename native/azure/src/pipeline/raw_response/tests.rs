use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use tollgate_core::SystemClock;
use tollgate_http::{CloudClient, CloudRequest, CloudRequestBody, ConnectTimeout, IDLE_TIMEOUT, ProxyConfig};

use super::*;

const MOST: usize = 1 << 20;

/// Takes an answer with these header lines from a socket, with so much room in memory; to the file where there is one.
async fn taken(lines: &str, body: &[u8], target: Option<&Path>) -> Result<(RawResponse, u64), AttemptError> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let answer = [format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{lines}\r\n").as_bytes(), body].concat();
    let server = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let _ = stream.read(&mut [0; 4096]);
        // Whoever has had enough is gone.
        let _ = stream.write_all(&answer);
    });
    let question = CloudRequest {
        method: http::Method::GET,
        url: url.clone(),
        headers: HeaderMap::new(),
        body: CloudRequestBody::None,
        connect_timeout: ConnectTimeout::Normal,
        idle_timeout: IDLE_TIMEOUT,
    };
    let head = CloudClient::new(ProxyConfig::default()).send(question, || ()).await.ok().unwrap();
    let mut file = match target {
        Some(target) => Some(DownloadFile::create(target).await.ok().unwrap()),
        None => None,
    };
    let journal = ProgressLog::new(Arc::new(SystemClock));
    let result = read_response_up_to(MOST, head, Method::Get, url, file.as_mut(), true, &journal).await;
    server.join().unwrap();
    let amount = journal.progress().bytes_received;
    if let (Some(file), Ok(_)) = (file, &result) {
        assert_eq!(file.commit().await.ok(), Some(amount));
    }
    result.map(|answer| (answer, amount))
}

/// The ways in which a body may come, and its header lines and bytes.
fn ways(text: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(text).unwrap();
    let zlib = zlib.finish().unwrap();
    let pieces = text
        .chunks(60_000)
        .flat_map(|piece| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
    let length = |bytes: &[u8]| format!("content-length: {}\r\n", bytes.len());
    vec![
        (length(text), text.to_vec()),
        (String::new(), text.to_vec()),
        ("transfer-encoding: chunked\r\n".to_owned(), pieces.chain(*b"0\r\n\r\n").collect()),
        (format!("content-encoding: gzip\r\n{}", length(&gzip)), gzip),
        (format!("content-encoding: deflate\r\n{}", length(&zlib)), zlib),
    ]
}

#[tokio::test]
async fn a_body_is_counted_as_it_comes_however_it_comes() {
    for (lines, body) in ways(&vec![b'x'; MOST]) {
        let (answer, amount) = taken(&lines, &body, None).await.ok().unwrap();
        assert_eq!((answer.body.len(), amount), (MOST, MOST as u64), "{lines}");
    }
    for (lines, body) in ways(&vec![b'x'; MOST + 1]) {
        let Err(AttemptError::Final(Error::MalformedResponse { fault, .. })) =
            taken(&lines, &body, None).await
        else {
            panic!("{lines}");
        };
        assert_eq!(fault, "its body is larger than 1 MiB; use -OutFile", "{lines}");
    }
}

#[tokio::test]
async fn a_file_takes_what_memory_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    for (lines, body) in ways(&vec![b'x'; MOST + 1]) {
        let (answer, amount) = taken(&lines, &body, Some(&target)).await.ok().unwrap();
        assert_eq!((answer.body.len(), amount), (0, MOST as u64 + 1), "{lines}");
        assert!(std::fs::read(&target).unwrap() == vec![b'x'; MOST + 1], "{lines}");
    }
}
