//! What goes out with a request, and what comes back of its answer.

use std::sync::Arc;

use tollgate_azure::{AudienceHosts, AzureClient, Error, Method, RestBody, RestRequest};
use tollgate_core::SystemClock;
use tollgate_http::MetadataClient;
use tollgate_identity::{Environment, TokenClient};

use crate::service::{Reply, Service};
use crate::world::{World, ask, get, realm};

#[tokio::test]
async fn an_answer_is_told_as_it_came_whatever_its_status() {
    let (world, arm) =
        (World::new(), Service::answering([Reply::new(418, "short and stout").with("X-Pot", "tea")]));
    let (answer, said) = world.rest(get(&arm, "/pot?api-version=1")).await;
    let answer = answer.unwrap();
    assert_eq!(said.progress().bytes_received, 15);
    assert_eq!(
        (answer.status, answer.http_version.as_str(), answer.body.as_slice()),
        (418, "1.1", &b"short and stout"[..])
    );
    assert_eq!((answer.method, answer.uri), (Method::Get, format!("{}/pot?api-version=1", arm.origin)));
    assert!(answer.headers.contains(&("x-pot".to_owned(), "tea".to_owned())));
}

#[tokio::test]
async fn the_token_of_the_realm_goes_along_and_is_asked_for_once() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    for _ in 0..2 {
        world.rest(get(&arm, "/x")).await.0.unwrap();
    }
    let asked = arm.asked();
    let tokens = world.sim.issued_tokens();
    assert_eq!(tokens.len(), 1);
    for asked in &asked {
        assert_eq!(asked.header("authorization"), Some(format!("Bearer {}", tokens[0]).as_str()));
        assert!(asked.header("user-agent").unwrap().starts_with("tollgate/"));
        assert_eq!((asked.header("accept"), asked.header("cookie")), (Some("application/json"), None));
    }
    assert_ne!(asked[0].header("x-ms-client-request-id"), asked[1].header("x-ms-client-request-id"));
}

#[tokio::test]
async fn no_line_and_no_answer_shows_the_token() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(500, "{}").soon()]));
    let (answer, said) = world.rest(get(&arm, "/x?sig=hush")).await;
    let token = &world.sim.issued_tokens()[0];
    let shown = format!("{:?} {}", answer.unwrap(), said.all());
    assert!(!shown.contains(token) && !said.all().contains("hush"), "{shown}");
}

#[tokio::test]
async fn what_the_token_asks_for_shows_through() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    let (_, said) = world.rest(get(&arm, "/x")).await;
    let lines = said.all();
    let token = lines.find("for a token of").expect(&lines);
    assert!(token < lines.find("asking GET http://127.0.0.1").unwrap(), "{lines}");
}

#[tokio::test]
async fn each_method_carries_its_body() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let body = RestBody::text(r#"{"a":1}"#.to_owned());
        world.rest(RestRequest { body, ..ask(method, &arm, "/x") }).await.0.unwrap();
        let asked = arm.asked().pop().unwrap();
        assert_eq!(asked.line, format!("{} /x", method.as_str()));
        assert_eq!(
            (asked.body.as_slice(), asked.header("content-type")),
            (&br#"{"a":1}"#[..], Some("application/json"))
        );
    }
    world.rest(ask(Method::Post, &arm, "/x")).await.0.unwrap();
    assert_eq!(arm.asked().pop().unwrap().header("content-length"), Some("0"));
    let head = world.rest(ask(Method::Head, &arm, "/x")).await.0.unwrap();
    assert!(head.body.is_empty() && arm.lines().pop().unwrap().starts_with("HEAD"));
}

