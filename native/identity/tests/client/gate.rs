//! What a request tells the machine's gate, and what it is told of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tollgate_identity::{Event, Level, ProgressLog, TokenClient, TokenRequest};

use crate::pending;
use crate::service::{Reply, Service, ask, request, secret, status, token};

fn events(journal: &ProgressLog) -> Vec<Event> {
    (0..).map_while(|number| journal.event(number)).collect()
}

/// Asks for a token past the memory and gives what was said on the way.
async fn told(client: &TokenClient) -> Vec<Event> {
    let call = pending(client.get_token(&TokenRequest { force_refresh: true, ..request("https://x") }));
    let journal = Arc::clone(call.progress());
    call.wait().await.unwrap();
    events(&journal)
}

#[tokio::test(start_paused = true)]
async fn a_request_is_entered_when_it_leaves_and_ended_when_it_is_answered() {
    for reply in [token("t"), Reply::Close] {
        let service = Service::new([reply.clone()], token("t"));
        let client = service.client();
        secret(&client, "https://x").await;
        let asked = service.times().len() as u64;
        assert_eq!(client.gate_state().await.requests_sent, asked, "{reply:?}");
        // What is not known to have been answered counts as being in the air.
        sleep(Duration::from_secs(5)).await;
        let state = client.gate_state().await;
        assert_eq!((state.requests_last_second, state.slots_in_use), (0, 0), "{reply:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_pauses_every_client_of_the_machine() {
    let refusal = Reply::Answer(429, "retry-after: 30\r\n", String::new());
    let service = Service::new([refusal], token("t"));
    let (one, other) = (service.client(), service.client());
    let refused = tokio::spawn(async move {
        ask(&one, &request("https://x")).await.unwrap();
    });
    sleep(Duration::from_secs(1)).await;
    let state = other.gate_state().await;
    assert_eq!(state.throttled_responses, 1);
    assert!(state.pause_remaining > Duration::from_secs(28), "{:?}", state.pause_remaining);
    let waited = told(&other).await;
    assert!(
        waited.iter().any(|event| event.text.contains("(waited 29.") || event.text.contains("(waited 3")),
        "{waited:?}"
    );
    refused.await.unwrap();
    assert!(service.times()[1..].iter().all(|at| *at >= 30_000), "{:?}", service.times());
}

#[tokio::test(start_paused = true)]
async fn where_nobody_is_in_line_the_wait_is_told_to_be_none() {
    let service = Service::new([], token("t"));
    let told = told(&service.client()).await;
    assert!(told.iter().any(|event| event.text.ends_with("(waited 0.0 s at the gate)")), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_cannot_be_used_is_warned_of_once() {
    let service = Service::new([], token("t"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let client = service.client_with(&[("TOLLGATE_GATE_DIRECTORY", file.path().to_str().unwrap())]);
    let loud = |events: &[Event], level| {
        events
            .iter()
            .filter(|event| event.level == level && event.text.contains("paces itself alone"))
            .count()
    };
    let first = told(&client).await;
    assert_eq!((loud(&first, Level::Warning), loud(&first, Level::Verbose)), (1, 0), "{first:?}");
    let second = told(&client).await;
    assert_eq!((loud(&second, Level::Warning), loud(&second, Level::Verbose)), (0, 1), "{second:?}");
}

#[tokio::test(start_paused = true)]
async fn a_source_of_its_own_pace_keeps_to_that_and_leaves_the_gate_alone() {
    let service = Service::new([], token("t"));
    let client = service.client_with(&[("MSI_ENDPOINT", "http://shell/token")]);
    let told = told(&client).await;
    assert!(told.iter().all(|event| !event.text.contains("at the gate")), "{told:?}");
    assert_eq!(client.gate_state().await.requests_sent, 0);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_with_the_try_it_was() {
    let service = Service::new([status(500), status(503)], token("t"));
    let told = told(&service.client()).await;
    for words in ["attempt 1 failed", "HTTP 500", "attempt 2 failed", "HTTP 503"] {
        assert!(told.iter().any(|event| event.text.contains(words)), "{words} {told:?}");
    }
}
