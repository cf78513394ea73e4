//! Redirects: followed for looks only, and the token never goes along to another origin.

use tollgate_azure::{Error, Method, RestBody, RestRequest};

use crate::service::{Reply, Service};
use crate::world::{World, ask, get};

fn to(place: impl Into<String>) -> Reply {
    Reply::new(302, "").with("location", place)
}

#[tokio::test]
async fn within_the_origin_the_token_goes_along() {
    let (world, arm) = (World::new(), Service::answering([to("/y?sig=hush"), Reply::new(200, "there")]));
    let (answer, said) = world.rest(get(&arm, "/x")).await;
    let answer = answer.unwrap();
    assert_eq!((answer.body.as_slice(), answer.uri), (&b"there"[..], format!("{}/y?sig=hush", arm.origin)));
    assert!(said.all().contains("/y, with the token") && !said.all().contains("hush"), "{}", said.all());
    let asked = arm.asked();
    assert_eq!(asked[0].header("authorization"), asked[1].header("authorization"));
}

#[tokio::test]
async fn to_another_origin_no_line_goes_along_that_tells_who_asks() {
    let (world, other) = (World::new(), Service::answering([Reply::new(200, "there")]));
    let arm = Service::answering([to(format!("{}/y", other.origin))]);
    let mut request = get(&arm, "/x");
    request.headers =
        vec![("x-secret".to_owned(), "hush".to_owned()), ("Range".to_owned(), "bytes=0-".to_owned())];
    assert_eq!(world.rest(request).await.0.unwrap().body.as_slice(), b"there");
    assert!(arm.asked()[0].header("authorization").is_some() && arm.asked()[0].header("x-secret").is_some());
    let mut names: Vec<_> = other.asked()[0].headers.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    assert_eq!(names, ["accept", "host", "range", "user-agent"]);
}

#[tokio::test]
async fn to_another_origin_no_body_goes_along() {
    let (world, other) = (World::new(), Service::answering([Reply::new(200, "there")]));
    let arm = Service::answering([to(format!("{}/y", other.origin))]);
    let file = world.folder.path().join("in");
    std::fs::write(&file, "hush").unwrap();
    for body in [RestBody::text("hush".to_owned()), RestBody::File(file)] {
        let answer = world.rest(RestRequest { body, ..get(&arm, "/x") }).await.0.unwrap();
        assert_eq!(answer.body.as_slice(), b"there");
    }
    assert!(arm.asked().iter().all(|asked| asked.body == b"hush"));
    assert!(other.asked().len() == 2 && other.asked().iter().all(|asked| asked.body.is_empty()));
}

#[tokio::test]
async fn the_token_does_not_come_back_with_the_way() {
    let world = World::new();
    let arm = Service::start(|asked, _| match asked.line.as_str() {
        "GET /x" => {
            to(format!("http://{}/y", asked.header("host").unwrap().replace("127.0.0.1", "localhost")))
        }
        "GET /y" => {
            to(format!("http://{}/z", asked.header("host").unwrap().replace("localhost", "127.0.0.1")))
        }
        _ => Reply::new(200, "there"),
    });
    world.rest(get(&arm, "/x")).await.0.unwrap();
    let tokens: Vec<_> = arm.asked().iter().map(|asked| asked.header("authorization").is_some()).collect();
    assert_eq!(
        (arm.lines(), tokens),
        (vec!["GET /x".into(), "GET /y".into(), "GET /z".into()], vec![true, false, false])
    );
}

#[tokio::test]
async fn another_origin_that_redirects_within_itself_gets_no_token_either() {
    let (world, other) = (World::new(), Service::answering([to("/z"), Reply::new(200, "there")]));
    let arm = Service::answering([to(format!("{}/y", other.origin))]);
    let (answer, said) = world.rest(get(&arm, "/x")).await;
    assert_eq!(answer.unwrap().body.as_slice(), b"there");
    assert!(arm.asked()[0].header("authorization").is_some());
    let tokens = other.asked().iter().filter(|asked| asked.header("authorization").is_some()).count();
    assert_eq!((other.lines(), tokens), (vec!["GET /y".into(), "GET /z".into()], 0));
    assert_eq!(said.all().matches("without the token").count(), 2, "{}", said.all());
}

#[tokio::test]
async fn what_writes_is_not_led_on() {
    let world = World::new();
    for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let arm = Service::answering([to("/y")]);
        assert_eq!(world.rest(ask(method, &arm, "/x")).await.0.unwrap().status, 302);
        assert_eq!(arm.asked().len(), 1, "{method:?}");
    }
}

#[tokio::test]
async fn a_ring_is_left_after_five() {
    let (world, arm) = (World::new(), Service::answering([to("/x")]));
    let error = world.rest(get(&arm, "/x")).await.0.unwrap_err();
    assert!(
        matches!(&error, Error::EndpointNotTrusted { fault, .. } if fault.contains("more than 5")),
        "{error:?}"
    );
    assert_eq!(arm.asked().len(), 6);
}

#[tokio::test]
async fn what_another_origin_thinks_of_the_token_is_of_no_concern() {
    let claims = Reply::new(401, "{}").with("www-authenticate", r#"Bearer error="invalid_token""#);
    let (world, other) = (World::new(), Service::answering([claims]));
    let arm = Service::answering([to(format!("{}/y", other.origin))]);
    assert_eq!(world.rest(get(&arm, "/x")).await.0.unwrap().status, 401);
    assert_eq!((arm.asked().len(), other.asked().len(), world.sim.counts().tokens), (1, 1, 1));
}
