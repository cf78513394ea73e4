//! Answers in the service's own words. The lengths of the recorded bodies are asserted in the tests.

use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, SERVER};
use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::random;

/// An answer whose body is known and may still be broken by a fault.
pub type Plain = Response<Bytes>;

/// The answer in place of what was asked for; on the heap, because it is large and rare.
pub type Refused = Box<Plain>;

const JSON: &str = "application/json; charset=utf-8";

pub(crate) const MULTIPLE: &str = "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request";

fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Plain {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// No body, hence no type of one.
pub fn empty(status: StatusCode) -> Plain {
    let mut answer = Plain::default();
    *answer.status_mut() = status;
    answer
}

/// A body that calls itself JSON.
pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Plain {
    answer(status, JSON, body)
}

/// A body in plain text.
pub fn text(status: StatusCode, body: impl Into<Bytes>) -> Plain {
    answer(status, "text/plain; charset=utf-8", body)
}

pub(crate) fn html(body: &'static str) -> Plain {
    let mut page = answer(StatusCode::OK, "text/html", body);
    page.headers_mut().insert(SERVER, HeaderValue::from_static("proxy"));
    page
}

/// Sets a header, unless the value cannot be one.
pub fn set(answer: &mut Plain, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// The identity category's form of a refusal.
pub(crate) fn refused(status: StatusCode, error: &str, error_description: &str) -> Plain {
    let body = serde_json::to_vec(&Refusal { error, error_description }).expect("two texts");
    json(status, body)
}

pub(crate) fn invalid_request(error_description: &str) -> Plain {
    refused(StatusCode::BAD_REQUEST, "invalid_request", error_description)
}

pub(crate) fn throttled() -> Plain {
    refused(StatusCode::TOO_MANY_REQUESTS, "invalid_request", "Temporarily throttled, too many requests")
}

/// Tells when to come again, if there is such a time.
pub(crate) fn retry_after(mut answer: Plain, wait: Option<Duration>) -> Plain {
    if let Some(wait) = wait {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
    }
    answer
}

/// Never too short.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// A request that came through a proxy is not served.
pub(crate) fn forwarded(status: u16) -> Plain {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
    refused(status, "forbidden", "Requests with an X-Forwarded-For header are not served")
}

/// The instance category's form of a refusal.
pub(crate) fn plain_error(status: StatusCode, error: &str) -> Plain {
    json(status, json!({ "error": error }).to_string())
}

pub(crate) fn bad_request(what: &str) -> Plain {
    plain_error(StatusCode::BAD_REQUEST, &format!("Bad request. {what}"))
}

pub(crate) fn not_found() -> Plain {
    plain_error(StatusCode::NOT_FOUND, "Not found")
}

pub(crate) fn wrong_method() -> Plain {
    plain_error(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
}

pub(crate) fn wrong_api_version() -> Plain {
    let body = r#"{"error":"Bad request. api-version is invalid or was not specified in the request. For more information refer to aka.ms/azureimds","newest-versions":["2025-04-07","2024-07-17","2024-03-15"]}"#;
    json(StatusCode::BAD_REQUEST, body)
}

/// What Entra says, relayed: with the ids by which its support finds the request.
pub(crate) fn unknown_resource(resource: &str, tenant_id: &str, now: i64) -> Plain {
    let timestamp = jiff::Timestamp::from_second(now).unwrap_or_default();
    let body = json!({
        "error": "invalid_resource",
        "error_description": format!(
            "AADSTS500011: No application named {resource} is known to the tenant {tenant_id}; check the resource."
        ),
        "error_codes": [500_011],
        "timestamp": timestamp.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        "trace_id": random::guid(),
        "correlation_id": random::guid(),
        "error_uri": "https://login.microsoftonline.com/error?code=500011",
    });
    json(StatusCode::BAD_REQUEST, body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_recorded_lengths() {
        let length = |text| invalid_request(text).body().len();
        assert_eq!(length("Required metadata header not specified"), 88);
        assert_eq!(length("Identity not found"), 68);
        assert_eq!(length(MULTIPLE), 168);
        assert_eq!(throttled().body().len(), 90);
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_and_never_too_short() {
        let told = |wait| retry_after(throttled(), Some(wait)).headers()[RETRY_AFTER].clone();
        assert_eq!(told(Duration::from_secs(3)), "3");
        assert_eq!(told(Duration::from_millis(1)), "1");
        assert_eq!(told(Duration::from_millis(2001)), "3");
        assert!(retry_after(throttled(), None).headers().get(RETRY_AFTER).is_none());
    }
}
