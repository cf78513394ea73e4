//! Vectors 20 to 35: what becomes of answers that hold no token.

use tollgate_identity::{Error, Selector, ServiceError};

use crate::hosts;
use crate::service::{Reply, Service, ask};

/// The failure of a virtual machine's request when the service never says anything else.
async fn failure(status: u16, body: &str) -> Error {
    failure_of(&[], Selector::SystemAssigned, status, body).await
}

async fn failure_of(host: &[(&str, &str)], selector: Selector, status: u16, body: &str) -> Error {
    let service = Service::new([], Reply::Answer(status, "", body.to_owned()));
    ask(&hosts::client(&service, host), &hosts::wish(selector)).await.unwrap_err()
}

async fn malformed(status: u16, body: &str, fault: &str) {
    let error = failure(status, body).await;
    assert!(matches!(error, Error::MalformedResponse { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(fault) && !text.contains("secret"), "{text}");
}

/// What is kept of an App Service's refusal, and the sentence it makes.
async fn said(body: &str) -> (ServiceError, String) {
    let error = failure_of(hosts::APP_SERVICE, Selector::SystemAssigned, 500, body).await;
    (error.service_error().unwrap().clone(), error.to_string())
}

#[tokio::test(start_paused = true)]
async fn v020_an_answer_without_a_token_is_malformed() {
    malformed(200, "", "the answer is empty").await;
    malformed(200, "{}", "no access_token").await;
    malformed(200, r#"{"token_type":"Bearer","expires_in":"60","id_token":"secret"}"#, "no access_token")
        .await;
    malformed(200, r#"{"access_token":"","expires_in":"60"}"#, "no access_token").await;
}

#[tokio::test(start_paused = true)]
async fn v021_an_answer_that_is_not_json_is_malformed() {
    malformed(200, "not json, secret", "not JSON").await;
    malformed(200, r#"{"access_token":"secret","expires_in":"60""#, "not JSON").await;
}

#[tokio::test(start_paused = true)]
async fn v022_a_refusal_without_words_says_its_status() {
    let (answer, text) = said("").await;
    assert_eq!(answer, ServiceError { status: 500, ..ServiceError::default() });
    assert_eq!(text, "the service answered HTTP 500 (asked 4 times)");
}

/// The vector has the id's issuer named; here the token's source is named in the line before the question, and the
/// id stands with the service's words.
#[tokio::test(start_paused = true)]
async fn v023_v028_message_and_correlation_id_are_shown() {
    let body = r#"{"statusCode":500,"message":"Error message","correlationId":"f0e1"}"#;
    let (answer, text) = said(body).await;
    assert_eq!(answer.correlation_id.as_deref(), Some("f0e1"));
    assert_eq!(text, "the service answered HTTP 500: Error message (correlation id f0e1) (asked 4 times)");
    let error = failure(400, &body.replace("500", "400")).await;
    assert_eq!(error.to_string(), "the service answered HTTP 400: Error message (correlation id f0e1)");
}

#[tokio::test(start_paused = true)]
async fn v024_v025_v026_v027_whatever_a_refusal_says_is_shown() {
    for (body, code, message) in [
        (
            r#"{"error":"errorCode","error_description":"Error message"}"#,
            Some("errorCode"),
            Some("Error message"),
        ),
        (r#"{"error_description":"Error message"}"#, None, Some("Error message")),
        (r#"{"message":"Error message"}"#, None, Some("Error message")),
        (r#"{"error":{"code":"errorCode"}}"#, Some("errorCode"), None),
        (r#"{"error":{"message":"Error message"}}"#, None, Some("Error message")),
        (
            r#"{"error":{"code":"errorCode","message":"Error message"}}"#,
            Some("errorCode"),
            Some("Error message"),
        ),
        (
            r#"{"error":{"code":"errorCode","message":"Error message","innererror":{"trace":"t"}}}"#,
            Some("errorCode"),
            Some("Error message"),
        ),
        (r#"{"notExpectedJson":"someValue"}"#, None, None),
        ("notExpectedJson", None, Some("notExpectedJson")),
    ] {
        let (answer, text) = said(body).await;
        assert_eq!((answer.code.as_deref(), answer.message.as_deref()), (code, message), "{body}");
        assert!([code, message].into_iter().flatten().all(|part| text.contains(part)), "{body} {text}");
        assert!(text.starts_with("the service answered HTTP 500"), "{body} {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn v029_a_status_nobody_expects_is_a_refusal_with_status_and_words() {
    for host in [&[][..], hosts::APP_SERVICE] {
        let error = failure_of(host, Selector::SystemAssigned, 418, "is a teapot").await;
        assert!(matches!(error, Error::Refused { .. }), "{error:?}");
        assert_eq!(error.to_string(), "the service answered HTTP 418: is a teapot");
    }
}

#[tokio::test(start_paused = true)]
async fn v030_status_and_words_outlive_the_last_try() {
    for status in [404, 501, 503] {
        let error = failure(status, "in maintenance").await;
        assert!(matches!(error, Error::ServiceUnavailable { .. }), "{error:?}");
        assert!(
            error.to_string().starts_with(&format!("the service answered HTTP {status}: in maintenance"))
        );
    }
    let error = failure(400, r#"{"error":"invalid_request","error_description":"Identity not found"}"#).await;
    assert!(error.to_string().ends_with("HTTP 400 invalid_request: Identity not found"), "{error}");
}

/// The vectors end or continue a chain of other credentials, and there is none here: both end the request, and the identity
/// that is missing is named.
#[tokio::test(start_paused = true)]
async fn v031_v032_400_ends_the_request_whether_an_identity_was_named_or_not() {
    let body = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    for (selector, named) in [
        (Selector::ClientId(hosts::id()), hosts::id().to_string()),
        (Selector::SystemAssigned, "the system-assigned identity".to_owned()),
    ] {
        let service = Service::new([], Reply::Answer(400, "", body.to_owned()));
        let error = ask(&service.client(), &hosts::wish(selector)).await.unwrap_err();
        assert!(matches!(error, Error::IdentityNotFound { .. }), "{error:?}");
        assert!(error.to_string().contains(&named), "{error}");
        assert_eq!(service.times().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn v033_a_container_host_that_cannot_reach_the_service_is_no_source() {
    for what in ["network", "host"] {
        let docker = format!(
            "bad response from Docker: connecting to 169.254.169.254:80: connecting to 169.254.169.254:80: dial tcp 169.254.169.254:80: connectex: A socket operation was attempted to an unreachable {what}."
        );
        let error = failure(403, &docker).await;
        assert!(matches!(error, Error::NoSource { .. }), "{error:?}");
    }
}

/// The vector continues a chain, and there is none here.
#[tokio::test(start_paused = true)]
async fn v034_a_web_page_is_malformed_whatever_its_status() {
    let page = "<!DOCTYPE html><p>secret</p>";
    malformed(200, page, "a web page answered; a proxy may stand in between").await;
    malformed(403, page, "a web page answered with HTTP 403; a proxy may stand in between").await;
}

#[tokio::test(start_paused = true)]
async fn v035_a_gateway_that_answers_in_place_of_the_service_is_named() {
    for status in [502, 504] {
        for body in ["<html>Bad Gateway</html>", ""] {
            let error = failure(status, body).await;
            assert!(matches!(error, Error::ServiceUnavailable { .. }), "{error:?}");
            assert!(error.to_string().contains("a gateway answered in place of the service"), "{error}");
        }
    }
}