#[tokio::test]
async fn a_host_outside_the_audience_is_not_asked_and_no_token_is_fetched() {
    let (world, arm, other) = (
        World::new(),
        Service::answering([Reply::new(200, "{}")]),
        Service::answering([Reply::new(200, "{}")]),
    );
    let realms = vec![realm(&[&arm])];
    let named = |audience: &str| RestRequest {
        audience: Some(audience.to_owned()),
        audiences: realms.clone(),
        ..get(&other, "/x")
    };
    for request in [
        named("https://arm.test"),
        named("https://example.com"),
        named("api://0b1c"),
        RestRequest { uri: arm.origin.replace("http://", "http://me:word@"), ..get(&arm, "/x") },
        RestRequest { uri: "http://example.com/x".to_owned(), ..get(&arm, "/x") },
    ] {
        let error = world.rest(request).await.0.unwrap_err();
        assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{error:?}");
    }
    let unknown = RestRequest { uri: "https://example.com/x".to_owned(), ..get(&arm, "/x") };
    assert!(matches!(world.rest(unknown).await.0, Err(Error::InvalidArgument { field: "Uri", .. })));
    assert_eq!((arm.asked().len(), other.asked().len(), world.sim.issued_tokens().len()), (0, 0, 0));
}

#[tokio::test]
async fn a_next_page_is_told_where_the_token_may_go_and_nowhere_else() {
    let world = World::new();
    let page =
        |next: &str| Service::answering([Reply::new(200, format!(r#"{{"value":[],"nextLink":"{next}"}}"#))]);
    let ask = |arm: &Service| RestRequest { paginate: true, ..get(arm, "/x") };
    let arm = page("/x?page=2");
    let answer = world.rest(ask(&arm)).await.0.unwrap();
    assert_eq!(answer.next_link, Some(format!("{}/x?page=2", arm.origin)));
    let unasked = RestRequest { paginate: false, ..ask(&arm) };
    assert_eq!(world.rest(unasked).await.0.unwrap().next_link, None);
    for elsewhere in ["https://example.com/x", "http://127.0.0.1:9/x"] {
        let answer = world.rest(ask(&page(elsewhere))).await.0;
        assert!(matches!(answer, Err(Error::EndpointNotTrusted { .. })), "{elsewhere}");
    }
    let marked = Service::answering([Reply::new(200, "\u{feff}{\"nextLink\":\"/x?page=2\"}")]);
    let answer = world.rest(ask(&marked)).await.0.unwrap();
    assert!(
        answer.next_link.is_some() && answer.body.starts_with(b"{"),
        "a mark of the encoding is no content"
    );
    for broken in ["<html>", "{\"value\":[", "\u{1f}\u{8b}"] {
        let answer = world.rest(ask(&Service::answering([Reply::new(200, broken)]))).await.0;
        assert!(matches!(answer, Err(Error::MalformedResponse { .. })), "{broken}");
    }
    // What stands in a refusal is no page.
    let link = r#"{"nextLink":"https://example.com/x"}"#;
    let answer = world.rest(ask(&Service::answering([Reply::new(404, link)]))).await.0.unwrap();
    assert_eq!((answer.status, answer.next_link), (404, None));
    // One file cannot take many answers.
    let arm = page("");
    let request = RestRequest { out_file: Some(world.folder.path().join("a")), ..ask(&arm) };
    let refused = world.rest(request).await.0;
    assert!(matches!(refused, Err(Error::InvalidArgument { field: "OutFile", .. })));
    assert!(arm.asked().is_empty());
}

#[tokio::test]
async fn two_realms_have_a_token_each() {
    let (world, arm, vault) = (
        World::new(),
        Service::answering([Reply::new(200, "{}")]),
        Service::answering([Reply::new(200, "{}")]),
    );
    let vaults = AudienceHosts { audience: "https://vault.test".to_owned(), ..realm(&[&vault]) };
    let realms = vec![realm(&[&arm]), vaults];
    for service in [&arm, &vault] {
        world.rest(RestRequest { audiences: realms.clone(), ..get(service, "/x") }).await.0.unwrap();
    }
    assert_ne!(arm.asked()[0].header("authorization"), vault.asked()[0].header("authorization"));
}

#[tokio::test]
async fn an_empty_body_is_announced_as_one_whatever_the_method_and_wherever_it_is_from() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "{}")]));
    let file = world.folder.path().join("empty");
    std::fs::write(&file, "").unwrap();
    for method in [Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Get] {
        for body in [RestBody::text(String::new()), RestBody::File(file.clone())] {
            world.rest(RestRequest { body, ..ask(method, &arm, "/x") }).await.0.unwrap();
            let asked = arm.asked().pop().unwrap();
            assert_eq!((asked.header("content-length"), asked.body.len()), (Some("0"), 0), "{method:?}");
            assert_eq!(asked.header("transfer-encoding"), None, "{method:?}");
        }
    }
}

