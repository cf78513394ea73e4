//! Every fault as a client meets it.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use imds_sim::{Fault, Limits, Options, Planned, Simulator};
use serde_json::json;

use crate::client::{PATIENCE, Reply, TOKEN, get, receive, start};

/// Long enough for a byte that is on its way to arrive.
const A_MOMENT: Duration = Duration::from_millis(50);

fn with(fault: impl Into<Planned>) -> Simulator {
    let sim = Simulator::start(Options::default()).unwrap();
    sim.push_fault(fault);
    sim
}

/// The answer to the request that meets the fault; the next one is answered as ever.
fn meet(fault: Fault) -> Reply {
    let sim = with(fault);
    let reply = get(&sim, TOKEN);
    assert_eq!(get(&sim, TOKEN).json()["token_type"], "Bearer");
    assert_eq!(sim.counts().faults, 1);
    reply
}

/// Asserts that nothing comes, and leaves the connection open.
fn assert_silence(stream: &mut TcpStream) {
    stream.set_read_timeout(Some(A_MOMENT)).unwrap();
    let fault = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(fault.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{fault}");
}

#[test]
fn a_status_comes_with_its_body_and_headers() {
    let reply = meet(Fault::Status {
        code: 503,
        body: "busy".into(),
        headers: vec![("Retry-After".into(), "2".into()), ("Content-Type".into(), "text/x".into())],
    });
    assert_eq!((reply.status, reply.body.as_str()), (503, "busy"));
    assert_eq!(reply.header("Retry-After"), Some("2"));
    assert_eq!(reply.header("Content-Type"), Some("text/x"));
}

#[test]
fn a_proxy_answers_with_a_page() {
    let reply = meet(Fault::Html);
    assert_eq!((reply.status, reply.header("Content-Type")), (200, Some("text/html")));
    assert!(reply.body.starts_with("<!DOCTYPE html>"));
    assert_ne!(reply.header("Server"), Some("IMDS/150.870.65.528"));
}

#[test]
fn a_redirect_says_where_to() {
    let reply = meet(Fault::Redirect { location: "http://elsewhere.example/token".into() });
    assert_eq!((reply.status, reply.header("Location")), (302, Some("http://elsewhere.example/token")));
}

#[test]
fn an_oversized_answer_is_a_good_one_of_exactly_that_size() {
    let reply = meet(Fault::Oversized { bytes: 2_000_000 });
    assert_eq!((reply.status, reply.body.len()), (200, 2_000_000));
    assert_eq!(reply.header("Content-Length"), Some("2000000"));
    assert_eq!(reply.json()["token_type"], "Bearer");
}

#[test]
fn a_truncated_answer_ends_in_the_middle() {
    let reply = meet(Fault::Truncated);
    let promised: usize = reply.header("Content-Length").unwrap().parse().unwrap();
    assert_eq!((reply.status, reply.body.len()), (200, promised / 2));
    assert!(reply.body.starts_with(r#"{"access_token":"eyJ"#));
}

#[test]
fn a_stalled_answer_stops_in_the_middle_and_the_connection_stays_open() {
    let sim = with(Fault::Stall);
    let mut stream = start(&sim, TOKEN);
    let (mut head, mut byte) = (String::new(), [0]);
    while !head.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0].into());
    }
    let (_, length) = head.split_once("Content-Length: ").unwrap();
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    let mut half = vec![0; length / 2];
    stream.read_exact(&mut half).unwrap();
    assert!(half.starts_with(br#"{"access_token":"eyJ"#));
    assert_silence(&mut stream);
}

#[test]
fn a_slow_body_comes_a_byte_at_a_time_and_whole() {
    let sim = with(Fault::SlowBody { milliseconds_per_byte: 1 });
    let asked = Instant::now();
    let reply = get(&sim, &format!("{TOKEN}&client_id=nobody"));
    assert_eq!((reply.status, reply.body.len()), (400, 68));
    assert!(asked.elapsed() >= Duration::from_millis(68));
}

#[test]
fn a_request_that_hangs_is_in_flight_until_its_client_leaves() {
    let sim = with(Fault::Hang);
    let mut stream = start(&sim, TOKEN);
    sim.wait_until(|counts| counts.in_flight == 1, PATIENCE).unwrap();
    assert_silence(&mut stream);
    drop(stream);
    let counts = sim.wait_until(|counts| counts.in_flight == 0, PATIENCE).unwrap();
    assert_eq!((counts.abandoned, counts.tokens), (1, 0));
    assert!(counts.by_status.is_empty());
}

#[test]
fn a_reset_connection_fails_without_a_byte() {
    let sim = with(Fault::Reset);
    let fault = receive(start(&sim, TOKEN)).unwrap_err();
    assert_eq!(fault.kind(), ErrorKind::ConnectionReset);
    assert_eq!(sim.counts().in_flight, 0);
}

#[test]
fn an_answer_that_is_no_json_still_claims_to_be() {
    let reply = meet(Fault::NotJson);
    assert_eq!(reply.header("Content-Type"), Some("application/json; charset=utf-8"));
    assert!(serde_json::from_str::<serde_json::Value>(&reply.body).is_err());
}

#[test]
fn an_answer_may_lack_its_token() {
    let answer = meet(Fault::MissingToken).json();
    assert_eq!(answer.get("access_token"), None);
    assert_eq!(answer["token_type"], "Bearer");
}

#[test]
fn expires_on_may_be_anything_and_is_then_the_only_expiry() {
    for value in [json!(1_565_244_611), json!("06/19/2019 23:42:01 +00:00"), json!(""), json!(null)] {
        let answer = meet(Fault::ExpiresOn { value: value.clone() }).json();
        assert_eq!(answer["expires_on"], value);
        assert_eq!(answer.get("expires_in"), None);
        assert!(answer["access_token"].is_string());
    }
}

#[test]
fn a_body_is_sent_as_it_is() {
    let reply = meet(Fault::Body { raw: r#"{"access_token":""}"#.into() });
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"access_token":""}"#));
}

#[test]
fn a_throttled_request_may_be_told_when_to_come_again() {
    let reply = meet(Fault::Throttle { retry_after: None });
    assert_eq!((reply.status, reply.body.len(), reply.header("Retry-After")), (429, 90, None));
    let date = "Sat, 21 Nov 2026 21:00:00 GMT";
    let reply = meet(Fault::Throttle { retry_after: Some(date.into()) });
    assert_eq!((reply.status, reply.header("Retry-After")), (429, Some(date)));
}

#[test]
fn a_service_that_is_updated_is_gone() {
    assert_eq!(meet(Fault::Gone).status, 410);
}

#[test]
fn faults_come_in_order_and_wear_off() {
    let sim = Simulator::start(Options::default()).unwrap();
    sim.faults([Fault::Gone.times(2), Fault::NotJson.into()]);
    let statuses: Vec<u16> = (0..4).map(|_| get(&sim, TOKEN).status).collect();
    assert_eq!(statuses, [410, 410, 200, 200]);
    assert_eq!(sim.counts().tokens, 1);
}

#[test]
fn a_held_request_goes_on_after_its_release_and_not_before() {
    let sim = with(Fault::Hold);
    sim.release();
    let mut stream = start(&sim, TOKEN);
    sim.wait_until(|counts| counts.held == 1, PATIENCE).unwrap();
    assert_silence(&mut stream);
    sim.release();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(receive(stream).unwrap().json()["token_type"], "Bearer");
}

#[test]
fn a_held_request_whose_client_leaves_is_held_no_more() {
    let sim = with(Fault::Hold);
    let stream = start(&sim, TOKEN);
    sim.wait_until(|counts| counts.held == 1, PATIENCE).unwrap();
    drop(stream);
    let counts = sim.wait_until(|counts| counts.held == 0 && counts.in_flight == 0, PATIENCE).unwrap();
    assert_eq!(counts.abandoned, 1);
}

#[test]
fn a_request_refused_by_the_limits_leaves_the_fault_to_the_next() {
    let options =
        Options { limits: Limits { identity_in_flight: 1, ..Limits::default() }, ..Options::default() };
    let sim = Simulator::start(options).unwrap();
    sim.faults([Fault::Hold, Fault::Gone]);
    let held = start(&sim, TOKEN);
    sim.wait_until(|counts| counts.held == 1, PATIENCE).unwrap();
    assert_eq!(get(&sim, TOKEN).status, 429);
    sim.release();
    assert_eq!(receive(held).unwrap().status, 200);
    assert_eq!(get(&sim, TOKEN).status, 410);
}

#[test]
fn a_bad_request_meets_the_fault_too() {
    let sim = with(Fault::Status { code: 502, body: String::new(), headers: vec![] });
    assert_eq!(get(&sim, "/metadata/identity/oauth2/token").status, 502);
}

#[test]
fn waiting_for_what_does_not_happen_ends() {
    let sim = Simulator::start(Options::default()).unwrap();
    assert_eq!(sim.wait_until(|counts| counts.requests > 0, A_MOMENT), None);
}
