//! What happens to requests instead of their answers.

use std::io::{ErrorKind, Read};
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::client::{ARM, FIRST, PATIENCE, arm, ask, get, send, simulator, token};

#[test]
fn a_status_takes_the_place_of_as_many_answers_as_were_planned() {
    let sim = simulator();
    let fault =
        json!({"status": 429, "retryAfter": "2", "count": 2, "method": "GET", "path": "/subscriptions"});
    sim.control("faults", &json!({"next": [fault, {"status": 503, "code": "Busy", "message": "Later."}]}))
        .unwrap();
    assert_eq!(get(&sim, "/tenants").refusal(), (503, "Busy".into()));
    let throttled = get(&sim, FIRST);
    assert_eq!(throttled.refusal(), (429, "TooManyRequests".into()));
    assert_eq!(throttled.header("Retry-After"), Some("2"));
    assert_eq!(get(&sim, "/subscriptions").status, 429);
    assert_eq!(get(&sim, "/subscriptions").status, 200);
    assert_eq!(sim.counts().faults, 3);
}

#[test]
fn a_series_may_have_good_answers_in_it() {
    let sim = simulator();
    let series = json!([{"pass": true}, {"status": 503}, {"pass": true, "count": 2}, {"status": 403}]);
    sim.control("faults", &json!({"next": series})).unwrap();
    let seen: Vec<_> = (0..6).map(|_| get(&sim, "/tenants").status).collect();
    assert_eq!(seen, [200, 503, 200, 200, 403, 200]);
    assert_eq!(sim.counts().faults, 2);
}

#[test]
fn a_revoked_token_stays_revoked_and_a_new_one_is_good() {
    let sim = simulator();
    sim.control("faults", &json!({"next": [{"claims": true}]})).unwrap();
    let old = token(ARM);
    let ask = |header: &str| ask(&sim, "GET", "/tenants?api-version=1", &[header], "");
    for _ in 0..2 {
        let reply = ask(&old);
        assert_eq!(reply.status, 401);
        let challenge = reply.header("WWW-Authenticate").unwrap();
        assert!(
            challenge.starts_with("Bearer ") && challenge.contains(r#"error="insufficient_claims""#),
            "{challenge}"
        );
        let claims = challenge.split_once(r#"claims=""#).unwrap().1.strip_suffix('"').unwrap();
        let claims: Value = serde_json::from_slice(&STANDARD.decode(claims).unwrap()).unwrap();
        assert_eq!(claims["access_token"]["nbf"]["essential"], true);
    }
    assert_eq!(ask(&token(ARM)).status, 200);
    assert_eq!(ask(&old).status, 401);
    sim.control("reset", &json!({})).unwrap();
    assert_eq!(ask(&old).status, 200);
}

#[test]
fn a_request_that_hangs_gets_no_answer_and_holds_up_nobody() {
    let sim = simulator();
    sim.control("faults", &json!({"next": [{"hang": true, "path": "/tenants"}]})).unwrap();
    let mut hanging = send(&sim, "GET", "simulator", "/tenants?api-version=1", &[&token(ARM)], b"");
    let start = Instant::now();
    while sim.counts().faults == 0 {
        assert!(start.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    assert_eq!(get(&sim, "/tenants").status, 200);
    hanging.set_nonblocking(true).unwrap();
    assert_eq!(hanging.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let seen: Vec<Option<u16>> = sim.requests().iter().map(|request| request.status).collect();
    assert_eq!(seen, [None, Some(200)]);
}

#[test]
fn a_connection_may_close_without_an_answer() {
    let sim = simulator();
    sim.control("faults", &json!({"next": [{"close": true, "method": "POST"}]})).unwrap();
    assert_eq!(get(&sim, "/tenants").status, 200);
    let mut closed = send(&sim, "POST", "simulator", "/echo", &[&token(ARM)], b"body");
    assert_eq!(closed.read(&mut [0]).unwrap(), 0);
    assert_eq!(arm(&sim, "POST", "/echo", &Value::Null).status, 200);
}
