//! What is never believed, which identity an account means, and what is warned of.

use tollgate_identity::{Error, Level, Selector, SelectorInput};

use crate::service::{Reply, Service, ask, request, status, token_for};

async fn failure(reply: Reply) -> Error {
    let service = Service::new([reply], status(400));
    ask(&service.client_with(&[]), &request("https://x")).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_page_of_another_cloud_at_the_services_address_is_no_source() {
    let error = failure(Reply::Answer(401, "server: EC2ws\r\n", "<html>401</html>".to_owned())).await;
    assert!(matches!(&error, Error::NoSource { .. }) && error.to_string().contains("EC2"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_is_larger_than_any_genuine_answer_is_not_read() {
    let large = format!(r#"{{"access_token":"{}"}}"#, "secret".repeat(1000));
    let error = failure(Reply::Answer(200, "", large)).await;
    assert!(matches!(error, Error::MalformedResponse { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("larger than 4096 bytes") && !text.contains("secret"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_trusted() {
    let redirect = "location: http://169.254.169.254/elsewhere\r\n";
    let error = failure(Reply::Answer(307, redirect, String::new())).await;
    assert!(
        matches!(&error, Error::EndpointNotTrusted { .. }) && error.to_string().contains("redirect"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_account_is_the_identity_that_az_means_by_it() {
    let service = Service::new([], token_for("t", 60));
    let client = service.client();
    let id = "11111111-2222-3333-4444-555555555555";
    for account in ["MSI@50342", id] {
        let mut wish = request("https://x");
        wish.selector =
            Selector::parse(SelectorInput { account_id: Some(account), ..Default::default() }).unwrap();
        ask(&client, &wish).await.unwrap();
    }
    let base = "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fx";
    assert_eq!(service.lines(), [format!("{base} HTTP/1.1"), format!("{base}&client_id={id} HTTP/1.1")]);
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_cannot_be_shared_is_warned_of_once() {
    let service = Service::new([], token_for("t", 60));
    let client = service.client_with(&[("TOLLGATE_GATE_DIRECTORY", "/proc/none")]);
    let mut levels = Vec::new();
    for resource in ["https://a", "https://b"] {
        let tollgate_identity::TokenCall::Pending(pending) = client.get_token(&request(resource)) else {
            panic!()
        };
        let journal = std::sync::Arc::clone(pending.progress());
        pending.wait().await.unwrap();
        let alone =
            (0..).map_while(|number| journal.event(number)).find(|event| event.text.contains("alone"));
        levels.push(alone.unwrap().level);
    }
    assert_eq!(levels, [Level::Warning, Level::Verbose]);
}
