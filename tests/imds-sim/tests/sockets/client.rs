//! The plainest HTTP client: one connection a request, so that a test sees exactly what came over the wire.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use imds_sim::{Host, Options, Simulator};
use serde_json::Value;

/// A token request that deserves a token.
pub(crate) const TOKEN: &str =
    "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F";

/// Far longer than anything takes that is going to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    /// The header with exactly this spelling.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(seen, _)| seen == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|fault| panic!("{fault}: {}", self.body))
    }

    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self { status, headers, body: body.to_owned() }
    }
}

/// A host of this kind, as it is by default.
pub(crate) fn on(host: Host) -> Simulator {
    Simulator::start(Options::on(host)).unwrap()
}

/// What a program on the host finds under this name in its environment.
pub(crate) fn variable(sim: &Simulator, name: &str) -> String {
    sim.environment().into_iter().find(|(known, _)| known == name).unwrap().1
}

/// A request that asks for the connection to be closed.
pub(crate) fn request(method: &str, target: &str, headers: &[&str], body: &str) -> String {
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    request
}

/// Sends a request and leaves the answer to be read.
pub(crate) fn send(sim: &Simulator, method: &str, target: &str, headers: &[&str], body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(sim.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request(method, target, headers, body).as_bytes()).unwrap();
    stream
}

/// A request, answered.
pub(crate) fn ask(sim: &Simulator, method: &str, target: &str, headers: &[&str], body: &str) -> Reply {
    receive(send(sim, method, target, headers, body)).unwrap()
}

/// Reads until the connection closes.
pub(crate) fn receive(mut stream: TcpStream) -> io::Result<Reply> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(Reply::parse(&text))
}

/// A GET with `Metadata: true`.
pub(crate) fn start(sim: &Simulator, target: &str) -> TcpStream {
    send(sim, "GET", target, &["Metadata: true"], "")
}

/// A GET with `Metadata: true`, answered.
pub(crate) fn get(sim: &Simulator, target: &str) -> Reply {
    receive(start(sim, target)).unwrap()
}
