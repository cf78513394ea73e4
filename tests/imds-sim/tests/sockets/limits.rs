//! The limits as a client meets them. The exact sequences are tested beside the rule; here, that it is applied.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use imds_sim::{Fault, Limits, Options, Simulator};

use crate::client::{PATIENCE, TOKEN, get, receive, start};

const INFO: &str = "/metadata/identity/info?api-version=2018-02-01";
const THROTTLED: &str =
    r#"{"error":"invalid_request","error_description":"Temporarily throttled, too many requests"}"#;

fn with_limits(limits: Limits) -> Simulator {
    Simulator::start(Options { limits, ..Options::default() }).unwrap()
}

/// Looks anew until the look is over within the second that the limits count by: a machine may be busy with something else.
fn within_a_second<T>(look: impl Fn() -> T) -> T {
    for _ in 0..60 {
        let start = Instant::now();
        let seen = look();
        if start.elapsed() < Duration::from_secs(1) {
            return seen;
        }
    }
    panic!("no look is over within a second here")
}

#[test]
fn a_request_too_many_in_a_second_gets_the_recorded_90_bytes_and_no_retry_after() {
    let (sim, first, reply) = within_a_second(|| {
        let sim = with_limits(Limits { identity_per_second: 1, ..Limits::default() });
        let (first, second) = (get(&sim, TOKEN), get(&sim, TOKEN));
        (sim, first, second)
    });
    assert_eq!(first.status, 200);
    assert_eq!((reply.status, reply.body.as_str()), (429, THROTTLED));
    assert_eq!(reply.header("Content-Length"), Some("90"));
    assert_eq!(reply.header("Retry-After"), None);
    let counts = sim.counts();
    assert_eq!((counts.served, counts.refused_by_rate, counts.tokens), (1, 1, 1));
    assert_eq!((counts.max_per_second, counts.status(429)), (1, 1));
}

#[test]
fn a_refusal_tells_when_to_come_again_if_it_is_told_to() {
    let options = Options {
        limits: Limits { identity_per_second: 0, ..Limits::default() },
        retry_after: Some(Duration::from_secs(7)),
        ..Options::default()
    };
    let reply = get(&Simulator::start(options).unwrap(), TOKEN);
    assert_eq!((reply.status, reply.header("Retry-After")), (429, Some("7")));
}

#[test]
fn a_sixth_request_in_flight_is_refused_and_the_five_get_their_tokens() {
    let sim = with_limits(Limits::default());
    sim.faults([Fault::Hold.times(6)]);
    let five: Vec<TcpStream> = (0..5).map(|_| start(&sim, TOKEN)).collect();
    sim.wait_until(|counts| counts.held == 5, PATIENCE).unwrap();
    let reply = get(&sim, TOKEN);
    assert_eq!((reply.status, reply.body.as_str()), (429, THROTTLED));
    assert_eq!(get(&sim, INFO).status, 429);
    sim.clear_faults();
    sim.release();
    for stream in five {
        assert_eq!(receive(stream).unwrap().status, 200);
    }
    let counts = sim.counts();
    assert_eq!((counts.tokens, counts.refused_by_concurrency, counts.max_in_flight), (5, 2, 5));
    assert_eq!((counts.in_flight, counts.held, counts.abandoned), (0, 0, 0));
    assert_eq!(get(&sim, TOKEN).status, 200);
}

#[test]
fn a_bad_request_takes_nothing_from_the_second() {
    let sim = with_limits(Limits { identity_per_second: 1, ..Limits::default() });
    for _ in 0..3 {
        assert_eq!(get(&sim, &format!("{TOKEN}&client_id=nobody")).status, 400);
    }
    assert_eq!(get(&sim, TOKEN).status, 200);
}

#[test]
fn the_other_category_has_a_second_of_its_own() {
    let (statuses, counts) = within_a_second(|| {
        let sim = with_limits(Limits { other_per_second: 1, ..Limits::default() });
        let paths = ["/metadata/versions", "/metadata/instance?api-version=2021-02-01", TOKEN];
        (paths.map(|path| get(&sim, path).status), sim.counts())
    });
    assert_eq!(statuses, [200, 429, 200]);
    assert_eq!((counts.other_served, counts.other_refused, counts.served), (1, 1, 1));
}

#[test]
fn the_tenant_is_told_within_the_limits_of_the_identity_category() {
    let (info, token) = within_a_second(|| {
        let sim = with_limits(Limits { identity_per_second: 1, ..Limits::default() });
        (get(&sim, INFO), get(&sim, TOKEN))
    });
    assert_eq!(info.json(), serde_json::json!({ "tenantId": imds_sim::TENANT_ID }));
    assert_eq!(token.status, 429);
}

#[test]
fn a_reset_empties_the_second() {
    let sim = with_limits(Limits { identity_per_second: 1, ..Limits::default() });
    assert_eq!(get(&sim, TOKEN).status, 200);
    sim.reset();
    assert_eq!(get(&sim, TOKEN).status, 200);
    assert_eq!(sim.counts().served, 1);
}

#[test]
fn hundreds_of_clients_at_once_are_all_answered() {
    let sim = with_limits(Limits::none());
    sim.set_latency(Duration::from_millis(1));
    let all: Vec<TcpStream> = (0..300).map(|_| start(&sim, TOKEN)).collect();
    for stream in all {
        assert_eq!(receive(stream).unwrap().status, 200);
    }
    let counts = sim.counts();
    assert_eq!((counts.connections, counts.tokens, counts.status(429)), (300, 300, 0));
    assert!(counts.max_in_flight > 1 && counts.served_span() > Duration::ZERO, "{counts:?}");
}
