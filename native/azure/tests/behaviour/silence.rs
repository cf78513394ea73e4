//! A service that takes a request and says nothing, and what may have become of the request.

use std::time::Duration;

use tollgate_azure::{Error, Method, RestRequest};

use crate::service::{Reply, Service};
use crate::world::{World, ask, get};

const SECOND: Duration = Duration::from_secs(1);
/// Ends a time that is named, and not the try, which ends a second later.
const MOMENT: Duration = Duration::from_millis(10);

#[tokio::test]
async fn a_time_that_is_named_is_the_limit_of_silence_too() {
    let (world, arm) = (World::new(), Service::silent());
    let request = RestRequest { timeout: Some(600 * SECOND), ..get(&arm, "/x") };
    let error = world.rest_in_silence(request, 600 * SECOND + MOMENT).await.unwrap_err();
    // One try took it all: after the usual 100 s another would have been made.
    assert_eq!(error.to_string(), "no answer within 600 seconds; the request was sent once");
    assert!(matches!(error, Error::TimedOut { attempts: 1, .. }), "{error:?}");
}

#[tokio::test]
async fn a_write_that_nobody_answered_may_have_been_carried_out() {
    let (world, arm) = (World::new(), Service::silent());
    for method in [Method::Put, Method::Post, Method::Patch, Method::Delete] {
        let request = RestRequest { timeout: Some(20 * SECOND), ..ask(method, &arm, "/x") };
        let error = world.rest_in_silence(request, 20 * SECOND + MOMENT).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "no answer within 20 seconds; the request was sent once, and may have been carried out",
            "{method:?}"
        );
    }
}

#[tokio::test]
async fn without_a_time_a_silence_of_100_s_ends_a_try_and_is_told_as_that() {
    let (world, arm) = (World::new(), Service::silent());
    for (method, told, tries) in [
        (Method::Get, "the request was sent 5 times", 5),
        (Method::Put, "the request was sent 5 times, and may have been carried out", 5),
        (Method::Post, "the request was sent once, and may have been carried out", 1),
    ] {
        let request = RestRequest { timeout: None, ..ask(method, &arm, "/x") };
        let error = world.rest_in_silence(request, 101 * SECOND).await.unwrap_err();
        let text = format!("{} did not answer: nothing came within 100 seconds; {told}", arm.origin);
        assert_eq!(error.to_string(), text);
        assert!(matches!(error, Error::Unresponsive { attempts, .. } if attempts == tries), "{error:?}");
    }
}

#[tokio::test]
async fn a_repeated_delete_that_meets_404_has_succeeded() {
    let world = World::new();
    let gone = || Reply::new(404, r#"{"error":{"code":"ResourceNotFound","message":"m"}}"#);
    let unsure = [Reply::closed(), Reply::new(503, "").soon(), Reply::new(200, "half").cut()];
    for first in unsure {
        let arm = Service::answering([first, gone()]);
        let (answer, said) =
            world.rest(RestRequest { fail_on_http_error: true, ..ask(Method::Delete, &arm, "/x") }).await;
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.body.len(), arm.asked().len()), (204, 0, 2));
        assert!(said.all().contains("an earlier try seems to have done it"), "{}", said.all());
    }
    // It was not there before, or was surely not deleted, or nothing was to be deleted.
    for (method, replies, tries) in [
        (Method::Delete, vec![gone()], 1),
        (Method::Delete, vec![Reply::new(429, "").soon(), gone()], 2),
        (Method::Get, vec![Reply::closed(), gone()], 2),
        (Method::Put, vec![Reply::closed(), gone()], 2),
    ] {
        let arm = Service::answering(replies);
        let answer = world.rest(ask(method, &arm, "/x")).await.0.unwrap();
        assert_eq!((answer.status, arm.asked().len()), (404, tries), "{method:?}");
    }
    // What the thing would be in is not there: that tells nothing, unless it is the thing itself.
    for (path, code, status) in [
        ("/subscriptions/s/resourceGroups/g", "ResourceGroupNotFound", 204),
        ("/subscriptions/s/resourceGroups/g/providers/p/t/n", "ResourceGroupNotFound", 404),
        ("/subscriptions/s/resourceGroups/g/providers/p/t/n", "NetworkSecurityGroupNotFound", 204),
        ("/subscriptions/s/resourceGroups/g", "SubscriptionNotFound", 404),
        ("/subscriptions/s/resourceGroups/g/providers/p/t/n/u/m", "ParentResourceNotFound", 404),
    ] {
        let gone = Reply::new(404, format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#));
        let arm = Service::answering([Reply::closed(), gone]);
        let answer = world.rest(ask(Method::Delete, &arm, path)).await.0.unwrap();
        assert_eq!(answer.status, status, "{path} {code}");
    }
}

#[tokio::test]
async fn what_was_answered_is_not_in_doubt() {
    let world = World::new();
    let arm = Service::answering([Reply::new(429, "").with("retry-after", "2")]);
    let request =
        RestRequest { timeout: Some(SECOND), fail_on_http_error: true, ..ask(Method::Put, &arm, "/x") };
    let error = world.rest(request).await.0.unwrap_err();
    assert!(!error.to_string().contains("carried out"), "{error}");
}
