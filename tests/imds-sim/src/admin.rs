//! Control over HTTP, under `/sim`: for a simulator in another process. Never counted, limited or delayed.

use std::time::Duration;

use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answers::{self, Plain};
use crate::call::Call;
use crate::plan::Planned;
use crate::shared::Shared;

pub(crate) const PREFIX: &str = "/sim/";

#[derive(Deserialize)]
struct Milliseconds {
    ms: u64,
}

#[derive(Deserialize)]
struct Seconds {
    seconds: i64,
}

pub(crate) fn answer(shared: &Shared, call: &Call) -> Plain {
    let Call { head, body } = call;
    let path = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    match (&head.method, path) {
        (&Method::GET, "counts") => {
            let counts = shared.lock().counts.clone();
            answers::json(StatusCode::OK, serde_json::to_vec(&counts).expect("counts are numbers and texts"))
        }
        (&Method::POST, "faults") => read(body, |planned: Vec<Planned>| {
            shared.update(|state| state.plan_anew(planned));
        }),
        (&Method::POST, "latency") => read(body, |Milliseconds { ms }| {
            shared.update(|state| state.latency = Duration::from_millis(ms));
        }),
        (&Method::POST, "lifetime") => read(body, |Seconds { seconds }| {
            shared.update(|state| state.lifetime = seconds);
        }),
        (&Method::POST, "reset") => {
            shared.reset();
            done()
        }
        (&Method::POST, "release") => {
            shared.release();
            done()
        }
        (_, "counts" | "faults" | "latency" | "lifetime" | "reset" | "release") => answers::wrong_method(),
        _ => answers::not_found(),
    }
}

fn read<T: DeserializeOwned>(body: &Bytes, apply: impl FnOnce(T)) -> Plain {
    match serde_json::from_slice(body) {
        Ok(value) => {
            apply(value);
            done()
        }
        Err(fault) => wrong(&fault.to_string()),
    }
}

fn done() -> Plain {
    answers::json(StatusCode::OK, "{}")
}

fn wrong(what: &str) -> Plain {
    answers::plain_error(StatusCode::BAD_REQUEST, what)
}
