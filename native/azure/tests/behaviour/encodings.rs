//! Bodies that come packed although nobody asked for that.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use tollgate_azure::{Error, RestRequest};

use crate::service::{Reply, Service};
use crate::world::{World, get};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn packed(status: u16, body: Vec<u8>, encoding: &str) -> Reply {
    Reply::new(status, body).with("content-encoding", encoding)
}

#[tokio::test]
async fn a_packed_body_is_unpacked_though_it_was_not_asked_for() {
    let world = World::new();
    let text = br#"{"value":[],"nextLink":"/y"}"#;
    for (body, encoding) in [(gzip(text), "gzip"), (zlib(text), "deflate")] {
        let arm = Service::answering([packed(200, body, encoding)]);
        let answer = world.rest(RestRequest { paginate: true, ..get(&arm, "/x") }).await.0.unwrap();
        assert_eq!(arm.asked()[0].header("accept-encoding"), None);
        assert_eq!((answer.body.as_slice(), answer.next_link.is_some()), (&text[..], true), "{encoding}");
        let names: Vec<_> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert!(!names.contains(&"content-encoding") && !names.contains(&"content-length"), "{names:?}");
    }
}

#[tokio::test]
async fn a_packed_refusal_is_read() {
    let world = World::new();
    let arm =
        Service::answering([packed(409, gzip(br#"{"error":{"code":"Busy","message":"Later."}}"#), "gzip")]);
    let error = world.rest(RestRequest { fail_on_http_error: true, ..get(&arm, "/x") }).await.0.unwrap_err();
    assert_eq!(error.to_string(), "the service answered HTTP 409 Busy: Later");
}

#[tokio::test]
async fn a_body_that_is_not_packed_as_it_says_is_an_error() {
    let world = World::new();
    let packed_text = gzip(b"a text");
    for body in [b"{}".to_vec(), packed_text[..packed_text.len() - 2].to_vec()] {
        let arm = Service::answering([packed(200, body, "gzip")]);
        let error = world.rest(get(&arm, "/x")).await.0.unwrap_err();
        assert!(
            matches!(&error, Error::MalformedResponse { fault, .. } if fault.contains("not packed as it says")),
            "{error:?}"
        );
    }
    let empty = Service::answering([packed(200, Vec::new(), "gzip")]);
    assert!(world.rest(get(&empty, "/x")).await.0.unwrap().body.is_empty());
}

#[tokio::test]
async fn a_part_of_a_body_and_one_whose_packing_the_user_names_stay_as_they_are() {
    let world = World::new();
    let body = gzip(b"a text");
    let part = Service::answering([packed(206, body.clone(), "gzip")]);
    assert_eq!(world.rest(get(&part, "/x")).await.0.unwrap().body.as_slice(), body);
    let whole = Service::answering([packed(200, body.clone(), "gzip")]);
    let headers = vec![("Accept-Encoding".to_owned(), "gzip".to_owned())];
    let answer = world.rest(RestRequest { headers, ..get(&whole, "/x") }).await.0.unwrap();
    assert_eq!(answer.body.as_slice(), body);
}
