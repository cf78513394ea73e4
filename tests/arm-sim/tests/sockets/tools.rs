//! Downloads, redirects and the echo.

use serde_json::{Value, json};

use crate::client::{ARM, arm, ask, receive, send, simulator, token};

#[test]
fn a_download_has_the_length_that_was_asked_for() {
    let sim = simulator();
    let reply = arm(&sim, "GET", "/download/500000", &Value::Null);
    assert_eq!((reply.header("Content-Length"), reply.body.len()), (Some("500000"), 500_000));
    assert!(reply.body.iter().enumerate().all(|(index, byte)| usize::from(*byte) == index % 251));
    assert_eq!(arm(&sim, "GET", "/download/0", &Value::Null).body.len(), 0);
    assert_eq!(arm(&sim, "GET", "/download/much", &Value::Null).status, 400);
    assert_eq!(ask(&sim, "GET", "/download/5", &[], "").status, 401);
}

#[test]
fn a_download_may_break_off_half_way() {
    let sim = simulator();
    let reply = arm(&sim, "GET", "/download/500001/cut", &Value::Null);
    assert_eq!((reply.header("Content-Length"), reply.body.len()), (Some("500001"), 250_000));
}

#[test]
fn a_redirect_leads_where_it_is_told_to() {
    let sim = simulator();
    for status in [301, 302, 307, 308] {
        let reply = arm(
            &sim,
            "GET",
            &format!("/redirect/{status}?to=https%3A%2F%2Fevil.example%2Fecho"),
            &Value::Null,
        );
        assert_eq!((reply.status, reply.header("Location")), (status, Some("https://evil.example/echo")));
    }
    assert_eq!(arm(&sim, "GET", "/redirect/200?to=/", &Value::Null).status, 400);
    assert_eq!(arm(&sim, "GET", "/redirect/302", &Value::Null).status, 400);
}

#[test]
fn an_echo_says_what_was_sent_but_for_the_token() {
    let sim = simulator();
    let headers = [&token(ARM), "Content-Type: text/plain", "X-Mine: a", "X-Mine: b"];
    let reply = ask(&sim, "PATCH", "/echo?a=1", &headers, "abc");
    let echo = reply.json();
    assert_eq!(
        (&echo["method"], &echo["query"], &echo["length"]),
        (&json!("PATCH"), &json!("a=1"), &json!(3))
    );
    assert_eq!(echo["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((&echo["contentType"], &echo["headers"]["x-mine"]), (&json!("text/plain"), &json!("a, b")));
    assert_eq!((&echo["authorization"], echo["headers"].get("authorization")), (&json!(true), None));
    assert!(!reply.text().contains("eyJ"));
}

#[test]
fn a_long_body_is_counted_where_it_is_echoed_and_refused_elsewhere() {
    let sim = simulator();
    let long = vec![b'a'; 5 * 1024 * 1024];
    let put = |target: &str| {
        receive(send(&sim, "PUT", &sim.address().to_string(), target, &[&token(ARM)], &long)).unwrap()
    };
    assert_eq!(put("/echo").json()["length"], long.len());
    assert_eq!(put("/tenants?api-version=1").status, 413);
}
