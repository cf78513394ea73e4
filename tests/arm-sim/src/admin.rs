//! Control over HTTP, under `/sim`, on the plain listener alone. Never counted, never refused for want of a token.

use std::collections::{BTreeMap, BTreeSet};

use hyper::{Method, StatusCode};
use imds_sim::answers::Plain;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::errors::{envelope, ok};
use crate::faults::{Fault, Plan};
use crate::shared::Shared;

pub(crate) const PREFIX: &str = "/sim/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Next {
    next: Vec<Fault>,
}

/// Does what the path below the prefix says.
pub(crate) fn answer(shared: &Shared, method: &Method, what: &str, body: &[u8]) -> Plain {
    match (method, what) {
        (&Method::GET, "requests") => {
            let log = &shared.lock().log;
            ok(&json!({ "requests": log.records(), "counts": log.counts }))
        }
        (&Method::DELETE, "requests") => {
            shared.lock().log.forget();
            ok(&json!({}))
        }
        (&Method::GET, "counts") => ok(&json!(shared.lock().log.counts)),
        (&Method::POST, "reset") => {
            shared.reset();
            ok(&json!({}))
        }
        (&Method::POST, "faults") => read(body, |Next { next }| {
            shared.lock().faults = Plan::new(next);
            Ok(())
        }),
        (&Method::POST, "content") => read(body, |changes: Map<String, Value>| {
            let azure = &mut shared.lock().azure;
            let settings = azure.settings.with(changes)?;
            azure.set(settings);
            Ok(())
        }),
        (&Method::POST, "visibility") => read(body, |visibility: BTreeMap<String, BTreeSet<String>>| {
            let lower =
                |texts: BTreeSet<String>| texts.iter().map(|text| text.to_ascii_lowercase()).collect();
            shared.lock().azure.visibility =
                visibility.into_iter().map(|(who, what)| (who.to_ascii_lowercase(), lower(what))).collect();
            Ok(())
        }),
        (_, "requests" | "counts" | "reset" | "faults" | "content" | "visibility") => {
            envelope(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", what)
        }
        _ => envelope(StatusCode::NOT_FOUND, "NotFound", what),
    }
}

fn read<T: DeserializeOwned>(body: &[u8], apply: impl FnOnce(T) -> serde_json::Result<()>) -> Plain {
    match serde_json::from_slice(body).and_then(apply) {
        Ok(()) => ok(&json!({})),
        Err(fault) => envelope(StatusCode::BAD_REQUEST, "NotUnderstood", &fault.to_string()),
    }
}
