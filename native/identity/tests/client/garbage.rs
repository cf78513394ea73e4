//! Answers of every kind that no token service gives. Whatever comes, a request ends in its time, names what came, and neither
//! follows it anywhere nor repeats a secret of it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{Instant, sleep};
use tollgate_http::{BoxedIo, Connecting, Connector, Endpoint};
use tollgate_identity::TokenRequest;

use crate::service::{Service, ask, request, status};

mod answers;

/// What follows the bytes of an answer.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// The connection is closed.
    Close,
    /// Silence.
    Hold,
    /// A letter each second, for ever.
    Drip,
    /// There was no connection: it was refused.
    Refuse,
    /// There was none: nobody answered to that.
    Never,
}
use End::{Close, Drip, Hold, Never, Refuse};

/// A service that gives every request the same answer, and notes where it was looked for.
struct Wrong {
    bytes: Vec<u8>,
    end: End,
    looked: Mutex<Vec<String>>,
}

impl Connector for Wrong {
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a> {
        self.looked.lock().unwrap().push(endpoint.to_string());
        let (bytes, end) = (self.bytes.clone(), self.end);
        Box::pin(async move {
            match end {
                Refuse => return Err(io::ErrorKind::ConnectionRefused.into()),
                Never => return std::future::pending().await,
                Close | Hold | Drip => {}
            }
            let (near, mut far) = duplex(64 << 10);
            tokio::spawn(async move {
                let mut asked = Vec::new();
                while !asked.ends_with(b"\r\n\r\n") {
                    asked.push(far.read_u8().await?);
                }
                far.write_all(&bytes).await?;
                match end {
                    // Ends when the other side goes.
                    Hold => drop(far.read_u8().await),
                    Drip => loop {
                        sleep(Duration::from_secs(1)).await;
                        far.write_all(b"x").await?;
                    },
                    _ => {}
                }
                io::Result::Ok(())
            });
            Ok(Box::pin(near) as BoxedIo)
        })
    }
}

/// Longer than every schedule, and shorter than two of the longest waits that a service is granted.
const BUDGET: Duration = Duration::from_secs(115);
/// What may be said of no answer, and what the host gives its programs.
const SECRETS: [&str; 2] = ["hush", "whisper"];
const MACHINE: &[(&str, &str)] = &[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://service")];
const APP: &[(&str, &str)] = &[("IDENTITY_ENDPOINT", "http://app/msi/token"), ("IDENTITY_HEADER", "whisper")];

/// The kind of error that comes of an answer, and its text.
async fn outcome(variables: &[(&str, &str)], bytes: &[u8], end: End) -> (String, String) {
    let service = Service::new([], status(400));
    let wrong = Arc::new(Wrong { bytes: bytes.to_vec(), end, looked: Mutex::default() });
    let client = service.build(&service.environment(variables), wrong.clone()).unwrap();
    let wish = TokenRequest { timeout: BUDGET, counts_line: true, ..request("https://x") };
    let start = Instant::now();
    let error = ask(&client, &wish).await.unwrap_err();
    let (text, debug) = (error.to_string(), format!("{error:?}"));
    assert!(start.elapsed() <= BUDGET + Duration::from_secs(2), "{:?}: {text}", start.elapsed());
    for secret in SECRETS {
        assert!(!debug.contains(secret) && !text.contains(secret), "{debug}");
    }
    assert!(!text.chars().any(char::is_control), "{text:?}");
    let mut looked = wrong.looked.lock().unwrap().clone();
    looked.dedup();
    assert_eq!(looked.len(), 1, "{looked:?}");
    (debug.split(|letter: char| !letter.is_alphanumeric()).next().unwrap().to_owned(), text)
}

#[tokio::test(start_paused = true)]
async fn whatever_answers_is_named_in_time_and_learns_and_tells_nothing() {
    let cases = answers::all();
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut wrong = Vec::new();
    for (name, bytes, end, kind, words) in &cases {
        let (told, text) = outcome(MACHINE, bytes, *end).await;
        if told != *kind || !text.contains(words) {
            wrong.push(format!("{name}: {told}, {text}"));
        }
        // With a secret that the platform gave, which no answer may draw elsewhere or have repeated.
        outcome(APP, bytes, *end).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What is repeated of it is told nobody.
    let said = r#"{"error":{"code":"whisper","message":"is whisper"}}"#;
    let (kind, _) = outcome(APP, &answers::answer("400 x", "x-echo: whisper\r\n", said), Close).await;
    assert_eq!(kind, "Refused");
}
