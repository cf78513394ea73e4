//! A service that answers as a test says, one request a connection, and notes what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Method and target, such as `GET /x?y`.
    pub(crate) line: String,
    /// The header lines, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What it answers.
#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// How much longer the body is announced than it is.
    missing: usize,
    /// Close instead of answering.
    closed: bool,
}

/// The service; it lives as long as the test.
#[derive(Clone)]
pub(crate) struct Service {
    /// Its origin, such as `http://127.0.0.1:8080`.
    pub(crate) origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self { status, headers: Vec::new(), body: body.as_ref().to_vec(), missing: 0, closed: false }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same, to be asked again at once.
    pub(crate) fn soon(self) -> Self {
        self.with("x-ms-retry-after-ms", "0")
    }

    /// Ends before its body does.
    pub(crate) fn cut(mut self) -> Self {
        self.missing = 10;
        self
    }

    /// Announces a body of so many bytes and ends.
    pub(crate) fn announcing(length: usize) -> Self {
        Self { missing: length, ..Self::new(200, "") }
    }

    /// The connection is closed without an answer.
    pub(crate) fn closed() -> Self {
        Self { closed: true, ..Self::new(0, "") }
    }
}

impl Service {
    /// A service that answers what `answer` says to the request with this number, counted from 0.
    pub(crate) fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let notes = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&stream) else { continue };
                let number = {
                    let mut notes = notes.lock().unwrap();
                    notes.push(request.clone());
                    notes.len() - 1
                };
                write(&mut stream, &answer(&request, number), request.line.starts_with("HEAD "));
            }
        });
        Self { origin, asked }
    }

    /// One that answers in this order, and the last for ever.
    pub(crate) fn answering(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<_> = replies.into_iter().collect();
        Self::start(move |_, number| replies[number.min(replies.len() - 1)].clone())
    }

    /// One that takes every request and never answers.
    pub(crate) fn silent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming() {
                kept.push(stream.unwrap());
            }
        });
        Self { origin, asked: Arc::default() }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Methods and targets.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let line = line.trim_end().strip_suffix(" HTTP/1.1")?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked { line, headers, body: Vec::new() };
    let length = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    asked.body.resize(length, 0);
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}

fn write(stream: &mut TcpStream, reply: &Reply, head_only: bool) {
    if reply.closed {
        return;
    }
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", reply.status);
    if reply.status != 204 {
        head.push_str(&format!("content-length: {}\r\n", reply.body.len() + reply.missing));
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    // Whoever asked may have gone.
    let _ = stream.write_all(head.as_bytes());
    if !head_only {
        let _ = stream.write_all(&reply.body);
    }
}
