//! When the service is asked again, to the millisecond but for the jitter, which adds a fifth at most.

use std::time::Duration;

use tollgate_identity::{Error, TokenRequest};

use crate::service::{Reply, Service, are_about, ask, request, status, token};

/// Asks once; gives the result and the pauses between the questions in milliseconds.
async fn pauses(replies: Vec<Reply>, then: Reply) -> (Result<(), Error>, Vec<u128>) {
    let service = Service::new(replies, then);
    let result = ask(&service.client(), &request("https://x")).await.map(|_| ());
    (result, service.pauses())
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again_and_what_will_not_is_not() {
    let cases = [
        (vec![status(408), status(500), status(503), token("t")], true, vec![1_000, 2_000, 6_000]),
        (vec![Reply::Close, token("t")], true, vec![1_000]),
        (vec![Reply::Refuse, Reply::Refuse, token("t")], true, vec![200, 400]),
        (vec![status(401)], false, vec![]),
        (vec![Reply::Answer(302, "location: http://elsewhere/\r\n", String::new())], false, vec![]),
    ];
    for (replies, succeeds, expected) in cases {
        let shown = format!("{replies:?}");
        let (result, pauses) = pauses(replies, Reply::Silence).await;
        assert_eq!(result.is_ok(), succeeds, "{shown} {result:?}");
        assert!(are_about(&pauses, &expected), "{shown} {pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttle_without_end_ends_with_the_services_own_words() {
    let (result, waited) = pauses(vec![], status(429)).await;
    assert_eq!(waited.len(), 8);
    assert!(
        matches!(&result, Err(Error::Throttled { attempts: 9, answer, .. }) if answer.status == 429),
        "{result:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_that_says_nothing_is_asked_three_times() {
    let (result, waited) = pauses(vec![], Reply::Silence).await;
    assert!(are_about(&waited, &[21_000, 22_000]), "{waited:?}");
    assert!(matches!(result, Err(Error::ServiceUnavailable { attempts: 3, .. })), "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_in_either_form() {
    for header in ["retry-after: 5\r\n", "Retry-After: Fri, 15 Jan 2027 08:00:05 GMT\r\n"] {
        let (result, waited) =
            pauses(vec![Reply::Answer(503, header, String::new()), token("t")], Reply::Silence).await;
        assert!(result.is_ok() && are_about(&waited, &[5_000]), "{header} {waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_budget_ends_the_wait_and_says_what_stood_in_the_way() {
    let service = Service::new([], status(500));
    let mut wish = request("https://x");
    wish.timeout = Duration::from_secs(5);
    let error = ask(&service.client(), &wish).await.unwrap_err();
    assert!(
        matches!(&error, Error::TimedOut { attempts: 3, last: Some(last), .. } if last.contains("HTTP 500")),
        "{error:?}"
    );
    assert_eq!(service.times().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn off_azure_the_answer_comes_within_three_seconds_and_names_what_was_looked_for() {
    for way in [Reply::Unreachable, Reply::Refuse] {
        let service = Service::new([], way);
        let start = tokio::time::Instant::now();
        let error = ask(&service.client_with(&[]), &request("https://x")).await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        assert!(matches!(error, Error::NoSource { .. }), "{error:?}");
        assert!(error.to_string().contains("http://169.254.169.254"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_that_is_named_is_the_limit_of_silence_too() {
    let late = || [Reply::Late(Duration::from_secs(90), Box::new(token("t")))];
    let named = |seconds| TokenRequest {
        timeout: Duration::from_secs(seconds),
        counts_line: true,
        ..request("https://x")
    };
    let service = Service::new(late(), Reply::Silence);
    ask(&service.client(), &named(100)).await.unwrap();
    assert_eq!(service.times().len(), 1);
    // Without one the next try comes after the usual time.
    let service = Service::new(late(), token("t"));
    ask(&service.client(), &request("https://x")).await.unwrap();
    assert!(are_about(&service.pauses(), &[21_000]), "{:?}", service.pauses());
    // A short time ends the caller's wait, and not the request that others may share.
    let service = Service::new([Reply::Late(Duration::from_secs(15), Box::new(token("t")))], Reply::Silence);
    let client = service.client();
    let (hurried, patient) = (named(5), request("https://x"));
    let (first, second) = tokio::join!(ask(&client, &hurried), ask(&client, &patient));
    let error = first.unwrap_err();
    assert_eq!(error.to_string(), "no token within 5 seconds; the request was sent once");
    assert!(second.is_ok() && service.times().len() == 1);
}

#[tokio::test(start_paused = true)]
async fn time_that_is_over_says_whether_the_request_was_sent() {
    for (way, sends) in
        [(Reply::Silence, "the request was sent once"), (Reply::Unreachable, "the request was not sent")]
    {
        let service = Service::new([], way);
        let wish =
            TokenRequest { timeout: Duration::from_millis(500), counts_line: true, ..request("https://x") };
        let error = ask(&service.client(), &wish).await.unwrap_err();
        assert!(matches!(error, Error::TimedOut { .. }) && error.to_string().contains(sends), "{error}");
    }
}
