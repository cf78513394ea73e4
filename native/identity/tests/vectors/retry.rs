//! Vectors 1 to 19: when a service is asked again.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, duplex, split};
use tollgate_http::{BoxedIo, Connecting, Connector, Endpoint};
use tollgate_identity::{Error, Selector};

use crate::hosts;
use crate::service::{Reply, Service, Way, are_about, ask, request, status, token};

/// Asks a virtual machine's service once; gives the result and the pauses between the questions in milliseconds.
async fn pauses(replies: Vec<Reply>, then: Reply) -> (Result<(), Error>, Vec<u128>) {
    let service = Service::new(replies, then);
    let result = ask(&service.client(), &request("https://x")).await.map(|_| ());
    (result, service.pauses())
}

#[tokio::test(start_paused = true)]
async fn v001_two_404_and_a_token_take_three_requests_after_one_and_two_seconds() {
    let (result, waited) = pauses(vec![status(404), status(404), token("t")], Reply::Silence).await;
    assert!(result.is_ok() && are_about(&waited, &[1_000, 2_000]), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn v002_four_410_and_a_token_take_five_requests_ten_seconds_apart() {
    let gone = vec![status(410), status(410), status(410), status(410), token("t")];
    let (result, waited) = pauses(gone, Reply::Silence).await;
    assert!(result.is_ok() && are_about(&waited, &[10_000; 4]), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn v003_v016_410_without_end_fails_after_eight_requests_in_seventy_seconds() {
    let (result, waited) = pauses(vec![], status(410)).await;
    assert!(are_about(&waited, &[10_000; 7]) && waited.iter().sum::<u128>() >= 70_000, "{waited:?}");
    assert!(matches!(result, Err(Error::ServiceUnavailable { attempts: 8, .. })), "{result:?}");
}

/// The service's own page suggests five more tries; MSAL has three.
#[tokio::test(start_paused = true)]
async fn v004_504_without_end_fails_after_six_requests_and_names_the_gateway() {
    let (result, waited) = pauses(vec![], Reply::Answer(504, "", String::new())).await;
    assert!(are_about(&waited, &[1_000, 2_000, 6_000, 14_000, 30_000]), "{waited:?}");
    let error = result.unwrap_err();
    assert!(
        matches!(&error, Error::ServiceUnavailable { attempts: 6, answer } if answer.status == 504),
        "{error:?}"
    );
    assert!(error.to_string().contains("gateway"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn v005_400_fails_after_one_request() {
    let (result, waited) = pauses(vec![status(400)], Reply::Silence).await;
    assert!(matches!(result, Err(Error::Refused { .. })) && waited.is_empty(), "{result:?}");
}

/// There is no switch for it; who does not want to wait says how long there is.
#[tokio::test(start_paused = true)]
async fn v006_v015_time_that_ends_before_the_first_pause_leaves_one_request() {
    let service = Service::new([status(500)], token("t"));
    let mut hasty = request("https://x");
    hasty.timeout = Duration::from_millis(900);
    let error = ask(&service.client(), &hasty).await.unwrap_err();
    assert!(
        matches!(&error, Error::TimedOut { attempts: 1, last: Some(last), .. } if last.contains("HTTP 500")),
        "{error:?}"
    );
    assert_eq!(service.times().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn v007_each_call_of_a_client_begins_the_schedule_anew() {
    let service = Service::new([], status(503));
    let client = service.client();
    for call in 1..=3 {
        let result = ask(&client, &request("https://x")).await;
        assert!(matches!(result, Err(Error::ServiceUnavailable { attempts: 6, .. })), "{result:?}");
        assert_eq!(service.times().len(), 6 * call);
    }
}

#[tokio::test(start_paused = true)]
async fn v008_app_service_is_asked_again_for_a_user_assigned_identity() {
    let service = Service::new([status(500), token("t")], Reply::Silence);
    let client = hosts::client(&service, hosts::APP_SERVICE);
    assert!(ask(&client, &hosts::wish(Selector::ClientId(hosts::id()))).await.is_ok());
    assert!(are_about(&service.pauses(), &[1_000]), "{:?}", service.pauses());
}

#[tokio::test(start_paused = true)]
async fn v009_every_other_host_is_asked_four_times_when_500_or_504_does_not_end() {
    for host in hosts::all() {
        for trouble in [500, 504] {
            let service = Service::new([], status(trouble));
            let error = ask(&hosts::client(&service, &host), &request("https://x")).await.unwrap_err();
            assert!(
                matches!(&error, Error::ServiceUnavailable { attempts: 4, answer } if answer.status == trouble),
                "{host:?} {error:?}"
            );
            let waited = service.pauses();
            assert!(are_about(&waited, &[1_000, 2_000, 4_000]), "{host:?} {waited:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn v010_v011_v012_every_other_host_is_left_alone_as_long_as_it_asks_for_and_else_for_a_second() {
    let cases = [
        ("retry-after: 3\r\n", 3_000),
        ("retry-after: Fri, 15 Jan 2027 08:00:03 GMT\r\n", 3_000),
        ("", 1_000),
    ];
    for host in hosts::all() {
        for (header, expected) in cases {
            let busy = Reply::Answer(500, header, String::new());
            let service = Service::new([busy, token("t")], Reply::Silence);
            let result = ask(&hosts::client(&service, &host), &request("https://x")).await;
            let waited = service.pauses();
            assert!(result.is_ok() && are_about(&waited, &[expected]), "{host:?} {header} {waited:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn v013_every_status_that_may_pass_is_followed_by_another_try() {
    for passing in [404, 410, 429, 510, 511].into_iter().chain(500..=508) {
        let (result, waited) = pauses(vec![status(passing), token("t")], Reply::Silence).await;
        assert!(result.is_ok() && waited.len() == 1, "{passing} {result:?}");
    }
}

/// The vector has the third failure as the last; here it is the sixth, as in the service's own page.
#[tokio::test(start_paused = true)]
async fn v014_five_failures_may_come_before_a_token_and_no_sixth() {
    for (failures, succeeds) in [(2, true), (5, true), (6, false)] {
        let mut replies = vec![status(500); failures];
        replies.push(token("t"));
        let (result, _) = pauses(replies, Reply::Silence).await;
        assert_eq!(result.is_ok(), succeeds, "{failures} {result:?}");
    }
}

/// The vector has as many requests in less than thirty seconds; the service's own page suggests up to thirty for the last
/// pause alone.
#[tokio::test(start_paused = true)]
async fn v017_404_without_end_fails_after_six_requests_within_seventy_seconds() {
    let (result, waited) = pauses(vec![], status(404)).await;
    assert!(are_about(&waited, &[1_000, 2_000, 6_000, 14_000, 30_000]), "{waited:?}");
    assert!(waited.iter().sum::<u128>() < 70_000, "{waited:?}");
    assert!(matches!(result, Err(Error::ServiceUnavailable { attempts: 6, .. })), "{result:?}");
}

/// The vector has one request. Two more in under three seconds do no harm, and a service that is just starting is found.
#[tokio::test(start_paused = true)]
async fn v018_where_nobody_answers_three_tries_are_made_and_the_address_is_named_with_what_configured_it() {
    for way in [Reply::Refuse, Reply::Unreachable] {
        let (result, waited) = pauses(vec![], way).await;
        let error = result.unwrap_err();
        assert!(matches!(error, Error::EndpointUnreachable { attempts: 3, .. }), "{error:?}");
        assert!(waited.len() == 2 && waited.iter().sum::<u128>() < 3_000, "{waited:?}");
        let text = error.to_string();
        assert!(
            text.contains("http://service") && text.contains("AZURE_POD_IDENTITY_AUTHORITY_HOST"),
            "{text}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn v019_an_answer_that_comes_slowly_after_a_retry_is_read_to_its_end() {
    let service = Service::new([Reply::Close, token("slow")], Reply::Silence);
    let variables = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://service")];
    let way = Arc::new(Slow(Way(Arc::clone(&service))));
    let client = service.build(&service.environment(&variables), way).unwrap();
    let start = tokio::time::Instant::now();
    let grant = ask(&client, &request("https://x")).await.unwrap();
    assert_eq!((grant.token.secret(), service.times().len()), ("slow", 2));
    assert!(start.elapsed() > Duration::from_secs(10), "{:?}", start.elapsed());
}

/// Hands answers on a byte at a time.
struct Slow(Way);

impl Connector for Slow {
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a> {
        Box::pin(async move {
            let (mut answers, mut questions) = split(self.0.connect(endpoint).await?);
            let (near, far) = duplex(64 << 10);
            let (mut asked, mut answered) = split(far);
            tokio::spawn(async move { copy(&mut asked, &mut questions).await });
            tokio::spawn(async move {
                while let Ok(byte) = answers.read_u8().await {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    if answered.write_u8(byte).await.is_err() {
                        return;
                    }
                }
                let _ = answered.shutdown().await;
            });
            Ok(Box::pin(near) as BoxedIo)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_within_twenty_seconds_is_waited_for() {
    let service = Service::new([Reply::Late(Duration::from_secs(19), Box::new(token("t")))], Reply::Silence);
    assert!(ask(&service.client(), &request("https://x")).await.is_ok());
    assert_eq!(service.times().len(), 1);
}
