//! Error bodies of Azure: ARM's envelope, OAuth's, Storage's XML, or none but a status.

use http::HeaderMap;
use serde_json::json;
use tollgate_core::Clock;
use tollgate_identity::{ServiceError, redact};

use crate::error::Error;
use crate::pipeline::retry;

/// Parses a response with an error status. `secrets`, which the service was sent, are redacted.
pub(crate) fn parse(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    clock: &dyn Clock,
    secrets: &[&str],
) -> ServiceError {
    let retry_after = retry::requested_delay(headers, clock);
    let mut service_error = match parse_storage_xml(body) {
        Some((code, message)) => ServiceError::parse(
            status,
            json!({ "code": code, "message": message }).to_string().as_bytes(),
            retry_after,
            secrets,
        ),
        None => ServiceError::parse(status, body, retry_after, secrets),
    };
    let header = |name: &str| Some(redact(headers.get(name)?.to_str().ok()?, secrets));
    service_error.code = service_error.code.or_else(|| header("x-ms-error-code"));
    service_error.correlation_id = service_error
        .correlation_id
        .or_else(|| header("x-ms-correlation-request-id"))
        .or_else(|| header("x-ms-request-id"));
    service_error
}

/// The [`Error`] for its status.
pub(crate) fn to_error(service_error: ServiceError, attempts: u32) -> Error {
    match service_error.status {
        429 => Error::Throttled { answer: service_error, attempts },
        408 | 500.. => Error::ServiceUnavailable { answer: service_error, attempts },
        403 => {
            let message = service_error.message.as_deref().unwrap_or_default();
            let action = quoted_after(message, &["perform action ", "Action: "]);
            let resource = quoted_after(message, &["over scope ", "Resource: "]);
            Error::AccessDenied { action, resource, answer: Box::new(service_error) }
        }
        404 => Error::ResourceNotFound { answer: service_error },
        _ => Error::Refused { answer: service_error },
    }
}

/// Storage's `<Error><Code>…</Code><Message>…</Message></Error>`.
fn parse_storage_xml(body: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(body).ok()?.trim_start();
    let inner = text.starts_with('<').then(|| text.split_once("<Error>")).flatten()?.1;
    let element = |start: &str, end: &str| Some(unescaped(inner.split_once(start)?.1.split_once(end)?.0));
    Some((element("<Code>", "</Code>")?, element("<Message>", "</Message>").unwrap_or_default()))
}

fn unescaped(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

/// The quoted string after one of these phrases; `None` when it is empty.
fn quoted_after(text: &str, phrases: &[&str]) -> Option<String> {
    let rest = phrases.iter().find_map(|phrase| text.split_once(phrase)?.1.strip_prefix('\''))?;
    rest.split_once('\'').map(|(name, _)| name.to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use tollgate_core::SystemClock;

    use super::*;

    fn of(status: u16, body: &str, lines: &[(&'static str, &'static str)]) -> ServiceError {
        let line = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        parse(status, &lines.iter().map(line).collect(), body.as_bytes(), &SystemClock, &["hush"])
    }

    #[test]
    fn every_envelope_gives_code_and_text() {
        for (body, code, text) in [
            (r#"{"error":{"code":"C","message":"M."}}"#, Some("C"), Some("M")),
            (r#"{"code":"C","message":"M"}"#, Some("C"), Some("M")),
            (r#"{"error":"C","error_description":"M"}"#, Some("C"), Some("M")),
            (
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>C</Code><Message>a &amp;lt; b\nRequestId:1</Message></Error>",
                Some("C"),
                Some("a &lt; b RequestId:1"),
            ),
            ("<Error><Code>C</Code></Error>", Some("C"), None),
            ("<html><body>gateway</body></html>", None, None),
            ("", None, None),
        ] {
            let said = of(400, body, &[]);
            assert_eq!((said.code.as_deref(), said.message.as_deref()), (code, text), "{body}");
        }
    }

    #[test]
    fn what_the_body_does_not_say_the_head_may() {
        let lines = [("x-ms-error-code", "BlobNotFound"), ("x-ms-request-id", "r")];
        let said = of(404, "", &lines);
        assert_eq!((said.code.as_deref(), said.correlation_id.as_deref()), (Some("BlobNotFound"), Some("r")));
        let lines = [("x-ms-request-id", "r"), ("x-ms-correlation-request-id", "c"), ("retry-after", "7")];
        let said = of(429, r#"{"error":{"code":"C"}}"#, &lines);
        assert_eq!((said.code.as_deref(), said.correlation_id.as_deref()), (Some("C"), Some("c")));
        assert_eq!(said.retry_after.map(|wait| wait.as_secs()), Some(7));
    }

    #[test]
    fn a_token_that_azure_repeats_is_nowhere() {
        let lines = [("x-ms-error-code", "a-hush"), ("x-ms-request-id", "b-hush")];
        for body in [
            "",
            "<Error><Code>hush</Code><Message>hush</Message></Error>",
            r#"{"error":{"code":"hush","message":"hush"}}"#,
            "hush",
        ] {
            let shown = format!("{:?}", of(400, body, &lines));
            assert!(!shown.contains("hush") && shown.contains("***"), "{shown}");
        }
    }

    #[test]
    fn each_status_is_its_own_error() {
        let error = |status| to_error(of(status, "", &[]), 2);
        assert!(matches!(error(429), Error::Throttled { attempts: 2, .. }));
        for status in [408, 500, 502, 503, 504] {
            assert!(matches!(error(status), Error::ServiceUnavailable { attempts: 2, .. }), "{status}");
        }
        for status in [400, 401, 409, 412] {
            assert!(matches!(error(status), Error::Refused { .. }), "{status}");
        }
        assert!(matches!(error(403), Error::AccessDenied { .. }));
        assert!(matches!(error(404), Error::ResourceNotFound { .. }));
    }

    #[test]
    fn a_denial_tells_what_is_missing_where_azure_does() {
        let denied = |text: &str| match to_error(
            of(403, &json!({ "code": "C", "message": text }).to_string(), &[]),
            1,
        ) {
            Error::AccessDenied { action, resource, .. } => (action, resource),
            other => panic!("{other:?}"),
        };
        let both = (Some("a/read".to_owned()), Some("/subscriptions/s".to_owned()));
        let arm = "The client 'c' with object id 'o' does not have authorization to perform action 'a/read' over scope '/subscriptions/s' or the scope is invalid.";
        assert_eq!(denied(arm), both);
        assert_eq!(
            denied("Caller is not authorized.\r\nAction: 'a/read'\r\nResource: '/subscriptions/s'"),
            both
        );
        for text in ["", "no", "perform action '", "perform action ''", "perform action x"] {
            assert_eq!(denied(text), (None, None), "{text}");
        }
    }
}