#[tokio::test]
async fn a_next_page_that_is_not_followed_is_warned_of() {
    let world = World::new();
    let warnings = async |body: &str, paginate| {
        let arm = Service::answering([Reply::new(200, body)]);
        let (answer, said) = world.rest(RestRequest { paginate, ..get(&arm, "/x") }).await;
        (answer.unwrap().next_link, said.warnings())
    };
    let (link, said) = warnings(r#"{"data":[],"$skipToken":"t"}"#, true).await;
    assert!(link.is_none() && said.len() == 1 && said[0].contains("$skipToken"), "{said:?}");
    assert_eq!(warnings(r#"{"data":[],"$skipToken":"t"}"#, false).await, (None, Vec::new()));
    let (link, said) = warnings(r#"{"properties":{"nextLink":"/y","rows":[]}}"#, true).await;
    assert!(link.is_some_and(|link| link.ends_with("/y")) && said.is_empty(), "{said:?}");
}

#[tokio::test]
async fn a_token_that_azure_repeats_is_in_no_text() {
    let world = World::new();
    let echo = |status: u16| {
        Service::start(move |asked, number| {
            let token = asked.header("authorization").unwrap_or_default().replace("Bearer ", "");
            match number {
                0 => {
                    Reply::new(429, format!(r#"{{"error":{{"code":"Trouble","message":"{token} again"}}}}"#))
                        .soon()
                }
                _ => {
                    Reply::new(status, format!(r#"{{"error":{{"code":"{token}","message":"not {token}"}}}}"#))
                        .with("x-ms-correlation-request-id", token.clone())
                        .with("location", format!("/away/{token}"))
                }
            }
        })
    };
    for status in [302, 400, 403, 404, 429] {
        let (answer, said) =
            world.rest(RestRequest { fail_on_http_error: true, ..get(&echo(status), "/x") }).await;
        let token = &world.sim.issued_tokens()[0];
        let error = answer.unwrap_err();
        let shown = format!("{error} {error:?} {} {:?}", said.all(), said.progress());
        assert!(!shown.contains(token) && shown.contains("***"), "{status}: {shown}");
    }
}

#[tokio::test]
async fn a_token_that_looks_like_none_is_not_repeated_either() {
    let tokens = Service::answering([Reply::new(200, r#"{"access_token":"hush/hush","expires_in":"3600"}"#)]);
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::from_pairs([
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", tokens.origin.as_str()),
        ("TOLLGATE_GATE_DIRECTORY", folder.path().to_str().unwrap()),
    ]);
    let (clock, spawn) = (Arc::new(SystemClock), Box::new(|work| drop(tokio::spawn(work))));
    let client = TokenClient::new(&environment, MetadataClient::default(), clock.clone(), spawn).unwrap();
    let azure = AzureClient::new(Arc::new(client), &environment, clock);
    let arm = Service::answering([Reply::new(400, r#"{"error":{"code":"C","message":"not hush/hush"}}"#)]);
    let error =
        azure.rest(RestRequest { fail_on_http_error: true, ..get(&arm, "/x") }).future.await.unwrap_err();
    assert_eq!(error.to_string(), "the service answered HTTP 400 C: not ***");
}
