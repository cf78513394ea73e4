//! Trouble that passes is waited out, trouble that does not is told.

use std::time::Duration;

use tollgate_azure::{AudienceHosts, Error, Method, RestBody, RestRequest};
use tollgate_identity::{Environment, Phase};

use crate::service::{Reply, Service};
use crate::world::{AUDIENCE, World, ask, get, standing};

fn trouble(status: u16) -> Reply {
    Reply::new(status, r#"{"error":{"code":"Trouble","message":"All of it."}}"#)
        .with("x-ms-correlation-request-id", "c-1")
        .soon()
}

#[tokio::test]
async fn what_passes_is_waited_out_and_told_of() {
    let world = World::new();
    for status in [408, 429, 500, 502, 503, 504] {
        let arm = Service::answering([trouble(status), trouble(status), Reply::new(200, "{}")]);
        let (answer, said) = world.rest(get(&arm, "/x")).await;
        assert_eq!((answer.unwrap().status, arm.asked().len()), (200, 3), "{status}");
        assert!(said.all().contains("attempt 2 failed, trying again in 0.0 s"), "{}", said.all());
        assert_eq!(said.warnings().len(), usize::from(status == 429), "{status}");
    }
}

#[tokio::test]
async fn throttling_is_warned_of_at_its_first_answer_and_not_again() {
    let world = World::new();
    for times in 1..=3 {
        let replies = std::iter::repeat_n(trouble(429), times).chain([Reply::new(200, "{}")]);
        let said = world.rest(get(&Service::answering(replies), "/x")).await.1;
        assert_eq!(said.warnings().len(), 1, "{times}");
    }
}

#[tokio::test]
async fn what_never_left_is_sent_again_even_where_it_must_not_be_done_twice() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut request = RestRequest { uri: format!("http://{nobody}/x"), ..ask(Method::Post, &arm, "/x") };
    request.audiences[0].hosts.push(format!("http://{nobody}"));
    let error = world.rest_at_once(request).await.0.unwrap_err();
    assert!(matches!(&error, Error::EndpointUnreachable { attempts: 5, .. }), "{error:?}");
}

#[tokio::test]
async fn after_five_tries_the_answer_stands() {
    let world = World::new();
    let arm = Service::answering([trouble(429)]);
    let answer = world.rest(get(&arm, "/x")).await.0.unwrap();
    assert_eq!((answer.status, arm.asked().len()), (429, 5));
    let strict = |arm: &Service| RestRequest { fail_on_http_error: true, ..get(arm, "/x") };
    let error = world.rest(strict(&arm)).await.0.unwrap_err();
    assert!(matches!(&error, Error::Throttled { attempts: 5, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the service answered HTTP 429 Trouble: All of it (correlation id c-1) (asked 5 times)"
    );
    let arm = Service::answering([trouble(503)]);
    assert!(matches!(world.rest(strict(&arm)).await.0, Err(Error::ServiceUnavailable { attempts: 5, .. })));
}

#[tokio::test]
async fn without_retry_the_first_answer_stands() {
    let (world, arm) = (World::new(), Service::answering([trouble(429)]));
    let (answer, said) = world.rest(RestRequest { retry: false, ..get(&arm, "/x") }).await;
    assert_eq!((answer.unwrap().status, arm.asked().len(), said.warnings().len()), (429, 1, 0));
}

#[tokio::test]
async fn a_pause_beyond_the_budget_or_five_minutes_is_not_begun() {
    let world = World::new();
    let long = |seconds: &str| Service::answering([Reply::new(429, "").with("retry-after", seconds)]);
    for (arm, timeout) in [
        (long("301"), None),
        (long("18446744073709549568"), None),
        (long("20"), Some(Duration::from_secs(10))),
    ] {
        let (answer, said) = world.rest(RestRequest { timeout, ..get(&arm, "/x") }).await;
        assert_eq!((answer.unwrap().status, arm.asked().len()), (429, 1));
        assert!(said.warnings().concat().contains("which is not waited for"), "{}", said.all());
    }
}

#[tokio::test]
async fn a_wait_that_is_not_granted_is_named_in_the_error() {
    let world = World::new();
    for status in [429, 503] {
        let arm = Service::answering([Reply::new(status, "").with("retry-after", "86400")]);
        let error =
            world.rest(RestRequest { fail_on_http_error: true, ..get(&arm, "/x") }).await.0.unwrap_err();
        assert!(error.to_string().contains("(asked once; it asks to wait 86400 s)"), "{error}");
    }
}

#[tokio::test]
async fn the_budget_ends_even_what_azure_may_ask() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(429, "").with("retry-after", "60")]));
    // One wait, of 60 s and up to half as much again, is within the budget; two are not.
    let request = RestRequest { timeout: Some(Duration::from_secs(100)), ..get(&arm, "/x") };
    let answer = world.rest_at_once(request).await.0.unwrap();
    assert_eq!((answer.status, arm.asked().len()), (429, 2));
}

