//! Every refusal that a service has been seen to make, to the letter: what is kept of it, which error it is, and whether the
//! service is asked again.

use http::HeaderValue;
use http::header::RETRY_AFTER;
use tollgate_core::BootInstant;
use tollgate_http::ResponseBody;

use super::*;
use crate::detection::detect_source;
use crate::environment::Environment;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::sources::SourceId;

mod hosts;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> BootInstant {
        BootInstant::from_nanos(1)
    }

    fn unix_now(&self) -> i64 {
        1_800_000_000
    }
}

const VIRTUAL_MACHINE: &[(&str, &str)] = &[];
const APP_SERVICE: &[(&str, &str)] = &[("IDENTITY_ENDPOINT", "http://x"), ("IDENTITY_HEADER", "hush")];
const ARC: &[(&str, &str)] = &[("IDENTITY_ENDPOINT", "http://x"), ("IMDS_ENDPOINT", "http://x")];
const CLOUD_SHELL: &[(&str, &str)] = &[("MSI_ENDPOINT", "http://x")];
const MACHINE_LEARNING: &[(&str, &str)] = &[("MSI_ENDPOINT", "http://x"), ("MSI_SECRET", "hush")];
const FABRIC: &[(&str, &str)] = &[
    ("IDENTITY_ENDPOINT", "https://x"),
    ("IDENTITY_HEADER", "hush"),
    ("IDENTITY_SERVER_THUMBPRINT", "00112233445566778899aabbccddeeff00112233"),
];

/// What a refusal can mean: the error's name, and whether the service is asked again.
const NOT_FOUND: (&str, RetryClass) = ("IdentityNotFound", RetryClass::Permanent);
const REFUSED: (&str, RetryClass) = ("Refused", RetryClass::Permanent);
const THROTTLED: (&str, RetryClass) = ("Throttled", RetryClass::Throttled);
const UNAVAILABLE: (&str, RetryClass) = ("ServiceUnavailable", RetryClass::Unavailable);
const MISSING: (&str, RetryClass) = ("ServiceUnavailable", RetryClass::NotFound);
const GONE: (&str, RetryClass) = ("ServiceUnavailable", RetryClass::Gone);

const ID: &str = "4e2a7f6c-0000-4000-8000-000000000001";

fn refused(variables: &[(&str, &str)], status: u16, headers: HeaderMap, body: &str) -> FailedAttempt {
    let source = detect_source(&Environment::from_pairs(variables.iter().copied())).unwrap();
    let key = CacheKey {
        source: SourceId(1),
        selector: Selector::SystemAssigned,
        resource: Resource::parse("https://x").unwrap(),
    };
    let answer = MetadataResponse { status, headers, body: ResponseBody::from(body.as_bytes().to_vec()) };
    // One source must be told an identity.
    let question = |selector: &Selector| source.build_request(&key.resource, selector);
    let question =
        question(&key.selector).or_else(|_| question(&Selector::ClientId(uuid::Uuid::nil()))).unwrap();
    *classify_response(&*source, &key, &question, &answer, 1, &Fixed).unwrap_err()
}

const fn name(error: &Error) -> &'static str {
    match error {
        Error::IdentityNotFound { .. } => "IdentityNotFound",
        Error::Refused { .. } => "Refused",
        Error::Throttled { .. } => "Throttled",
        Error::ServiceUnavailable { .. } => "ServiceUnavailable",
        Error::NoSource { .. } => "NoSource",
        Error::MalformedResponse { .. } => "MalformedResponse",
        _ => "another",
    }
}

/// Status and body; the meaning; code, text and correlation id.
type Row<'a> = (u16, &'a str, (&'a str, RetryClass), Option<&'a str>, Option<&'a str>, Option<&'a str>);

