//! How each source is asked, as far as it is asked over plain http.

use tollgate_identity::{Environment, Error, Resource, Selector, TokenRequest};
use uuid::Uuid;

use crate::service::{Reply, Service, ask, token};

const APP_SERVICE: &[(&str, &str)] =
    &[("IDENTITY_ENDPOINT", "http://app/msi/token/"), ("IDENTITY_HEADER", "hush")];
const MACHINE_LEARNING: &[(&str, &str)] = &[
    ("MSI_ENDPOINT", "http://ml/msi/token"),
    ("MSI_SECRET", "hush"),
    ("DEFAULT_IDENTITY_CLIENT_ID", "c0000000-0000-0000-0000-000000000009"),
];
const CLOUD_SHELL: &[(&str, &str)] = &[("MSI_ENDPOINT", "http://shell/oauth2/token")];
const ARC: &[(&str, &str)] =
    &[("IDENTITY_ENDPOINT", "http://arc/metadata/identity/oauth2/token"), ("IMDS_ENDPOINT", "http://arc")];
const FABRIC: &[(&str, &str)] = &[
    ("IDENTITY_ENDPOINT", "https://fabric/metadata/identity/oauth2/token"),
    ("IDENTITY_HEADER", "hush"),
    ("IDENTITY_SERVER_THUMBPRINT", "00112233445566778899aabbccddeeff00112233"),
];

fn wish(selector: Selector) -> TokenRequest {
    TokenRequest::new(Resource::parse("https://x").unwrap(), selector)
}

fn id() -> Uuid {
    Uuid::from_u128(7)
}

/// Asks with these variables; gives the request line, the other lines that matter, and the form.
async fn question(variables: &[(&str, &str)], selector: Selector) -> (String, Vec<String>, String) {
    let service = Service::new([token("t")], token("t"));
    ask(&service.client_with(variables), &wish(selector)).await.unwrap();
    let question = service.questions().pop().unwrap();
    let (head, form) = question.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines().map(str::to_owned);
    let first = lines.next().unwrap();
    (
        first,
        lines.filter(|line| !line.starts_with("host:") && !line.starts_with("content-")).collect(),
        form.to_owned(),
    )
}

#[tokio::test(start_paused = true)]
async fn app_service_is_asked_with_its_header_and_its_own_names_for_identities() {
    let base = "GET /msi/token/?api-version=2019-08-01&resource=https%3A%2F%2Fx";
    for (selector, rest) in [
        (Selector::SystemAssigned, String::new()),
        (Selector::ClientId(id()), format!("&client_id={}", id())),
        (Selector::ObjectId(id()), format!("&principal_id={}", id())),
        (Selector::ResourceId("/a".into()), "&mi_res_id=%2Fa".to_owned()),
    ] {
        let (first, lines, _) = question(APP_SERVICE, selector).await;
        assert_eq!(first, format!("{base}{rest} HTTP/1.1"));
        assert_eq!(lines, ["metadata: true", "x-identity-header: hush"]);
    }
}

#[tokio::test(start_paused = true)]
async fn machine_learning_is_always_told_a_client_id() {
    let base = "GET /msi/token?api-version=2017-09-01&resource=https%3A%2F%2Fx&clientid=";
    let (first, lines, _) = question(MACHINE_LEARNING, Selector::SystemAssigned).await;
    assert_eq!(first, format!("{base}c0000000-0000-0000-0000-000000000009 HTTP/1.1"));
    assert_eq!(lines, ["metadata: true", "secret: hush"]);
    let (first, ..) = question(MACHINE_LEARNING, Selector::ClientId(id())).await;
    assert_eq!(first, format!("{base}{} HTTP/1.1", id()));
}

#[tokio::test(start_paused = true)]
async fn cloud_shell_gets_a_form() {
    let (first, lines, form) = question(CLOUD_SHELL, Selector::SystemAssigned).await;
    assert_eq!(first, "POST /oauth2/token HTTP/1.1");
    assert_eq!((lines, form.as_str()), (vec!["metadata: true".to_owned()], "resource=https%3A%2F%2Fx"));
}

#[tokio::test(start_paused = true)]
async fn what_a_source_cannot_do_is_refused_before_anything_is_asked() {
    let cases = [
        (CLOUD_SHELL, Selector::ClientId(id())),
        (CLOUD_SHELL, Selector::ObjectId(id())),
        (CLOUD_SHELL, Selector::ResourceId("/a".into())),
        (MACHINE_LEARNING, Selector::ObjectId(id())),
        (MACHINE_LEARNING, Selector::ResourceId("/a".into())),
        (&MACHINE_LEARNING[..2], Selector::SystemAssigned),
        (FABRIC, Selector::ClientId(id())),
        (FABRIC, Selector::ResourceId("/a".into())),
    ];
    for (variables, selector) in cases {
        let service = Service::new([], token("t"));
        let shown = format!("{variables:?} {selector:?}");
        let error = ask(&service.client_with(variables), &wish(selector)).await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { field: "AccountId", .. }), "{shown} {error:?}");
        assert_eq!(service.questions().len(), 0, "{shown}");
        assert!(!error.to_string().contains("hush"));
    }
}

#[tokio::test(start_paused = true)]
async fn arcs_challenge_is_met_with_the_text_of_the_key_file() {
    let keys = tempfile::tempdir().unwrap();
    let key = keys.path().join("one.key");
    std::fs::write(&key, "proof").unwrap();
    let header: &'static str = format!("www-authenticate: Basic realm={}\r\n", key.display()).leak();
    let service = Service::new([Reply::Answer(401, header, "{}".to_owned()), token("t")], token("t"));
    let environment = Environment::from_pairs(ARC.iter().copied()).with_arc_agent(keys.path().to_owned());
    ask(&service.client_in(&environment), &wish(Selector::SystemAssigned)).await.unwrap();
    let questions = service.questions();
    assert_eq!(questions.len(), 2);
    assert!(questions[0].starts_with(
        "GET /metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2Fx HTTP"
    ));
    assert!(!questions[0].contains("authorization") && questions[1].contains("authorization: Basic proof"));
}