#[tokio::test]
async fn time_spent_is_not_there_for_a_pause() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(429, "").with("retry-after", "60")]));
    for (spent, tries) in [(0, 2), (50, 3)] {
        let request = RestRequest { timeout: Some(Duration::from_secs(100)), ..get(&arm, "/x") };
        let answer = world.rest_in_silence(request, Duration::from_secs(spent)).await.unwrap();
        // The tries of both.
        assert_eq!((answer.status, arm.asked().len()), (429, tries), "{spent}");
    }
}

#[tokio::test]
async fn time_that_is_over_tells_how_often_was_asked_and_what_failed_last() {
    let (seen, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let arm = Service::start(move |_, number| {
        if number > 0 {
            // Answers when the test is over.
            let _ = wait.lock().unwrap().recv();
        }
        trouble(503)
    });
    let world = World::new();
    let mut work = world.azure.rest(get(&arm, "/x")).future;
    while arm.asked().len() < 2 {
        tokio::select! {
            biased;
            _ = &mut work => panic!("it ended before its time"),
            () = tokio::task::yield_now() => {}
        }
    }
    tokio::time::pause();
    let error = work.await.unwrap_err();
    assert!(
        matches!(&error, Error::TimedOut { attempts: 2, last: Some(last), .. } if last.contains("HTTP 503 Trouble")),
        "{error:?}"
    );
    drop(seen);
}

#[tokio::test]
async fn a_pause_that_azure_asks_for_can_be_seen() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(429, "").with("retry-after", "30")]));
    let progress = standing(world.azure.rest(get(&arm, "/x")), Phase::Backoff).await;
    assert_eq!(progress.attempt, 1);
    assert!(progress.remaining.is_some_and(|left| left > Duration::from_secs(20)), "{progress:?}");
}

#[tokio::test]
async fn a_proxy_that_is_none_is_told_at_once_by_its_variable() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    world.azure.set_environment(&Environment::from_pairs([("HTTPS_PROXY", "socks5://x".to_owned())]));
    let hosts = vec!["service.invalid".to_owned()];
    let request = RestRequest {
        uri: "https://service.invalid/x".to_owned(),
        audiences: vec![AudienceHosts { audience: AUDIENCE.to_owned(), hosts }],
        ..get(&arm, "/x")
    };
    let (result, said) = world.rest(request).await;
    assert!(matches!(result, Err(Error::InvalidArgument { field: "HTTPS_PROXY", .. })), "{result:?}");
    // What is asked without a proxy does not mind.
    assert_eq!(world.rest(get(&arm, "/x")).await.0.unwrap().status, 200);
    assert!(!said.all().contains("trying again"), "{}", said.all());
}

#[tokio::test]
async fn what_may_have_been_done_is_not_done_twice() {
    let world = World::new();
    for (reply, times) in [(trouble(500), 1), (trouble(429), 2), (trouble(503), 2), (Reply::closed(), 1)] {
        let arm = Service::answering([reply, Reply::new(200, "{}")]);
        let body = RestBody::text("{}".to_owned());
        let _ = world.rest(RestRequest { body, ..ask(Method::Post, &arm, "/x") }).await.0;
        assert_eq!(arm.asked().len(), times);
    }
}

#[tokio::test]
async fn nobody_there_and_a_broken_connection_are_unreachable() {
    let world = World::new();
    let arm = Service::answering([Reply::closed()]);
    let post = RestRequest { retry: false, ..ask(Method::Post, &arm, "/x") };
    let error = world.rest(post).await.0.unwrap_err();
    assert!(matches!(&error, Error::EndpointUnreachable { attempts: 1, .. }), "{error:?}");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut request =
        RestRequest { retry: false, uri: format!("http://{nobody}/x?sig=hush"), ..get(&arm, "/x") };
    request.audiences[0].hosts.push(format!("http://{nobody}"));
    let error = world.rest(request).await.0.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::EndpointUnreachable { .. }) && text.contains("refused"), "{text}");
    assert!(
        text.starts_with(&format!("http://{nobody} cannot be reached")) && !text.contains("hush"),
        "{text}"
    );
}

