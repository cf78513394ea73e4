//! What is forgotten is gone, also where it was just being asked for.

use std::time::Duration;

use tokio::time::{advance, sleep};
use tollgate_identity::{Identity, Resource, Selector};
use uuid::Uuid;

use crate::pending;
use crate::service::{Reply, Service, ask, request, secret, status, token, token_for};

fn id(number: u128) -> Selector {
    Selector::ClientId(Uuid::from_u128(number))
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_asked_for_again() {
    let service = Service::new([], token("t"));
    let client = service.client();
    for resource in ["https://a", "https://b"] {
        secret(&client, resource).await;
    }
    let (own, a) = (Identity::default(), Resource::parse("https://a").unwrap());
    assert_eq!(client.remove_tokens(Some((&own, Some(&a)))), 1);
    assert_eq!(client.list_tokens().len(), 1);
    secret(&client, "https://a").await;
    assert_eq!(client.remove_tokens(Some((&own, None))), 2);
    assert_eq!((client.remove_tokens(None), service.times().len()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_forgotten_on_its_way_goes_to_who_waited_and_to_nobody_after() {
    let service = Service::new([token("first"), token("second")], status(400));
    let client = service.client();
    for forced in [false, true] {
        let mut wish = request("https://x");
        wish.force_refresh = forced;
        let waiting = pending(client.get_token(&wish));
        assert_eq!(client.remove_tokens(None), 0);
        let expected = if forced { "second" } else { "first" };
        assert_eq!(waiting.wait().await.unwrap().token.secret(), expected);
        assert!(client.list_tokens().is_empty(), "{forced}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_does_not_join_what_was_asked_before() {
    let service = Service::new([token("before"), token("after")], status(400));
    let client = service.client();
    let before = pending(client.get_token(&request("https://x")));
    client.remove_tokens(None);
    let after = pending(client.get_token(&request("https://x")));
    let (before, after) = tokio::join!(before.wait(), after.wait());
    assert_eq!(before.unwrap().token.secret(), "before");
    assert_eq!(after.unwrap().token.secret(), "after");
    assert_eq!(secret(&client, "https://x").await, "after");
    assert_eq!(service.times().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn only_the_identity_and_the_resource_that_are_forgotten_are_not_kept() {
    let service = Service::new([], token("t"));
    let client = service.client();
    let wishes =
        [("https://x", id(1)), ("https://y", id(1)), ("https://x", id(2))].map(|(resource, selector)| {
            let mut wish = request(resource);
            wish.selector = selector;
            wish
        });
    let kept = || {
        let entries = client.list_tokens().into_iter();
        entries.map(|entry| (entry.resource, entry.selector)).collect::<Vec<_>>()
    };
    let x = Resource::parse("https://x").unwrap();
    for (resource, expected) in
        [(None, vec![("https://x", id(2))]), (Some(&x), vec![("https://x", id(2)), ("https://y", id(1))])]
    {
        let waiting = wishes.each_ref().map(|wish| pending(client.get_token(wish)));
        client.remove_tokens(Some((&id(1).into(), resource)));
        for waiting in waiting {
            waiting.wait().await.unwrap();
        }
        let expected: Vec<_> =
            expected.into_iter().map(|(text, selector)| (text.to_owned(), selector)).collect();
        assert_eq!(kept(), expected);
        client.remove_tokens(None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_behind_it_does_not_bring_back_what_was_forgotten() {
    let service = Service::new([token("old"), token("new")], status(400));
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(43_201)).await;
    secret(&client, "https://x").await;
    assert_eq!(client.remove_tokens(None), 1);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(service.times().len(), 2);
    assert!(client.list_tokens().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_token_is_no_last_resort() {
    let service = Service::new([token_for("old", 1_000)], Reply::Refuse);
    let client = service.client();
    secret(&client, "https://x").await;
    advance(Duration::from_secs(950)).await;
    let waiting = pending(client.get_token(&request("https://x")));
    assert_eq!(client.remove_tokens(None), 1);
    assert!(waiting.wait().await.is_err());
    assert!(ask(&client, &request("https://x")).await.is_err());
}
