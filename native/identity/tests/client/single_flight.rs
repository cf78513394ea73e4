//! What becomes of a request that several wait for when somebody goes, and of a token when no new one can be had.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{advance, sleep};
use tollgate_identity::{Error, Level};

use crate::pending;
use crate::service::{Reply, Service, ask, request, secret, status, token, token_for};

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_behind_it_hurts_nobody_and_is_tried_again_later() {
    let service = Service::new([token("old"), status(400), token("new")], status(400));
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(43_201)).await;
    for _ in 0..3 {
        assert_eq!(secret(&client, "https://x").await, "old");
        sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(service.times().len(), 2);
    advance(Duration::from_secs(60)).await;
    assert_eq!(secret(&client, "https://x").await, "old");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(secret(&client, "https://x").await, "new");
}

#[tokio::test(start_paused = true)]
async fn a_token_in_its_last_minutes_is_used_with_a_warning_when_no_new_one_can_be_had() {
    let service = Service::new([token("old")], status(503));
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(86_400 - 200)).await;
    let call = pending(client.get_token(&request("https://x")));
    let journal = Arc::clone(call.progress());
    assert_eq!(call.wait().await.unwrap().token.secret(), "old");
    let warning = (0..).map_while(|number| journal.event(number)).find(|event| event.level == Level::Warning);
    assert!(warning.unwrap().text.contains("HTTP 503"));
    advance(Duration::from_secs(200)).await;
    assert!(matches!(ask(&client, &request("https://x")).await, Err(Error::ServiceUnavailable { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_token_in_its_last_minutes_is_used_where_the_time_ends_before_the_service_answers() {
    let service = Service::new([token("old")], Reply::Silence);
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(86_400 - 200)).await;
    let mut hurried = request("https://x");
    hurried.timeout = Duration::from_secs(2);
    assert_eq!(ask(&client, &hurried).await.unwrap().token.secret(), "old");
    hurried.force_refresh = true;
    assert!(matches!(ask(&client, &hurried).await, Err(Error::TimedOut { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_new_token_that_was_wished_for_and_cannot_be_had_is_a_failure_and_the_old_one_stays() {
    let service = Service::new([token("old")], Reply::Refuse);
    let client = service.client();
    secret(&client, "https://x").await;
    let mut wish = request("https://x");
    wish.force_refresh = true;
    assert!(matches!(ask(&client, &wish).await, Err(Error::EndpointUnreachable { .. })));
    assert_eq!(secret(&client, "https://x").await, "old");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_neither_ends_a_token_nor_keeps_it_alive() {
    let service = Service::new([token("old"), token_for("new", 100)], status(400));
    let client = service.client();
    secret(&client, "https://x").await;
    for jump in [-10_000_000, 10_000_000] {
        service.set_clock(jump);
        assert_eq!(secret(&client, "https://x").await, "old");
    }
    service.set_clock(-10_000_000);
    advance(Duration::from_secs(86_400)).await;
    assert_eq!(secret(&client, "https://x").await, "new");
}

#[tokio::test(start_paused = true)]
async fn when_the_first_caller_goes_the_others_still_get_their_token() {
    let service = Service::new([status(500), token("t")], status(400));
    let client = service.client();
    let mut first = Box::pin(pending(client.get_token(&request("https://x"))).wait());
    let second = pending(client.get_token(&request("https://x"))).wait();
    tokio::select! { _ = &mut first => panic!(), () = sleep(Duration::from_millis(500)) => () }
    drop(first);
    assert_eq!(second.await.unwrap().token.secret(), "t");
    assert_eq!(service.times().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn when_everybody_has_gone_the_request_goes_too_and_the_next_one_starts_anew() {
    let service = Service::new([Reply::Silence], token("t"));
    let client = service.client();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        callers.spawn(pending(client.get_token(&request("https://x"))).wait());
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(service.open(), 1);
    callers.shutdown().await;
    sleep(Duration::from_millis(1)).await;
    assert_eq!(service.open(), 0);
    assert_eq!(secret(&client, "https://x").await, "t");
    assert_eq!(client.gate_state().await.slots_in_use, 0);
}

#[tokio::test(start_paused = true)]
async fn a_caller_with_little_time_does_not_end_the_request_of_one_with_more() {
    let service = Service::new([status(410), token("t")], status(400));
    let client = service.client();
    let mut hasty = request("https://x");
    hasty.timeout = Duration::from_secs(2);
    let patient = request("https://x");
    let (hasty, patient) = tokio::join!(ask(&client, &hasty), ask(&client, &patient));
    assert!(matches!(hasty, Err(Error::TimedOut { attempts: 1, .. })), "{hasty:?}");
    assert_eq!(patient.unwrap().token.secret(), "t");
}

#[tokio::test(start_paused = true)]
async fn a_failure_reaches_everybody_who_waited_and_is_not_kept() {
    let service = Service::new([status(400)], token("t"));
    let client = service.client();
    let wish = request("https://x");
    let (one, other) = tokio::join!(ask(&client, &wish), ask(&client, &wish));
    assert!(matches!((one, other), (Err(Error::Refused { .. }), Err(Error::Refused { .. }))));
    assert_eq!(secret(&client, "https://x").await, "t");
}

#[tokio::test(start_paused = true)]
async fn each_step_has_a_line_for_whoever_follows_it() {
    let service = Service::new([], token("hush"));
    let mut others = JoinSet::new();
    for _ in 0..30 {
        let client = service.client();
        others.spawn(async move { ask(&client, &request("https://x")).await.map(|_| ()) });
    }
    sleep(Duration::from_millis(10)).await;
    let pending = pending(service.client().get_token(&request("https://x")));
    let journal = Arc::clone(pending.progress());
    pending.wait().await.unwrap();
    assert!(others.join_all().await.iter().all(Result::is_ok));
    let lines: Vec<_> = (0..).map_while(|number| journal.event(number)).collect();
    let steps: Vec<_> =
        lines.iter().filter(|line| line.level == Level::Debug).map(|line| &*line.text).collect();
    let begins =
        ["token of ", "source: ", "place: in line, due in ", "slot: ", "send: ", "answer: HTTP 200, after "];
    assert!(
        steps.len() == 6 && steps.iter().zip(begins).all(|(step, begin)| step.starts_with(begin)),
        "{steps:?}"
    );
    assert!(!format!("{lines:?}").contains("hush"));
}
