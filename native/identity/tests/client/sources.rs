//! Whoever was connected through a source stays with it, whatever the environment says later, and no two sources share a token.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::advance;
use tollgate_identity::{DetectedSource, Error, Identity, Selector, TokenClient, TokenOrigin, TokenRequest};

use crate::pending;
use crate::service::{Service, ask, request, status, token};

const AUTHORITY: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

/// What the environment points to once it says this.
fn found(service: &Arc<Service>, client: &TokenClient, variables: &[(&str, &str)]) -> DetectedSource {
    client.set_environment(&service.environment(variables)).unwrap()
}

fn of(source: &DetectedSource) -> TokenRequest {
    TokenRequest { source: Some(source.clone()), ..request("https://x") }
}

/// The token's text, and whether it came from memory.
async fn got(client: &TokenClient, request: &TokenRequest) -> (String, bool) {
    let grant = ask(client, request).await.unwrap();
    (grant.token.secret().to_owned(), grant.origin == TokenOrigin::Cache)
}

fn fresh(text: &str) -> (String, bool) {
    (text.to_owned(), false)
}

fn kept(text: &str) -> (String, bool) {
    (text.to_owned(), true)
}

fn hosts(service: &Service) -> Vec<String> {
    let host = |question: &String| {
        let line = question.lines().find_map(|line| line.strip_prefix("host: "));
        line.unwrap_or_default().to_owned()
    };
    service.questions().iter().map(host).collect()
}

#[tokio::test(start_paused = true)]
async fn a_call_stays_with_the_source_it_names_and_one_that_names_none_goes_by_the_environment() {
    let service = Service::new([token("a"), token("b"), token("a2")], status(400));
    let client = service.client_with(&[(AUTHORITY, "http://a")]);
    let first = client.source();
    let second = found(&service, &client, &[(AUTHORITY, "http://b")]);
    assert_eq!(got(&client, &of(&first)).await, fresh("a"));
    assert_eq!(got(&client, &request("https://x")).await, fresh("b"));
    assert_eq!(got(&client, &of(&second)).await, kept("b"));
    assert_eq!(got(&client, &of(&first)).await, kept("a"));
    let forced = TokenRequest { force_refresh: true, ..of(&first) };
    assert_eq!(got(&client, &forced).await, fresh("a2"));
    assert_eq!(hosts(&service), ["a", "b", "a"]);
    let endpoints: Vec<_> = client.list_tokens().into_iter().map(|entry| entry.endpoint).collect();
    assert!(endpoints.len() == 2 && endpoints.contains(&"http://a".to_owned()), "{endpoints:?}");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_behind_it_asks_the_source_the_token_is_from() {
    let service = Service::new([token("old"), token("new")], status(400));
    let client = service.client_with(&[(AUTHORITY, "http://a")]);
    let first = client.source();
    ask(&client, &of(&first)).await.unwrap();
    found(&service, &client, &[(AUTHORITY, "http://b")]);
    advance(Duration::from_secs(43_201)).await;
    assert_eq!(got(&client, &of(&first)).await, kept("old"));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(got(&client, &of(&first)).await, kept("new"));
    assert_eq!(hosts(&service), ["a", "a"]);
}

#[tokio::test(start_paused = true)]
async fn another_path_query_secret_or_default_identity_is_another_token() {
    let app = |endpoint, header| vec![("IDENTITY_ENDPOINT", endpoint), ("IDENTITY_HEADER", header)];
    let learning = |secret, id| {
        vec![("MSI_ENDPOINT", "http://a"), ("MSI_SECRET", secret), ("DEFAULT_IDENTITY_CLIENT_ID", id)]
    };
    let environments = [
        app("http://a/p", "one"),
        app("http://a/q", "one"),
        app("http://a/p?x=y", "one"),
        app("http://a/p", "two"),
        learning("one", "c1"),
        learning("one", "c2"),
        learning("two", "c1"),
    ];
    let replies = (0..environments.len()).map(|number| token(&number.to_string()));
    let service = Service::new(replies.collect::<Vec<_>>(), status(400));
    let client = service.client();
    for again in [false, true] {
        for (number, variables) in environments.iter().enumerate() {
            found(&service, &client, variables);
            let expected = (number.to_string(), again);
            assert_eq!(got(&client, &request("https://x")).await, expected, "{variables:?}");
        }
    }
    assert!(service.lines().iter().any(|line| line.contains("clientid=c2")), "{:?}", service.lines());
}

#[tokio::test(start_paused = true)]
async fn only_the_tokens_of_one_source_are_forgotten_with_an_identity() {
    let service = Service::new([], token("t"));
    let client = service.client_with(&[(AUTHORITY, "http://a")]);
    let first = client.source();
    let second = found(&service, &client, &[(AUTHORITY, "http://b")]);
    for source in [&first, &second] {
        ask(&client, &of(source)).await.unwrap();
    }
    let identity = |source| Identity { source, selector: Selector::SystemAssigned };
    assert_eq!(client.remove_tokens(Some((&identity(Some(first)), None))), 1);
    assert_eq!(client.list_tokens()[0].endpoint, "http://b");
    assert_eq!(client.remove_tokens(Some((&identity(None), None))), 1);
}

#[tokio::test(start_paused = true)]
async fn an_environment_that_cannot_be_meant_so_changes_nothing() {
    let service = Service::new([], token("t"));
    let client = service.client_with(&[(AUTHORITY, "http://a")]);
    let refused = client.set_environment(&service.environment(&[(AUTHORITY, "ftp://b")]));
    assert!(matches!(refused, Err(Error::InvalidArgument { field: AUTHORITY, .. })), "{refused:?}");
    pending(client.get_token(&request("https://x"))).wait().await.unwrap();
    assert_eq!(hosts(&service), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_source_has_a_number_that_finds_it_again() {
    let service = Service::new([], token("t"));
    let client = service.client_with(&[(AUTHORITY, "http://a")]);
    let second = found(&service, &client, &[(AUTHORITY, "http://b")]);
    assert_eq!((client.source().number(), second.number()), (2, 2));
    assert_eq!(client.numbered_source(1).unwrap().number(), 1);
    assert!(client.numbered_source(0).is_none() && client.numbered_source(3).is_none());
}
