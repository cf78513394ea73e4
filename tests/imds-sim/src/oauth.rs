//! The token request: `GET /metadata/identity/oauth2/token`, from its checks to its answer. A request counts as in
//! flight from its arrival to just before its answer is written, or until its client leaves.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::StatusCode;
use hyper::http::request::Parts;
use serde::Serialize;

use crate::answers::{self, Plain};
use crate::ask::Ask;
use crate::content::{Answer, Content, Reset};
use crate::counts::add_one;
use crate::faults::{self, Fault};
use crate::identities::Selector;
use crate::limits::Verdict;
use crate::shared::Shared;

/// Every value is a text, as recorded.
#[derive(Serialize)]
struct Success<'a> {
    access_token: &'a str,
    client_id: &'a str,
    expires_in: String,
    expires_on: String,
    ext_expires_in: String,
    not_before: String,
    resource: &'a str,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    msi_res_id: Option<&'a str>,
}

pub(crate) async fn answer(shared: &Shared, head: &Parts) -> Result<Answer, Reset> {
    let arrival = shared.now();
    let ask = Ask::of(head, &shared.options);
    let (verdict, latency, fault) = {
        let mut state = shared.lock();
        state.counts.token_requests += 1;
        if let Ok(ask) = &ask {
            add_one(&mut state.counts.by_selector, ask.selector.name());
        }
        // A fault takes the place of any answer; without one, a bad request is refused before the limits count it.
        if let (Err(refusal), false) = (&ask, state.has_faults()) {
            return Ok(refusal.answer(&shared.options).map(Content::from));
        }
        let verdict = state.arrive_identity(arrival);
        let fault = if verdict == Verdict::Served { state.take_fault() } else { None };
        (verdict, state.latency, fault)
    };
    shared.announce();
    if verdict != Verdict::Served {
        return Ok(answers::throttled_for(shared.options.retry_after).map(Content::from));
    }
    let mut place = InFlight { shared, answered: false };
    if fault == Some(Fault::Hold) {
        shared.hold().await;
    }
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let due = || ask.map_or_else(|refusal| refusal.answer(&shared.options), |ask| grant(shared, &ask));
    let answer = match fault {
        Some(fault) => faults::play(fault, due).await,
        None => Ok(due().map(Content::from)),
    };
    place.answered = true;
    answer
}

fn grant(shared: &Shared, ask: &Ask<'_>) -> Plain {
    let now = unix_time();
    if shared.options.unknown_resources.contains(&ask.resource) {
        return answers::unknown_resource(&ask.resource, &shared.options.tenant_id, now);
    }
    let lifetime = shared.lock().lifetime;
    let token = shared.mint.issue(ask.identity, &ask.resource, now, lifetime);
    // Nothing is good for less than no time: what has expired says so by `expires_on`.
    let seconds_left = lifetime.max(0).to_string();
    let (object_id, msi_res_id) = match &ask.selector {
        Selector::ObjectId(id) => (Some(id.as_str()), None),
        Selector::ResourceId(id) => (None, Some(id.as_str())),
        Selector::None | Selector::ClientId(_) => (None, None),
    };
    let body = serde_json::to_vec(&Success {
        access_token: &token.text,
        client_id: &ask.identity.client_id,
        expires_in: seconds_left.clone(),
        expires_on: token.expires_on.to_string(),
        ext_expires_in: seconds_left,
        not_before: token.not_before.to_string(),
        resource: &ask.resource,
        token_type: "Bearer",
        object_id,
        msi_res_id,
    })
    .expect("texts only");
    shared.update(|state| {
        state.counts.tokens += 1;
        add_one(&mut state.counts.by_identity, &ask.identity.client_id);
        add_one(&mut state.counts.by_resource, &ask.resource);
        if shared.options.keep_tokens {
            state.tokens.push(token.text);
        }
    });
    answers::json(StatusCode::OK, body)
}

fn unix_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    since.as_secs().cast_signed()
}

/// A place among those in flight, given up when the answer is ready or the client has left.
struct InFlight<'a> {
    shared: &'a Shared,
    answered: bool,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.shared.update(|state| {
            state.leave();
            state.counts.abandoned += u64::from(!self.answered);
        });
    }
}
