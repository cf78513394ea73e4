//! The plainest HTTP client: one connection a request, so that a test sees exactly what came over the wire.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::time::Duration;

use arm_sim::{Options, Settings, Simulator};
use imds_sim::{Identity, Mint, TENANT_ID, unix_time};
use serde_json::{Value, json};

/// The audience of Azure Resource Manager.
pub(crate) const ARM: &str = "https://management.azure.com/";

pub(crate) const FIRST: &str = "/subscriptions/b0000000-5b5c-4000-8000-000000000001";
pub(crate) const VERSION: &str = "api-version=2021-04-01";

/// Far longer than anything takes that is going to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

static MINT: LazyLock<Mint> = LazyLock::new(|| Mint::new(TENANT_ID, 0));

/// A header with a new token of this identity.
pub(crate) fn token_of(identity: &Identity, audience: &str, lifetime: i64) -> String {
    format!("Authorization: Bearer {}", MINT.issue(identity, audience, unix_time(), lifetime).text)
}

/// A header with a new token that is good for an hour.
pub(crate) fn token(audience: &str) -> String {
    token_of(&Identity::first(), audience, 3600)
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(seen, _)| seen.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|fault| panic!("{fault}: {}", self.text()))
    }

    /// The status, and the code of the error envelope.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    /// One field of each entry of a listing.
    pub(crate) fn each(&self, field: &str) -> Vec<String> {
        let list = self.json();
        let entries = list["value"].as_array().unwrap_or_else(|| panic!("{list}"));
        entries.iter().map(|entry| entry[field].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }
}

/// As it is by default.
pub(crate) fn simulator() -> Simulator {
    with(json!({}))
}

/// With these settings.
pub(crate) fn with(changes: Value) -> Simulator {
    let mut settings = serde_json::to_value(Settings::default()).unwrap();
    settings.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let settings = serde_json::from_value(settings).unwrap();
    Simulator::start(Options { settings, ..Options::default() }).unwrap()
}

/// A request that asks for the connection to be closed.
pub(crate) fn request(method: &str, host: &str, target: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    [request.as_bytes(), body].concat()
}

/// Sends a request to the plain listener, under this name, and leaves the answer to be read.
pub(crate) fn send(
    sim: &Simulator,
    method: &str,
    host: &str,
    target: &str,
    headers: &[&str],
    body: &[u8],
) -> TcpStream {
    let mut stream = TcpStream::connect(sim.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(&request(method, host, target, headers, body)).unwrap();
    stream
}

/// Reads until the connection closes.
pub(crate) fn receive(mut stream: impl Read) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(Reply::parse(&bytes))
}

/// A request under the simulator's own address, answered.
pub(crate) fn ask(sim: &Simulator, method: &str, target: &str, headers: &[&str], body: &str) -> Reply {
    let host = sim.address().to_string();
    receive(send(sim, method, &host, target, headers, body.as_bytes())).unwrap()
}

/// A request to Azure Resource Manager with a good token.
pub(crate) fn arm(sim: &Simulator, method: &str, target: &str, body: &Value) -> Reply {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    ask(sim, method, target, &[&token(ARM)], &body)
}

/// A GET with a good token, of a path without its version.
pub(crate) fn get(sim: &Simulator, path: &str) -> Reply {
    let separator = if path.contains('?') { '&' } else { '?' };
    arm(sim, "GET", &format!("{path}{separator}{VERSION}"), &Value::Null)
}

/// A GET of a link as it was given, with a good token.
pub(crate) fn follow(sim: &Simulator, link: &str) -> Reply {
    arm(sim, "GET", link.strip_prefix(&sim.url()).unwrap(), &Value::Null)
}
