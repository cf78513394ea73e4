//! A token request from its checks to its answer, on whatever host. It counts as in flight from its arrival to just
//! before its answer is written, or until its client leaves.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::answers::{self, Plain};
use crate::ask::Ask;
use crate::call::Call;
use crate::content::{Answer, Content, Reset};
use crate::counts::add_one;
use crate::faults::{self, Fault};
use crate::limits::Verdict;
use crate::shared::Shared;

/// What a planned 429 says of the wait, where its host says so in words.
const A_SECOND: Duration = Duration::from_secs(1);

pub(crate) async fn answer(shared: &Shared, call: &Call) -> Result<Answer, Reset> {
    let arrival = shared.now();
    let endpoint = shared.endpoint.as_ref();
    let ask = endpoint.ask(call, &shared.options);
    let (ask, verdict, wait, latency, fault) = {
        let mut state = shared.lock();
        state.counts.token_requests += 1;
        if let Ok(ask) = &ask {
            add_one(&mut state.counts.by_selector, ask.selector.name());
        }
        // A fault takes the place of any answer; without one, a bad request is refused before the limits count it.
        let ask = match ask {
            Err(refusal) if !state.has_faults() => return Ok(refusal.map(Content::from)),
            ask => ask,
        };
        let verdict = state.arrive_identity(arrival);
        let fault = if verdict == Verdict::Served { state.take_fault() } else { None };
        (ask, verdict, state.wait(arrival), state.latency, fault)
    };
    shared.announce();
    if verdict != Verdict::Served {
        let answer = answers::retry_after(endpoint.throttled(wait), shared.options.retry_after);
        return Ok(answer.map(Content::from));
    }
    let mut place = InFlight { shared, answered: false };
    if fault == Some(Fault::Hold) {
        shared.hold().await;
    }
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let due = || ask.map_or_else(|refusal| *refusal, |ask| grant(shared, &ask));
    let answer = match fault {
        Some(fault) => faults::play(fault, || endpoint.throttled(A_SECOND), due).await,
        None => Ok(due().map(Content::from)),
    };
    place.answered = true;
    answer
}

fn grant(shared: &Shared, ask: &Ask<'_>) -> Plain {
    let now = unix_time();
    let endpoint = shared.endpoint.as_ref();
    if shared.options.unknown_resources.contains(&ask.resource) {
        return endpoint.unknown_resource(&ask.resource, &shared.options.tenant_id, now);
    }
    let lifetime = shared.lock().lifetime;
    let token = shared.mint.issue(ask.identity, &ask.resource, now, lifetime);
    let answer = endpoint.success(ask, &token);
    shared.update(|state| {
        state.counts.tokens += 1;
        add_one(&mut state.counts.by_identity, &ask.identity.client_id);
        add_one(&mut state.counts.by_resource, &ask.resource);
        if shared.options.keep_tokens {
            state.tokens.push(token.text);
        }
    });
    answer
}

/// Seconds of Unix time, now.
pub fn unix_time() -> i64 {
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
