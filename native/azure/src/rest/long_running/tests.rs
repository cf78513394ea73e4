//! Tables: which answer begins an operation, where its state is asked for, and where its result is.

use http::{HeaderName, HeaderValue};

use super::*;

const ORIGINAL: &str = "https://arm/r";

type Lines = &'static [(&'static str, &'static str)];

const OPERATION: Lines = &[("operation-location", "/op")];
const ASYNC_AND_LOCATION: Lines = &[("azure-asyncoperation", "https://arm/async"), ("location", "/loc")];
const ALL: Lines = &[("operation-location", "/op"), ("azure-asyncoperation", "/async"), ("location", "/loc")];
const LOCATION_ONLY: Lines = &[("location", "/loc")];
const CREATING: &str = r#"{"properties":{"provisioningState":"Creating"}}"#;
const FAILED: &str = r#"{"properties":{"provisioningState":"Failed"}}"#;
const MADE: &str = r#"{"properties":{"provisioningState":"Succeeded"}}"#;

fn url(path: &str) -> Url {
    Url::parse(ORIGINAL).unwrap().join(path).unwrap()
}

fn heard<T>(
    status: u16,
    lines: Lines,
    body: &str,
    wait: Option<u64>,
    then: impl FnOnce(&PollResponse<'_>) -> T,
) -> T {
    let headers = lines
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    then(&PollResponse {
        status,
        headers: &headers,
        body: body.as_bytes(),
        retry_after: wait.map(Duration::from_secs),
    })
}

fn begin(
    method: Method,
    wait: PollingOptions,
    status: u16,
    lines: Lines,
    body: &str,
) -> Option<OperationPoller> {
    heard(status, lines, body, None, |heard| OperationPoller::begin(method, &url("/r"), wait, heard))
}

/// The place asked first.
fn place(
    method: Method,
    poll_from: Option<OperationLink>,
    status: u16,
    lines: Lines,
    body: &str,
) -> Option<String> {
    let wait = PollingOptions { poll_from, final_result_from: None };
    begin(method, wait, status, lines, body).map(|operation| operation.poll_url.path().to_owned())
}

#[test]
fn the_state_is_asked_for_where_the_first_answer_says_in_azures_order() {
    use Method::{Delete, Get, Patch, Post, Put};
    for (method, status, lines, body, expected) in [
        (Put, 201, ALL, "", Some("/op")),
        (Put, 201, ASYNC_AND_LOCATION, CREATING, Some("/async")),
        (Post, 202, LOCATION_ONLY, "", Some("/loc")),
        (Delete, 202, LOCATION_ONLY, "", Some("/loc")),
        (Get, 202, LOCATION_ONLY, "", Some("/loc")),
        (Put, 201, LOCATION_ONLY, "{}", None),
        (Put, 201, LOCATION_ONLY, CREATING, Some("/r")),
        (Put, 201, &[], CREATING, Some("/r")),
        (Put, 201, &[], MADE, Some("/r")),
        (Patch, 200, &[], CREATING, Some("/r")),
        (Put, 200, &[], MADE, None),
        (Put, 200, &[], FAILED, None),
        (Post, 201, &[], CREATING, None),
        (Put, 200, &[], "no json", None),
        (Delete, 204, &[], "", None),
        (Get, 200, LOCATION_ONLY, CREATING, None),
    ] {
        assert_eq!(
            place(method, None, status, lines, body).as_deref(),
            expected,
            "{method:?} {status} {lines:?}"
        );
    }
}

#[test]
fn the_user_may_say_where_the_state_is_asked_for() {
    for (from, lines, expected) in [
        (OperationLink::AzureAsyncOperation, ALL, Some("/async")),
        (OperationLink::OperationLocation, ALL, Some("/op")),
        (OperationLink::Location, ALL, Some("/loc")),
        (OperationLink::OriginalUri, ALL, Some("/r")),
        (OperationLink::AzureAsyncOperation, LOCATION_ONLY, None),
        (OperationLink::OperationLocation, LOCATION_ONLY, None),
        (OperationLink::Location, &[], None),
    ] {
        assert_eq!(place(Method::Put, Some(from), 201, lines, "").as_deref(), expected, "{from:?}");
    }
}

#[test]
fn between_two_looks_passes_what_azure_asks_or_half_a_minute() {
    let operation = begin(Method::Post, PollingOptions::default(), 202, OPERATION, "").unwrap();
    let first = |wait| heard(202, OPERATION, "", wait, |heard| operation.first(heard));
    assert_eq!(first(None), NextStep::Poll(url("/op"), Duration::from_secs(30)));
    assert_eq!(first(Some(3)), NextStep::Poll(url("/op"), Duration::from_secs(3)));
}

/// What follows the first look.
fn after(
    method: Method,
    wait: PollingOptions,
    first: Lines,
    status: u16,
    lines: Lines,
    body: &str,
) -> NextStep {
    let mut operation = begin(method, wait, 202, first, "").unwrap();
    heard(status, lines, body, Some(1), |heard| operation.next(heard))
}

#[test]
fn an_operation_ends_by_its_status_in_any_spelling() {
    let next = |status, body| after(Method::Delete, PollingOptions::default(), OPERATION, status, &[], body);
    let again = NextStep::Poll(url("/op"), Duration::from_secs(1));
    for (status, body, expected) in [
        (200, r#"{"status":"Running"}"#, &again),
        (200, r#"{"status":"InProgress"}"#, &again),
        (202, "", &again),
        (200, r#"{"status":"succeeded"}"#, &NextStep::Done),
        (204, "", &NextStep::Done),
        (200, r#"{"status":"FAILED"}"#, &NextStep::Failed("FAILED".to_owned())),
        (200, r#"{"status":"Canceled"}"#, &NextStep::Failed("Canceled".to_owned())),
        (200, r#"{"status":"Cancelled"}"#, &NextStep::Failed("Cancelled".to_owned())),
        (200, r#"{"status":5}"#, &NextStep::Invalid),
        (200, "{}", &NextStep::Invalid),
        (200, "no json", &NextStep::Invalid),
    ] {
        assert_eq!(next(status, body), *expected, "{status} {body}");
    }
}

#[test]
fn a_location_ends_when_it_answers_with_something_else_than_202() {
    let next =
        |status, lines| after(Method::Post, PollingOptions::default(), LOCATION_ONLY, status, lines, "");
    let second = Duration::from_secs(1);
    assert_eq!(next(202, &[]), NextStep::Poll(url("/loc"), second));
    assert_eq!(next(202, &[("location", "/moved")]), NextStep::Poll(url("/moved"), second));
    for status in [200, 201, 204] {
        assert_eq!(next(status, &[]), NextStep::Done, "{status}");
    }
    assert_eq!(next(409, &[]), NextStep::Failed("HTTP 409".to_owned()));
}

#[test]
fn a_resource_ends_by_its_provisioning_state() {
    let wait = PollingOptions { poll_from: Some(OperationLink::OriginalUri), final_result_from: None };
    let next = |method, status, body| after(method, wait, &[], status, &[], body);
    assert_eq!(next(Method::Put, 200, CREATING), NextStep::Poll(url("/r"), Duration::from_secs(1)));
    assert_eq!(next(Method::Put, 200, MADE), NextStep::Done);
    assert_eq!(next(Method::Put, 200, "{}"), NextStep::Done);
    assert_eq!(next(Method::Put, 200, FAILED), NextStep::Failed("Failed".to_owned()));
    assert_eq!(next(Method::Put, 202, ""), NextStep::Poll(url("/r"), Duration::from_secs(1)));
    assert_eq!(next(Method::Delete, 404, ""), NextStep::Deleted);
}

#[test]
fn a_resource_that_is_made_already_is_not_asked_for_again() {
    let operation = begin(Method::Put, PollingOptions::default(), 201, &[], MADE).unwrap();
    assert_eq!(heard(201, &[], MADE, None, |heard| operation.first(heard)), NextStep::Done);
}

#[test]
fn the_result_is_had_where_the_method_or_the_user_says() {
    use Method::{Delete, Patch, Post, Put};
    use OperationLink::{AzureAsyncOperation, Location, OperationLocation, OriginalUri};
    let ended = r#"{"status":"Succeeded"}"#;
    let fetch = |path| NextStep::FetchResult(url(path));
    for (method, final_from, lines, expected) in [
        (Put, None, ALL, fetch("/r")),
        (Patch, None, ASYNC_AND_LOCATION, fetch("/r")),
        (Put, None, LOCATION_ONLY, fetch("/r")),
        (Post, None, ASYNC_AND_LOCATION, fetch("/loc")),
        (Post, None, OPERATION, NextStep::Done),
        (Post, None, LOCATION_ONLY, NextStep::Done),
        (Delete, None, ASYNC_AND_LOCATION, NextStep::Done),
        (Put, Some(Location), ASYNC_AND_LOCATION, fetch("/loc")),
        (Put, Some(Location), LOCATION_ONLY, NextStep::Done),
        (Put, Some(Location), OPERATION, NextStep::Done),
        (Post, Some(OriginalUri), ALL, fetch("/r")),
        (Put, Some(AzureAsyncOperation), ALL, NextStep::Done),
        (Put, Some(OperationLocation), ALL, NextStep::Done),
    ] {
        let wait = PollingOptions { poll_from: None, final_result_from: final_from };
        assert_eq!(
            after(method, wait, lines, 200, &[], ended),
            expected,
            "{method:?} {final_from:?} {lines:?}"
        );
    }
}

#[test]
fn the_place_and_the_result_may_move_on_the_way() {
    let mut operation = begin(Method::Post, PollingOptions::default(), 202, OPERATION, "").unwrap();
    let moved: Lines = &[("operation-location", "/op2"), ("location", "/result")];
    let next = heard(200, moved, r#"{"status":"Running"}"#, Some(0), |heard| operation.next(heard));
    assert_eq!(next, NextStep::Poll(url("/op2"), Duration::ZERO));
    let next = heard(200, &[], r#"{"status":"Succeeded"}"#, None, |heard| operation.next(heard));
    assert_eq!(next, NextStep::FetchResult(url("/result")));
}