#[tokio::test]
async fn a_new_token_meets_a_challenge_once() {
    let world = World::new();
    let challenge = |status| {
        let line = r#"Bearer error="insufficient_claims", claims="e30=""#;
        Reply::new(status, "{}").with("www-authenticate", line)
    };
    let (claims, denied) = (challenge(401), challenge(403));
    let arm = Service::answering([claims.clone(), Reply::new(200, "{}")]);
    let body = RestBody::text("{}".to_owned());
    let answer =
        world.rest(RestRequest { body, retry: false, ..ask(Method::Post, &arm, "/x") }).await.0.unwrap();
    assert_eq!((answer.status, arm.asked().len(), world.sim.counts().tokens), (200, 2, 2));

    let stubborn = Service::answering([claims.clone()]);
    assert_eq!(world.rest(get(&stubborn, "/x")).await.0.unwrap().status, 401);
    assert_eq!((stubborn.asked().len(), world.sim.counts().tokens), (2, 3));

    // The next try has the new token already.
    let unsteady = Service::answering([claims.clone(), trouble(503), Reply::new(200, "{}")]);
    assert_eq!(world.rest(get(&unsteady, "/x")).await.0.unwrap().status, 200);
    assert_eq!((unsteady.asked().len(), world.sim.counts().tokens), (3, 4));

    let denied = Service::answering([denied]);
    assert_eq!(world.rest(get(&denied, "/x")).await.0.unwrap().status, 403);
    assert_eq!((denied.asked().len(), world.sim.counts().tokens), (1, 4));

    let plain = Service::answering([Reply::new(401, r#"{"error":{"code":"AuthenticationFailed"}}"#)]);
    let error =
        world.rest(RestRequest { fail_on_http_error: true, ..get(&plain, "/x") }).await.0.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert_eq!((plain.asked().len(), world.sim.counts().tokens), (1, 4));
}

#[tokio::test]
async fn strict_requests_tell_each_refusal_for_what_it_is() {
    let world = World::new();
    let error = async |status: u16, body: &str| {
        let arm = Service::answering([Reply::new(status, body)]);
        world.rest(RestRequest { fail_on_http_error: true, ..get(&arm, "/x") }).await.0.unwrap_err()
    };
    assert!(matches!(error(404, "").await, Error::ResourceNotFound { .. }));
    assert!(matches!(error(409, "").await, Error::Refused { .. }));
    let text = "The client 'c' does not have authorization to perform action 'a/read' over scope '/s' or the scope is invalid.";
    let denied =
        error(403, &format!(r#"{{"error":{{"code":"AuthorizationFailed","message":"{text}"}}}}"#)).await;
    assert!(
        matches!(&denied, Error::AccessDenied { action: Some(action), resource: Some(scope), .. } if action == "a/read" && scope == "/s"),
        "{denied:?}"
    );
}

#[tokio::test]
async fn an_allowance_that_runs_low_is_warned_of_once() {
    let low = Reply::new(200, "{}").with("x-ms-ratelimit-remaining-subscription-reads", "42");
    let (world, arm) = (World::new(), Service::answering([low]));
    let first = world.rest(get(&arm, "/x")).await.1.warnings();
    assert!(first.len() == 1 && first[0].contains("42"), "{first:?}");
    assert!(world.rest(get(&arm, "/x")).await.1.warnings().is_empty());
}

#[tokio::test]
async fn without_a_token_azure_is_not_asked() {
    let arm = Service::answering([Reply::new(200, "{}")]);
    let world = World::with(imds_sim::Options {
        unknown_resources: vec![crate::world::AUDIENCE.to_owned()],
        ..imds_sim::Options::default()
    });
    let error = world.rest(get(&arm, "/x")).await.0.unwrap_err();
    assert!(matches!(error, Error::Token(tollgate_identity::Error::Refused { .. })), "{error:?}");
    assert!(arm.asked().is_empty());
}

#[tokio::test]
async fn a_cut_answer_is_asked_for_again_and_is_an_error_at_last() {
    let world = World::new();
    let arm = Service::answering([Reply::new(200, "half").cut(), Reply::new(200, "whole")]);
    assert_eq!(world.rest(get(&arm, "/x")).await.0.unwrap().body.as_slice(), b"whole");
    let arm = Service::answering([Reply::new(200, "half").cut()]);
    let error = world.rest(RestRequest { retry: false, ..get(&arm, "/x") }).await.0.unwrap_err();
    assert!(
        matches!(&error, Error::MalformedResponse { fault, .. } if fault.contains("ended early")),
        "{error:?}"
    );
}
