//! Callers share a request, and nothing but the request: how long each waits, whether an old token will do and whether it must be
//! a new one is each caller's own.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, advance, sleep};
use tollgate_identity::{
    CheckResult, Error, Level, PendingToken, ProgressLog, Resource, Selector, TokenClient, TokenOrigin,
    TokenRequest,
};

use crate::pending;
use crate::service::{Reply, Service, ask, request, secret, status, token, token_for};

fn wish() -> TokenRequest {
    request("https://x")
}

fn forced() -> TokenRequest {
    TokenRequest { force_refresh: true, ..wish() }
}

fn throttled() -> Reply {
    Reply::Answer(429, "retry-after: 60\r\n", String::new())
}

fn warnings(journal: &ProgressLog) -> usize {
    (0..).map_while(|number| journal.event(number)).filter(|event| event.level == Level::Warning).count()
}

async fn text(pending: PendingToken) -> String {
    pending.wait().await.unwrap().token.secret().to_owned()
}

#[tokio::test(start_paused = true)]
async fn who_wishes_for_a_new_token_does_not_wait_for_one_that_was_asked_for_before() {
    let service = Service::new([token("ordinary"), token("forced")], status(400));
    let client = service.client();
    let (one, other) = (pending(client.get_token(&wish())), pending(client.get_token(&forced())));
    let (one, other) = tokio::join!(text(one), other.wait());
    assert_eq!(one, "ordinary");
    let other = other.unwrap();
    assert_eq!((other.token.secret(), other.origin), ("forced", TokenOrigin::Service));
    assert_eq!(service.times().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_diagnosis_does_not_take_anothers_token_for_its_own() {
    let service = Service::new([token("ordinary"), status(403)], status(400));
    let client = service.client();
    let environment = service.environment(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://service")]);
    let one = pending(client.get_token(&wish()));
    let inquiry = client.diagnose(&environment, &wish(), ready(Vec::new())).unwrap();
    let (one, checks) = tokio::join!(text(one), inquiry.checks);
    assert_eq!(one, "ordinary");
    assert!(checks.iter().any(|check| check.name == "Token" && check.result == CheckResult::Failed));
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_a_token_asked_for_earlier_and_comes_later_does_not_take_the_new_one_away() {
    let service = Service::new([status(500), token("new"), token("old")], status(400));
    let client = service.client();
    let (one, other) = (pending(client.get_token(&wish())), pending(client.get_token(&forced())));
    let (one, other) = tokio::join!(text(one), text(other));
    assert_eq!((one.as_str(), other.as_str()), ("old", "new"));
    assert_eq!(secret(&client, "https://x").await, "new");
}

#[tokio::test(start_paused = true)]
async fn forced_calls_share_a_request_and_whoever_is_content_with_any_joins_them() {
    let service = Service::new([token("t")], status(400));
    let client = service.client();
    let calls = [forced(), forced(), wish()].map(|wish| pending(client.get_token(&wish)));
    let [one, two, three] = calls.map(PendingToken::wait);
    let (one, two, three) = tokio::join!(one, two, three);
    let origins = [one, two, three].map(|grant| grant.unwrap().origin);
    assert_eq!(origins, [TokenOrigin::Service, TokenOrigin::Shared, TokenOrigin::Shared]);
    assert_eq!(service.times().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn identities_and_resources_do_not_share_a_request() {
    let service = Service::new([], token("t"));
    let client = service.client();
    let other = TokenRequest { selector: Selector::ClientId(uuid::Uuid::from_u128(7)), ..wish() };
    let elsewhere = TokenRequest { resource: Resource::parse("https://y").unwrap(), ..wish() };
    let calls = [wish(), other, elsewhere].map(|wish| pending(client.get_token(&wish)).wait());
    let [one, two, three] = calls;
    let (one, two, three) = tokio::join!(one, two, three);
    assert!([one, two, three].into_iter().all(|grant| grant.unwrap().origin == TokenOrigin::Service));
    assert_eq!(service.times().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_request_goes_on_for_the_most_patient_of_those_who_wait() {
    let service = Service::new([throttled(), throttled(), throttled(), token("t")], status(400));
    let client = service.client();
    let leader = pending(client.get_token(&wish()));
    let follower = pending(client.get_token(&TokenRequest { timeout: Duration::from_secs(600), ..wish() }));
    let start = Instant::now();
    let leading = async { (leader.wait().await, start.elapsed()) };
    let ((led, ended), followed) = tokio::join!(leading, follower.wait());
    assert!(matches!(&led, Err(Error::TimedOut { last: Some(_), .. })), "{led:?}");
    assert_eq!(ended, Duration::from_secs(120));
    assert_eq!(followed.unwrap().token.secret(), "t");
    assert_eq!(service.times().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_waits_for_any_longer_is_not_tried_again_for_nothing() {
    let service = Service::new([], throttled());
    let client = service.client();
    let start = Instant::now();
    let ended = ask(&client, &wish()).await;
    assert!(matches!(&ended, Err(Error::Throttled { attempts: 2, .. })), "{ended:?}");
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_follower_with_little_time_waits_no_longer_than_that() {
    let service = Service::new([token_for("old", 1_000), throttled()], token("new"));
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(920)).await;
    let leader = pending(client.get_token(&TokenRequest { timeout: Duration::from_secs(300), ..wish() }));
    let follower = pending(client.get_token(&TokenRequest { timeout: Duration::from_secs(5), ..wish() }));
    let start = Instant::now();
    let following = async { (follower.wait().await.unwrap(), start.elapsed()) };
    let (led, (followed, ended)) = tokio::join!(text(leader), following);
    assert_eq!((followed.token.secret(), followed.origin), ("old", TokenOrigin::Cache));
    assert_eq!(ended, Duration::from_secs(5));
    assert_eq!(led, "new");
}

/// A client with a token of 1,000 s that is being renewed behind it, in its 905th second: too old to be handed out just so.
async fn renewing(replies: impl IntoIterator<Item = Reply>) -> (Arc<Service>, TokenClient) {
    let replies: Vec<_> = [token_for("old", 1_000), Reply::Silence].into_iter().chain(replies).collect();
    let service = Service::new(replies, status(400));
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(895)).await;
    assert_eq!(secret(&client, "https://x").await, "old");
    sleep(Duration::from_secs(10)).await;
    assert_eq!(service.times().len(), 2);
    (service, client)
}

#[tokio::test(start_paused = true)]
async fn who_waits_along_for_a_renewal_that_fails_gets_the_old_token_with_a_warning() {
    for failures in [vec![status(403)], vec![Reply::Silence, Reply::Silence]] {
        let shown = format!("{failures:?}");
        let (service, client) = renewing(failures).await;
        let calls = [pending(client.get_token(&wish())), pending(client.get_token(&wish()))];
        let journals = calls.each_ref().map(|call| Arc::clone(call.progress()));
        let [one, other] = calls.map(PendingToken::wait);
        let (one, other) = tokio::join!(one, other);
        for grant in [one.unwrap(), other.unwrap()] {
            assert_eq!((grant.token.secret(), grant.origin), ("old", TokenOrigin::Cache), "{shown}");
        }
        assert_eq!(journals.each_ref().map(|journal| warnings(journal)), [1, 1], "{shown}");
        assert!(service.times().len() > 2);
    }
}

#[tokio::test(start_paused = true)]
async fn who_wishes_for_a_new_token_during_a_renewal_asks_for_it_and_is_told_why_there_is_none() {
    let (service, client) = renewing([status(403)]).await;
    let refused = ask(&client, &forced()).await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    assert_eq!(service.times().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_will_not_pass_is_told_to_who_asked_though_the_old_token_lives() {
    let service = Service::new([token_for("old", 1_000)], status(403));
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(905)).await;
    assert!(matches!(ask(&client, &wish()).await, Err(Error::Refused { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_goes_on_for_the_most_patient_of_those_who_joined_it() {
    let (service, client) = renewing([throttled(), throttled(), throttled(), token("new")]).await;
    let patient = TokenRequest { timeout: Duration::from_secs(600), ..wish() };
    let call = pending(client.get_token(&patient));
    assert_eq!(text(call).await, "new");
    assert_eq!(service.times().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn one_renewal_is_enough_where_a_request_is_under_way() {
    let service = Service::new([token_for("old", 1_000), Reply::Silence, token("new")], status(400));
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(600)).await;
    let call = pending(client.get_token(&forced()));
    assert_eq!(secret(&client, "https://x").await, "old");
    assert_eq!(text(call).await, "new");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(service.times().len(), 3);
}
