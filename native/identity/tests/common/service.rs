//! A metadata service that answers from a script and notes when it was asked.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;
use tollgate_core::{BootInstant, Clock};
use tollgate_http::{BoxedIo, Connecting, Connector, Endpoint, Limits, MetadataClient};
use tollgate_identity::{
    Environment, Error, Resource, Selector, TokenCall, TokenClient, TokenRequest, TokenResult,
};

pub(crate) const NOW: i64 = 1_800_000_000;

/// What the service does when it is asked.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers with status, header lines and body.
    Answer(u16, &'static str, String),
    /// Says nothing.
    Silence,
    /// Answers so after this time.
    Late(Duration, Box<Reply>),
    /// Closes the connection.
    Close,
    /// Refuses the connection.
    Refuse,
    /// Never takes the connection.
    Unreachable,
}

/// An answer with a status and a plain body.
pub(crate) fn status(status: u16) -> Reply {
    Reply::Answer(status, "", "trouble".into())
}

/// A token with this text and a day to live.
pub(crate) fn token(text: &str) -> Reply {
    token_for(text, 86_400)
}

/// A token with this text and these seconds to live.
pub(crate) fn token_for(text: &str, seconds: u32) -> Reply {
    Reply::Answer(
        200,
        "",
        format!(r#"{{"access_token":"{text}","expires_in":"{seconds}","token_type":"Bearer"}}"#),
    )
}

struct Script {
    replies: VecDeque<Reply>,
    /// What is said when the script is over.
    then: Reply,
    asked: Vec<(Duration, String)>,
    open: usize,
}

/// The service, the way to it and the clock of it.
pub(crate) struct Service {
    script: Mutex<Script>,
    start: Instant,
    skew: Mutex<i64>,
    /// How long an answer takes.
    pub(crate) latency: Mutex<Duration>,
    _folder: TempDir,
    gate: PathBuf,
}

impl Service {
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>, then: Reply) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let script = Script { replies: replies.into_iter().collect(), then, asked: Vec::new(), open: 0 };
        let gate = folder.path().to_owned();
        Arc::new(Self {
            script: Mutex::new(script),
            start: Instant::now(),
            skew: Mutex::new(0),
            latency: Mutex::default(),
            _folder: folder,
            gate,
        })
    }

    /// A client whose address is configured.
    pub(crate) fn client(self: &Arc<Self>) -> TokenClient {
        self.client_with(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://service")])
    }

    /// A client with these variables, which may name another folder for the gate too.
    pub(crate) fn client_with(self: &Arc<Self>, variables: &[(&str, &str)]) -> TokenClient {
        self.build(&self.environment(variables), Arc::new(Way(Arc::clone(self)))).unwrap()
    }

    /// These variables, and the folder of a gate of the test's own.
    pub(crate) fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let gate = self.gate.to_str().unwrap();
        Environment::from_pairs([("TOLLGATE_GATE_DIRECTORY", gate)].iter().chain(variables).copied())
    }

    /// A client in this environment that connects in this way.
    pub(crate) fn build(
        self: &Arc<Self>,
        environment: &Environment,
        dial: Arc<dyn Connector>,
    ) -> Result<TokenClient, Error> {
        let limits = Limits { max_body: 4096, ..Limits::default() };
        let clock = Arc::clone(self) as Arc<dyn Clock>;
        let spawn = Box::new(|work| drop(tokio::spawn(work)));
        TokenClient::new(environment, MetadataClient::new(limits, dial), clock, spawn)
    }

    /// The times at which it was asked, in milliseconds.
    pub(crate) fn times(&self) -> Vec<u128> {
        self.script.lock().unwrap().asked.iter().map(|(at, _)| at.as_millis()).collect()
    }

    /// How long it was left alone between the questions, in milliseconds.
    pub(crate) fn pauses(&self) -> Vec<u128> {
        self.times().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// The whole requests.
    pub(crate) fn questions(&self) -> Vec<String> {
        self.script.lock().unwrap().asked.iter().map(|(_, question)| question.clone()).collect()
    }

    /// The request lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let first = |question: &String| question.lines().next().unwrap_or_default().to_owned();
        self.questions().iter().map(first).collect()
    }

    /// Connections that are open.
    pub(crate) fn open(&self) -> usize {
        self.script.lock().unwrap().open
    }

    /// Sets the clock that people set.
    pub(crate) fn set_clock(&self, by: i64) {
        *self.skew.lock().unwrap() = by;
    }

    fn next(&self) -> Reply {
        let mut script = self.script.lock().unwrap();
        let then = script.then.clone();
        script.replies.pop_front().unwrap_or(then)
    }

    fn note(&self, question: &str) {
        self.script.lock().unwrap().asked.push((self.start.elapsed(), question.to_owned()));
    }
}

