//! Faults: what may happen to a token request instead of its answer. Every form is also JSON, for
//! `POST /sim/faults`; the README lists them.

use std::time::Duration;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{LOCATION, RETRY_AFTER};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answers;
use crate::content::{Answer, Content, Reset};

/// What happens to a token request that the limits let through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Another status, with this body and these headers beside `Server`.
    Status {
        /// HTTP status.
        code: u16,
        /// Whole body.
        #[serde(default)]
        body: String,
        /// Names and values.
        #[serde(default)]
        headers: Vec<(String, String)>,
    },
    /// A proxy's page: 200, `text/html`.
    Html,
    /// 302.
    Redirect {
        /// Where to.
        location: String,
    },
    /// A good answer blown up with trailing blanks.
    Oversized {
        /// Size of the whole body.
        bytes: u64,
    },
    /// Half of the body that `Content-Length` promises, then the connection closes.
    Truncated,
    /// A good answer, one byte at a time.
    SlowBody {
        /// Pause before each byte.
        milliseconds_per_byte: u64,
    },
    /// Half of the body, then nothing until the client leaves.
    Stall,
    /// No answer, and the connection stays open.
    Hang,
    /// No answer, and the connection is reset.
    Reset,
    /// 200 with the right content type and a body that is no JSON.
    NotJson,
    /// A good answer without `access_token`.
    MissingToken,
    /// A good answer with this value as `expires_on` and no `expires_in`.
    ExpiresOn {
        /// Any JSON.
        value: Value,
    },
    /// 200 with this body as JSON.
    Body {
        /// Whole body.
        raw: String,
    },
    /// The 429 of a host that asks too much.
    Throttle {
        /// `Retry-After` as it is sent: seconds, a date, or nonsense.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// 410: the service is being updated.
    Gone,
    /// The answer that is due, but only after a release.
    Hold,
}

/// Plays a fault; `due` makes the answer that the request would have had, `throttled` the host's to one too many.
pub(crate) async fn play(
    fault: Fault,
    throttled: impl FnOnce() -> answers::Plain,
    due: impl FnOnce() -> answers::Plain,
) -> Result<Answer, Reset> {
    let answer = match fault {
        Fault::Status { code, body, headers } => status(code, body, &headers),
        Fault::Html => answers::html(
            "<!DOCTYPE html>\n<html><head><title>Proxy sign-in</title></head>\n<body><h1>Sign in to continue</h1></body></html>\n",
        ),
        Fault::Redirect { location } => {
            let mut answer = answers::text(StatusCode::FOUND, Bytes::new());
            answers::set(&mut answer, LOCATION, &location);
            answer
        }
        Fault::NotJson => answers::json(StatusCode::OK, "not JSON"),
        Fault::Body { raw } => answers::json(StatusCode::OK, raw),
        Fault::Throttle { retry_after } => {
            let mut answer = throttled();
            if let Some(value) = retry_after {
                answers::set(&mut answer, RETRY_AFTER, &value);
            }
            answer
        }
        Fault::Gone => answers::json(StatusCode::GONE, r#"{"error":"gone"}"#),
        Fault::MissingToken => edited(due(), |fields| drop(fields.remove("access_token"))),
        Fault::ExpiresOn { value } => edited(due(), |fields| {
            fields.remove("expires_in");
            fields.insert("expires_on".to_owned(), value);
        }),
        Fault::Hold => due(),
        Fault::Oversized { bytes } => return Ok(due().map(|whole| Content::padded(whole, bytes))),
        Fault::Truncated => return Ok(due().map(|whole| Content::cut(&whole))),
        Fault::Stall => return Ok(due().map(|whole| Content::stalled(&whole))),
        Fault::SlowBody { milliseconds_per_byte } => {
            let every = Duration::from_millis(milliseconds_per_byte);
            return Ok(due().map(|whole| Content::dripping(whole, every)));
        }
        Fault::Hang => std::future::pending().await,
        Fault::Reset => return Err(Reset),
    };
    Ok(answer.map(Content::from))
}

fn status(code: u16, body: String, headers: &[(String, String)]) -> answers::Plain {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = answers::text(status, body);
    for (name, value) in headers {
        if let Ok(name) = name.parse() {
            answers::set(&mut answer, name, value);
        }
    }
    answer
}

/// The same answer with other fields; an answer that is no JSON object stays as it is.
fn edited(answer: answers::Plain, edit: impl FnOnce(&mut serde_json::Map<String, Value>)) -> answers::Plain {
    answer.map(|body| match serde_json::from_slice(&body) {
        Ok(Value::Object(mut fields)) => {
            edit(&mut fields);
            Value::Object(fields).to_string().into()
        }
        _ => body,
    })
}
