//! Long-running operations, from the first answer to the result.

use std::time::Duration;

use tollgate_azure::{Error, Method, OperationLink, PollingOptions, RestRequest};
use tollgate_identity::Phase;

use crate::service::{Reply, Service};
use crate::world::{World, ask, standing};

fn waiting(method: Method, arm: &Service) -> RestRequest {
    RestRequest { polling: Some(PollingOptions::default()), ..ask(method, arm, "/r") }
}

/// An operation with a state of its own, which is asked for so often before it ends like this.
fn operation(end: &'static str) -> Service {
    Service::start(move |asked, number| match (asked.line.as_str(), number) {
        ("PUT /r" | "DELETE /r", _) => Reply::new(202, "{}").with("azure-asyncoperation", "/op?v=1").soon(),
        ("GET /op?v=1", 1 | 2) => Reply::new(200, r#"{"status":"Running"}"#).soon(),
        ("GET /op?v=1", 3) => Reply::new(503, "").soon(),
        ("GET /op?v=1", _) => Reply::new(200, end),
        _ => Reply::new(200, r#"{"name":"r"}"#),
    })
}

#[tokio::test]
async fn the_result_of_a_put_is_the_resource() {
    let (world, arm) = (World::new(), operation(r#"{"status":"Succeeded"}"#));
    let answer = world.rest_at_once(waiting(Method::Put, &arm)).await.0.unwrap();
    assert_eq!(
        (answer.body.as_slice(), answer.method, answer.uri),
        (&br#"{"name":"r"}"#[..], Method::Get, format!("{}/r", arm.origin))
    );
    let op = "GET /op?v=1";
    assert_eq!(arm.lines(), ["PUT /r", op, op, op, op, "GET /r"]);
    for asked in arm.asked() {
        assert!(
            asked.header("authorization").is_some() && asked.header("accept") == Some("application/json")
        );
    }
}

#[tokio::test]
async fn the_result_of_a_delete_is_the_last_answer() {
    let (world, arm) = (World::new(), operation(r#"{"status":"Succeeded"}"#));
    let answer = world.rest_at_once(waiting(Method::Delete, &arm)).await.0.unwrap();
    assert_eq!(answer.body.as_slice(), br#"{"status":"Succeeded"}"#);
}

#[tokio::test]
async fn a_failed_operation_is_an_error_with_azures_words() {
    let world = World::new();
    for (end, text) in [
        (r#"{"status":"Failed","error":{"code":"Quota","message":"No more."}}"#, "HTTP 200 Quota: No more"),
        (r#"{"status":"Canceled"}"#, "HTTP 200: it ended as Canceled"),
    ] {
        let error = world.rest_at_once(waiting(Method::Put, &operation(end))).await.0.unwrap_err();
        let shown = error.to_string();
        assert!(matches!(error, Error::OperationFailed { .. }), "{shown}");
        assert!(shown.starts_with("Azure Service operation failed") && shown.ends_with(text), "{shown}");
    }
}

#[tokio::test]
async fn trouble_on_the_way_to_the_state_is_no_end_of_the_operation() {
    let world = World::new();
    for status in [401, 403, 429, 500, 503] {
        let arm = Service::start(move |asked, _| match asked.line.as_str() {
            "POST /r" => Reply::new(202, "").with("location", "/result").soon(),
            _ => Reply::new(status, "").soon(),
        });
        let error = world.rest_at_once(waiting(Method::Post, &arm)).await.0.unwrap_err();
        assert!(!matches!(error, Error::OperationFailed { .. }), "{status}: {error:?}");
    }
    let gone = Service::start(|asked, _| match asked.line.as_str() {
        "POST /r" => Reply::new(202, "").with("location", "/result").soon(),
        _ => Reply::new(409, r#"{"error":{"code":"Conflict","message":"No."}}"#),
    });
    let error = world.rest_at_once(waiting(Method::Post, &gone)).await.0.unwrap_err();
    assert!(matches!(error, Error::OperationFailed { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_no_operation_is_answered_as_it_is_with_a_warning() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    let (answer, said) = world.rest_at_once(waiting(Method::Put, &arm)).await;
    assert_eq!(answer.unwrap().status, 200);
    assert_eq!(
        said.warnings(),
        [
            "The -WaitForCompletion flag was specified, but the request does not appear to be a long-running operation."
        ]
    );
    let refused = Service::answering([Reply::new(409, "{}")]);
    let (answer, said) = world.rest_at_once(waiting(Method::Put, &refused)).await;
    assert_eq!((answer.unwrap().status, said.warnings().len()), (409, 0));
}

#[tokio::test]
async fn a_state_elsewhere_is_not_asked_for() {
    let (world, other) = (World::new(), Service::answering([Reply::new(200, r#"{"status":"Succeeded"}"#)]));
    let place = format!("{}/op", other.origin);
    // It is told at once, and not when the time has come to ask.
    let elsewhere = Reply::new(202, "{}").with("azure-asyncoperation", place).with("retry-after", "3600");
    let arm = Service::answering([elsewhere]);
    let timeout = Some(Duration::from_secs(10));
    let error =
        world.rest_at_once(RestRequest { timeout, ..waiting(Method::Put, &arm) }).await.0.unwrap_err();
    assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{error:?}");
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn a_state_that_may_not_be_asked_for_is_told_as_that() {
    let world = World::new();
    let arm = Service::start(|asked, _| match asked.line.starts_with("PUT") {
        true => Reply::new(201, "{}").with("azure-asyncoperation", "/op").soon(),
        false => Reply::new(403, "{}"),
    });
    assert!(matches!(
        world.rest_at_once(waiting(Method::Put, &arm)).await.0,
        Err(Error::AccessDenied { .. })
    ));
    let arm = Service::start(|asked, _| match asked.line.starts_with("PUT") {
        true => Reply::new(201, "{}").with("azure-asyncoperation", "/op").soon(),
        false => Reply::new(200, "{}"),
    });
    assert!(matches!(
        world.rest_at_once(waiting(Method::Put, &arm)).await.0,
        Err(Error::MalformedResponse { .. })
    ));
}

#[tokio::test]
async fn a_result_elsewhere_is_not_asked_for() {
    let (world, other) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    let place = format!("{}/result", other.origin);
    let arm = Service::start(move |asked, _| match asked.line.as_str() {
        "POST /r" => Reply::new(202, "").with("azure-asyncoperation", "/op").with("location", &place).soon(),
        _ => Reply::new(200, r#"{"status":"Succeeded"}"#),
    });
    let error = world.rest_at_once(waiting(Method::Post, &arm)).await.0.unwrap_err();
    assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{error:?}");
    assert_eq!((arm.lines(), other.asked().len()), (vec!["POST /r".into(), "GET /op".into()], 0));
}

#[tokio::test]
async fn an_error_at_the_place_of_the_result_is_the_operations() {
    let world = World::new();
    let arm = Service::start(|asked, _| match asked.line.as_str() {
        "POST /r" => Reply::new(202, "").with("location", "/result").soon(),
        _ => Reply::new(409, r#"{"error":{"code":"Taken","message":"By another."}}"#),
    });
    let error = world.rest_at_once(waiting(Method::Post, &arm)).await.0.unwrap_err();
    assert!(matches!(error, Error::OperationFailed { .. }), "{error:?}");
    assert!(error.to_string().ends_with("HTTP 409 Taken: By another"), "{error}");
}

#[tokio::test]
async fn a_resource_that_is_gone_ends_its_delete_and_nothing_else() {
    let world = World::new();
    let polling =
        Some(PollingOptions { poll_from: Some(OperationLink::OriginalUri), final_result_from: None });
    let arm = || {
        Service::start(|asked, _| match asked.line.as_str() {
            "GET /r" => Reply::new(404, "{}"),
            _ => Reply::new(202, "going").soon(),
        })
    };
    let delete = RestRequest { polling, ..ask(Method::Delete, &arm(), "/r") };
    let answer = world.rest_at_once(delete).await.0.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (202, &b"going"[..]));
    let put = RestRequest { polling, ..ask(Method::Put, &arm(), "/r") };
    let error = world.rest_at_once(put).await.0.unwrap_err();
    assert!(matches!(error, Error::ResourceNotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn a_wait_that_is_shortened_is_told_and_no_wait_is_too_long() {
    let world = World::new();
    for (name, asked, told) in [
        ("retry-after", "301", "looking again in 300.0 s, and not in the 301.0 s that it asks for"),
        ("retry-after", "86400", "looking again in 300.0 s, and not in the 86400.0 s that it asks for"),
        (
            "retry-after",
            "18446744073709549568",
            "looking again in 300.0 s, and not in the 18446744073709549568.0 s",
        ),
        ("x-ms-retry-after-ms", "18446744073709551615", "looking again in 300.0 s, and not in the"),
        ("retry-after", "300", "looking again in 300.0 s"),
        ("retry-after-ms", "0", "looking again in 0.2 s"),
        ("x-ms-retry-after-ms", "0", "looking again in 0.2 s"),
        ("retry-after", "0", "looking again in 0.2 s"),
        ("retry-after", "-1", "looking again in 30.0 s"),
    ] {
        let arm = Service::answering([Reply::new(202, "").with("location", "/op").with(name, asked)]);
        let undertaking = world.azure.rest(waiting(Method::Post, &arm));
        let journal = std::sync::Arc::clone(&undertaking.progress);
        let progress = standing(undertaking, Phase::Polling).await;
        assert!(
            progress.remaining.is_some_and(|left| left <= Duration::from_secs(300)),
            "{asked}: {progress:?}"
        );
        let said: Vec<_> = (0..).map_while(|number| journal.event(number)).map(|event| event.text).collect();
        let line = said.iter().find(|line| line.contains("the operation goes on")).unwrap();
        assert!(line.contains(told) && line.contains("and not in") == told.contains("and not in"), "{line}");
    }
}

#[tokio::test]
async fn the_pause_before_the_next_look_can_be_seen() {
    let world = World::new();
    let arm = Service::answering([Reply::new(202, "").with("location", "/op").with("retry-after", "30")]);
    let progress = standing(world.azure.rest(waiting(Method::Post, &arm)), Phase::Polling).await;
    assert!(progress.remaining.is_some_and(|left| left > Duration::from_secs(20)), "{progress:?}");
}