fn check(variables: &[(&str, &str)], rows: &[Row<'_>]) {
    for (status, body, meaning, code, text, id) in rows {
        let FailedAttempt { error, class: outcome, .. } = refused(variables, *status, HeaderMap::new(), body);
        assert_eq!((name(&error), outcome), *meaning, "{status} {body}");
        let said = error.service_error().unwrap();
        assert_eq!(
            (said.status, said.code.as_deref(), said.message.as_deref(), said.correlation_id.as_deref()),
            (*status, *code, *text, *id),
            "{body}"
        );
    }
}

#[test]
fn refusals_of_the_virtual_machines_service() {
    for (status, code, text, meaning) in [
        (400, "invalid_request", "Required metadata header not specified", REFUSED),
        (400, "bad_request_102", "Required metadata header not specified", REFUSED),
        (400, "invalid_request", "Required query variable 'resource' is missing", REFUSED),
        (400, "invalid_request", "Identity not found", NOT_FOUND),
        (
            400,
            "invalid_request",
            "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
            NOT_FOUND,
        ),
        (401, "unknown_source", "Unknown Source /x", REFUSED),
        (429, "invalid_request", "Temporarily throttled, too many requests", THROTTLED),
        (
            500,
            "unknown",
            "Failed to retrieve token from the Active directory. For details see logs in /x",
            UNAVAILABLE,
        ),
    ] {
        let body = format!(r#"{{"error":"{code}","error_description":"{text}"}}"#);
        check(VIRTUAL_MACHINE, &[(status, &body, meaning, Some(code), Some(text), None)]);
    }
    for (status, meaning) in [(404, MISSING), (410, GONE), (503, UNAVAILABLE)] {
        check(VIRTUAL_MACHINE, &[(status, "", meaning, None, None, None)]);
    }
}

#[test]
fn refusals_of_entra_that_the_virtual_machines_service_hands_on() {
    for (code, text) in [
        ("invalid_resource", "AADSTS50001: The application named x was not found"),
        ("invalid_resource", "AADSTS500011: The resource principal named x was not found"),
        ("unauthorized_client", "AADSTS700016: Application with identifier x was not found"),
    ] {
        let body = format!(
            r#"{{"error":"{code}","error_description":"{text}.","error_codes":[50001],"timestamp":"2026-11-21 00:00:00Z","trace_id":"t","correlation_id":"{ID}","error_uri":"https://login.microsoftonline.com/error?code=50001"}}"#
        );
        check(VIRTUAL_MACHINE, &[(400, &body, REFUSED, Some(code), Some(text), Some(ID))]);
    }
}

/// What Entra or the service's own description has codes for, without words of its own.
#[test]
fn codes_that_come_without_a_text() {
    for (status, code, meaning) in [
        (400, "invalid_request", REFUSED),
        (400, "unauthorized_client", REFUSED),
        (400, "access_denied", REFUSED),
        (400, "unsupported_response_type", REFUSED),
        (400, "invalid_scope", REFUSED),
        (400, "bad_request", REFUSED),
        (403, "forbidden", REFUSED),
        (404, "not_found", MISSING),
        (405, "method_not_allowed", REFUSED),
        (429, "too_many_requests", THROTTLED),
        (500, "server_error", UNAVAILABLE),
        (503, "service_unavailable", UNAVAILABLE),
    ] {
        let body = format!(r#"{{"error":"{code}"}}"#);
        check(VIRTUAL_MACHINE, &[(status, &body, meaning, Some(code), None, None)]);
    }
}

#[test]
fn answers_of_others_at_the_virtual_machines_service() {
    let gateway = Some("a gateway answered in place of the service; a proxy may stand in between");
    check(
        VIRTUAL_MACHINE,
        &[
            (500, "pod list is empty", UNAVAILABLE, None, Some("pod list is empty"), None),
            (
                404,
                "no azure identity found for request clientID",
                NOT_FOUND,
                None,
                Some("no azure identity found for request clientID"),
                None,
            ),
            (502, "<html>Bad Gateway</html>", UNAVAILABLE, None, gateway, None),
            (504, "", UNAVAILABLE, None, gateway, None),
            (503, "<html>Service Unavailable</html>", UNAVAILABLE, None, None, None),
        ],
    );
    let docker =
        "connecting to 169.254.169.254:80: A socket operation was attempted to an unreachable network.";
    let amazon = HeaderMap::from_iter([(SERVER, HeaderValue::from_static("EC2ws"))]);
    for (status, headers, body, expected) in [
        (403, HeaderMap::new(), docker, "NoSource"),
        (401, amazon, "<html>401 - Unauthorized</html>", "NoSource"),
        (403, HeaderMap::new(), "<html>Forbidden</html>", "MalformedResponse"),
    ] {
        let FailedAttempt { error, class: outcome, .. } = refused(VIRTUAL_MACHINE, status, headers, body);
        assert_eq!((name(&error), outcome), (expected, RetryClass::Permanent), "{body}");
    }
}

#[test]
fn a_secret_that_a_service_repeats_is_not_told() {
    let body = r#"{"error":"hush","message":"the header X-IDENTITY-HEADER: hush is wrong"}"#;
    for variables in [APP_SERVICE, MACHINE_LEARNING, FABRIC] {
        let FailedAttempt { error, .. } = refused(variables, 400, HeaderMap::new(), body);
        let text = format!("{error} {error:?}");
        assert!(text.contains("X-IDENTITY-HEADER: *** is wrong") && !text.contains("hush"), "{text}");
    }
    let mut question = MetadataRequest::default();
    let mut key = HeaderValue::from_static("Basic c2VjcmV0");
    key.set_sensitive(true);
    question.headers.insert("authorization", key);
    question.headers.insert("metadata", HeaderValue::from_static("true"));
    assert_eq!(secrets(&question), ["c2VjcmV0"]);
}

#[test]
fn a_wait_that_a_service_asks_for_is_named_in_the_error() {
    let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("86400"))]);
    for status in [429, 503] {
        let FailedAttempt { error, .. } = refused(VIRTUAL_MACHINE, status, headers.clone(), "");
        assert!(error.to_string().contains("it asks to wait 86400 s"), "{error}");
    }
}
