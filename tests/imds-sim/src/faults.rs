//! Faults: what may happen to a token request instead of its answer, and the queue they wait in. Every form is also
//! JSON, for `POST /sim/faults`; the README lists them.

use std::collections::VecDeque;
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
    /// The 429 of a machine that asks too much.
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

impl Fault {
    /// This fault for so many requests.
    pub fn times(self, times: u32) -> Planned {
        Planned { fault: self, times }
    }

    /// This fault for every request from now on.
    pub fn forever(self) -> Planned {
        self.times(u32::MAX)
    }
}

/// A fault and the number of requests it happens to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// What happens.
    #[serde(flatten)]
    pub fault: Fault,
    /// To how many requests; once if JSON does not say.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl From<Fault> for Planned {
    fn from(fault: Fault) -> Self {
        fault.times(1)
    }
}

/// Faults in the order in which requests will meet them.
#[derive(Debug, Default)]
pub(crate) struct Queue(VecDeque<Planned>);

impl Queue {
    pub(crate) fn push(&mut self, planned: Planned) {
        if planned.times > 0 {
            self.0.push_back(planned);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self) -> Option<Fault> {
        let first = self.0.front_mut()?;
        if first.times > 1 {
            // The greatest number stands for ever.
            first.times -= u32::from(first.times != u32::MAX);
            return Some(first.fault.clone());
        }
        self.0.pop_front().map(|planned| planned.fault)
    }
}

/// Plays a fault; `due` makes the answer that the request would have had.
pub(crate) async fn play(fault: Fault, due: impl FnOnce() -> answers::Plain) -> Result<Answer, Reset> {
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
            let mut answer = answers::throttled();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(planned: impl IntoIterator<Item = Planned>) -> Queue {
        let mut queue = Queue::default();
        planned.into_iter().for_each(|fault| queue.push(fault));
        queue
    }

    #[test]
    fn faults_come_in_their_order_and_as_often_as_planned() {
        let mut queue = queue([Fault::Gone.times(2), Fault::Html.times(0), Fault::Hang.into()]);
        assert_eq!(queue.take(), Some(Fault::Gone));
        assert_eq!(queue.take(), Some(Fault::Gone));
        assert_eq!(queue.take(), Some(Fault::Hang));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn a_fault_for_ever_does_not_wear_off() {
        let mut queue = queue([Fault::Gone.forever()]);
        for _ in 0..1000 {
            assert_eq!(queue.take(), Some(Fault::Gone));
        }
        assert!(!queue.is_empty());
    }

    #[test]
    fn json_says_what_and_how_often() {
        let json = r#"[{"fault":"gone","times":4}, {"fault":"throttle","retry_after":"3"}, {"fault":"throttle"},
            {"fault":"status","code":503,"body":"busy","headers":[["Retry-After","1"]]},
            {"fault":"expires_on","value":0}, {"fault":"slow_body","milliseconds_per_byte":5}]"#;
        let planned: Vec<Planned> = serde_json::from_str(json).unwrap();
        let status = Fault::Status {
            code: 503,
            body: "busy".into(),
            headers: vec![("Retry-After".into(), "1".into())],
        };
        assert_eq!(
            planned,
            [
                Fault::Gone.times(4),
                Fault::Throttle { retry_after: Some("3".into()) }.into(),
                Fault::Throttle { retry_after: None }.into(),
                status.into(),
                Fault::ExpiresOn { value: 0.into() }.into(),
                Fault::SlowBody { milliseconds_per_byte: 5 }.into(),
            ]
        );
    }

    #[test]
    fn json_that_names_no_fault_is_refused() {
        for json in [r#"{"fault":"melt"}"#, r#"{"times":2}"#, r#"{"fault":"redirect"}"#] {
            assert!(serde_json::from_str::<Planned>(json).is_err(), "{json}");
        }
    }
}
