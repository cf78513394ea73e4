//! What becomes of each kind of answer.

use tollgate_identity::{Error, Level, Selector, SelectorTexts};

use crate::service::{NOW, Reply, Service, ask, request, status, token_for};

async fn failure(reply: Reply, variables: &[(&str, &str)]) -> Error {
    let service = Service::new([reply], status(400));
    ask(&service.client_with(variables), &request("https://x")).await.unwrap_err()
}

async fn refusal(http_status: u16, headers: &'static str, body: &str) -> Error {
    failure(Reply::Answer(http_status, headers, body.to_owned()), &[]).await
}

#[tokio::test(start_paused = true)]
async fn the_service_has_no_such_identity_in_all_its_wordings() {
    for (http_status, body) in [
        (400, r#"{"error":"invalid_request","error_description":"Identity not found"}"#),
        (
            400,
            r#"{"error":"invalid_request","error_description":"Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request"}"#,
        ),
        (
            400,
            r#"{"StatusCode":400,"Message":"No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."}"#,
        ),
        (404, "No MSI found for specified ClientId/ResourceId."),
        (404, r#"{"error":"identity_not_found","error_description":"x"}"#),
        (500, "no azure identity found for request clientID"),
    ] {
        let error = refusal(http_status, "", body).await;
        assert!(
            matches!(&error, Error::IdentityNotFound { answer, .. } if answer.status == http_status),
            "{body} {error:?}"
        );
        assert!(error.to_string().contains("the system-assigned identity"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn code_text_and_correlation_id_of_a_refusal_survive() {
    let body = r#"{"error":"invalid_resource","error_description":"AADSTS500011: no such principal","correlation_id":"c-1"}"#;
    let error = refusal(400, "", body).await;
    let Error::Refused { answer } = &error else { panic!("{error:?}") };
    assert_eq!(answer.code.as_deref(), Some("invalid_resource"));
    assert_eq!(answer.correlation_id.as_deref(), Some("c-1"));
    assert_eq!(
        error.to_string(),
        "the service answered HTTP 400 invalid_resource: AADSTS500011: no such principal (correlation id c-1)"
    );
}

#[tokio::test(start_paused = true)]
async fn somebody_else_at_the_services_address_is_no_source() {
    let error = refusal(401, "server: EC2ws\r\n", "<html>401</html>").await;
    assert!(matches!(&error, Error::NoSource { .. }) && error.to_string().contains("EC2"), "{error}");
    let docker = "bad response connecting to 169.254.169.254:80: A socket operation was attempted to an unreachable network.";
    assert!(matches!(refusal(403, "", docker).await, Error::NoSource { .. }));
}

#[tokio::test(start_paused = true)]
async fn pages_redirects_and_rubbish_are_named_and_never_repeated() {
    let page = "<!DOCTYPE html><p>secret</p>";
    for (reply, expected) in [
        (Reply::Answer(200, "content-type: text/html\r\n", page.into()), "a web page answered"),
        (Reply::Answer(403, "", page.into()), "a web page answered with HTTP 403"),
        (Reply::Answer(200, "", "not json, secret".into()), "not JSON"),
        (Reply::Answer(200, "", String::new()), "empty"),
        (Reply::Answer(200, "", r#"{"token_type":"Bearer"}"#.into()), "no access_token"),
        (
            Reply::Answer(200, "", format!(r#"{{"access_token":"secret","expires_on":"{}"}}"#, NOW - 1)),
            "expired already",
        ),
        (
            Reply::Answer(200, "", format!(r#"{{"access_token":"{}"}}"#, "secret".repeat(1000))),
            "larger than 4096 bytes",
        ),
    ] {
        let error = failure(reply, &[]).await;
        assert!(matches!(error, Error::MalformedResponse { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(expected) && !text.contains("secret"), "{text}");
    }
    let error = refusal(307, "location: http://169.254.169.254/elsewhere\r\n", "").await;
    assert!(
        matches!(&error, Error::EndpointNotTrusted { .. }) && error.to_string().contains("redirect"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_answers_without_words_is_named() {
    let service = Service::new([], Reply::Answer(502, "", "<html>Bad Gateway</html>".into()));
    let error = ask(&service.client(), &request("https://x")).await.unwrap_err();
    assert!(
        matches!(&error, Error::ServiceUnavailable { .. }) && error.to_string().contains("gateway"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_identity_asked_for_is_the_one_on_the_wire() {
    let service = Service::new([], token_for("t", 60));
    let client = service.client();
    let id = "11111111-2222-3333-4444-555555555555";
    let texts = [
        SelectorTexts { account_id: Some("MSI@50342"), ..Default::default() },
        SelectorTexts { client_id: Some(id), ..Default::default() },
        SelectorTexts { object_id: Some(id), ..Default::default() },
    ];
    for texts in texts {
        let mut wish = request("https://x");
        wish.selector = Selector::parse(texts).unwrap();
        ask(&client, &wish).await.unwrap();
    }
    let tails: Vec<_> =
        service.lines().iter().map(|line| line.split("https%3A%2F%2Fx").nth(1).unwrap().to_owned()).collect();
    assert_eq!(
        tails,
        [" HTTP/1.1".to_owned(), format!("&client_id={id} HTTP/1.1"), format!("&object_id={id} HTTP/1.1")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_cannot_be_shared_is_warned_of_once() {
    let service = Service::new([], token_for("t", 60));
    let client = service.client_with(&[("TOLLGATE_GATE_DIRECTORY", "/proc/none")]);
    let mut levels = Vec::new();
    for resource in ["https://a", "https://b"] {
        let tollgate_identity::Call::Pending(pending) = client.token(&request(resource)) else { panic!() };
        let journal = std::sync::Arc::clone(pending.journal());
        pending.landing().await.unwrap();
        let alone =
            (0..).map_while(|number| journal.event(number)).find(|event| event.text.contains("alone"));
        levels.push(alone.unwrap().level);
    }
    assert_eq!(levels, [Level::Warning, Level::Verbose]);
}
