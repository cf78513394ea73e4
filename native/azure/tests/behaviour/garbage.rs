//! Answers of every kind that Azure does not give, over real sockets and on a clock of the test's own. Whatever comes, a request ends
//! in its time, names what came, and shows its token to nobody else.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection};
use tokio::time::Instant;
use tollgate_azure::{Method, PollingOptions, RestRequest};
use tollgate_identity::ProgressLog;

use crate::service::{Reply, Service};
use crate::world::{World, ask, driven, get, past_pauses};

mod answers;

/// What is asked.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// One answer.
    One,
    /// A page of a listing.
    Page,
    /// A long-running operation, to its end.
    Operation,
    /// One answer over TLS.
    Tls,
    /// The same where TLS is spoken, with a certificate that is its own authority.
    Certified,
}

/// What follows the bytes of an answer.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// The connection is closed.
    Close,
    /// Silence.
    Hold,
}

/// A server that takes a connection, waits for the first bytes, and sends the same to everyone.
struct Wrong {
    address: String,
    taken: Arc<AtomicUsize>,
}

impl Wrong {
    fn start(bytes: impl Fn(&str) -> Vec<u8>, way: Way, end: End) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (taken, bytes) = (Arc::<AtomicUsize>::default(), bytes(&address));
        let count = Arc::clone(&taken);
        let certified = (way == Way::Certified).then(own_authority);
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                match &certified {
                    Some(tls) => {
                        let mut session = ServerConnection::new(Arc::clone(tls)).unwrap();
                        reply(&mut rustls::Stream::new(&mut session, &mut stream), &bytes);
                    }
                    None => reply(&mut stream, &bytes),
                }
                if end == End::Hold {
                    kept.push(stream);
                }
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { address, taken }
    }
}

fn reply(stream: &mut (impl Read + Write), bytes: &[u8]) {
    read_head(stream);
    // Whoever has seen enough is gone.
    let _ = stream.write_all(bytes);
}

/// A certificate that is its own authority.
fn own_authority() -> Arc<ServerConfig> {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap())
}

/// Reads a head and the body of two letters that a write has, or the first bytes of what is no HTTP.
fn read_head(stream: &mut impl Read) {
    let mut asked = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece).unwrap_or(0);
        asked.extend_from_slice(&piece[..count]);
        let whole = asked.windows(4).any(|four| four == b"\r\n\r\n");
        if count == 0 || whole || !asked[0].is_ascii_uppercase() {
            return;
        }
    }
}

const BUDGET: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_secs(1);

/// What comes of an operation at a server: the kind of error and its text, and how much of its time it took.
async fn outcome(world: &World, way: Way, wrong: &Wrong, end: End, other: &Service) -> (String, String) {
    let scheme = if matches!(way, Way::Tls | Way::Certified) { "https" } else { "http" };
    let mut service = other.clone();
    service.origin = format!("{scheme}://{}", wrong.address);
    let method = if way == Way::Operation { Method::Put } else { Method::Get };
    let request = RestRequest {
        headers: vec![("x-secret".to_owned(), "hush".to_owned())],
        polling: (way == Way::Operation).then(PollingOptions::default),
        paginate: way == Way::Page,
        fail_on_http_error: true,
        timeout: Some(BUDGET),
        ..ask(method, &service, "/x?sig=hush")
    };
    let silent = || end == End::Hold && wrong.taken.load(Ordering::Relaxed) > 0;
    let step = |journal: &ProgressLog| past_pauses(journal).or_else(|| silent().then_some(STEP));
    let start = Instant::now();
    let (result, _) = driven(world.azure.rest(request), step).await;
    let took = start.elapsed();
    let Err(error) = result else { return ("Ok".to_owned(), String::new()) };
    let (text, debug) = (error.to_string(), format!("{error:?}"));
    assert!(took <= BUDGET + 2 * STEP, "{took:?}: {text}");
    assert!(!debug.contains("hush") && !text.chars().any(char::is_control), "{debug}");
    (debug.split(|letter: char| !letter.is_alphanumeric()).next().unwrap().to_owned(), text)
}

#[tokio::test]
async fn whatever_answers_is_named_in_time_and_no_token_goes_astray() {
    let cases = answers::all();
    assert!(cases.len() >= 60, "{}", cases.len());
    let world = World::new();
    // The token comes first, in true time.
    world.rest(get(&Service::answering([Reply::new(200, "{}")]), "/")).await.0.unwrap();
    // Leads on within itself, as if it were at home.
    let other = Service::start(|asked, _| match asked.line.as_str() {
        "GET /y" => Reply::new(302, "").with("location", "/z"),
        _ => Reply::new(401, r#"{"error":{"code":"NoToken"}}"#),
    });
    let there = other.origin.trim_start_matches("http://").to_owned();
    let mut wrong = Vec::new();
    for (name, way, bytes, end, kind, words) in cases {
        let text = String::from_utf8(bytes.clone()).ok();
        let placed = |here: &str| match &text {
            // The places are of different lengths, and only bodies have one announced.
            Some(text) if text.contains("HERE") || text.contains("THERE") => relocated(text, here, &there),
            _ => bytes.clone(),
        };
        let server = Wrong::start(placed, way, end);
        let (told, said) = outcome(&world, way, &server, end, &other).await;
        if told != kind || !said.contains(words) {
            wrong.push(format!("{name}: {told}, {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(other.lines(), ["GET /y", "GET /z"]);
    for secret in ["authorization", "x-secret"] {
        assert!(other.asked().iter().all(|asked| asked.header(secret).is_none()), "{secret}");
    }
}

/// The same with true addresses.
fn relocated(text: &str, here: &str, there: &str) -> Vec<u8> {
    let text = text.replace("THERE", there).replace("HERE", here);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let lines = head.lines().filter(|line| !line.starts_with("content-length: "));
    let head = lines.map(|line| format!("{line}\r\n")).collect::<String>();
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