impl Clock for Service {
    fn now(&self) -> BootInstant {
        BootInstant::from_nanos(1_000_000_000_000) + self.start.elapsed()
    }

    fn unix_now(&self) -> i64 {
        NOW + i64::try_from(self.start.elapsed().as_secs()).unwrap() + *self.skew.lock().unwrap()
    }
}

/// The way to the service, within the process.
pub(crate) struct Way(pub(crate) Arc<Service>);

impl Connector for Way {
    fn connect<'a>(&'a self, _: &'a Endpoint) -> Connecting<'a> {
        let service = Arc::clone(&self.0);
        Box::pin(async move {
            let reply = service.next();
            match reply {
                Reply::Refuse => {
                    service.note("refused");
                    return Err(io::ErrorKind::ConnectionRefused.into());
                }
                Reply::Unreachable => {
                    service.note("unreachable");
                    return std::future::pending().await;
                }
                _ => {}
            }
            let (near, far) = duplex(64 << 10);
            tokio::spawn(answer(service, far, reply));
            Ok(Box::pin(near) as BoxedIo)
        })
    }
}

async fn answer(service: Arc<Service>, mut stream: DuplexStream, reply: Reply) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(request.clone()).unwrap().to_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut form = vec![0; length];
    stream.read_exact(&mut form).await.unwrap();
    request.extend(form);
    service.note(&String::from_utf8(request).unwrap());
    service.script.lock().unwrap().open += 1;
    let latency = *service.latency.lock().unwrap();
    tokio::time::sleep(latency).await;
    let reply = match reply {
        Reply::Late(time, reply) => {
            tokio::time::sleep(time).await;
            *reply
        }
        reply => reply,
    };
    match reply {
        Reply::Answer(status, headers, body) => {
            let answer =
                format!("HTTP/1.1 {status} x\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
        // Ends when the other side goes.
        Reply::Silence => drop(stream.read_u8().await),
        _ => {}
    }
    service.script.lock().unwrap().open -= 1;
}

/// Whether these are the pauses, but for the jitter, which adds a fifth at most.
pub(crate) fn are_about(pauses: &[u128], expected: &[u128]) -> bool {
    pauses.len() == expected.len()
        && pauses.iter().zip(expected).all(|(pause, least)| (*least..=least * 125 / 100 + 60).contains(pause))
}

pub(crate) fn request(resource: &str) -> TokenRequest {
    TokenRequest::new(Resource::parse(resource).unwrap(), Selector::SystemAssigned)
}

/// Asks and waits.
pub(crate) async fn ask(client: &TokenClient, request: &TokenRequest) -> Result<TokenResult, Error> {
    match client.get_token(request) {
        TokenCall::Ready(grant) => Ok(grant),
        TokenCall::Pending(pending) => pending.wait().await,
    }
}

/// Asks for a token of a resource and gives its text.
pub(crate) async fn secret(client: &TokenClient, resource: &str) -> String {
    ask(client, &request(resource)).await.unwrap().token.secret().to_owned()
}
