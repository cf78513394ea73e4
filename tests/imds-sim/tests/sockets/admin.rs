//! Control over HTTP.

use std::time::{Duration, Instant};

use imds_sim::{Counts, Options, Simulator};

use crate::client::{PATIENCE, Reply, TOKEN, get, receive, send, start};

fn simulator() -> Simulator {
    Simulator::start(Options::default()).unwrap()
}

fn post(sim: &Simulator, path: &str, body: &str) -> Reply {
    receive(send(sim, "POST", path, &[], body)).unwrap()
}

#[test]
fn counts_over_http_are_those_of_the_handle_and_count_no_admin_call() {
    let sim = simulator();
    assert_eq!(get(&sim, TOKEN).status, 200);
    let told: Counts = serde_json::from_value(get(&sim, "/sim/counts").json()).unwrap();
    assert_eq!(told, sim.counts());
    assert_eq!((told.requests, told.tokens, told.status(200)), (1, 1, 1));
}

#[test]
fn faults_are_planned_in_place_of_those_before() {
    let sim = simulator();
    assert_eq!(post(&sim, "/sim/faults", r#"[{"fault":"gone","times":9}]"#).status, 200);
    let json = r#"[{"fault":"status","code":500,"times":2},{"fault":"throttle","retry_after":"3"}]"#;
    assert_eq!(post(&sim, "/sim/faults", json).status, 200);
    let statuses: Vec<u16> = (0..4).map(|_| get(&sim, TOKEN).status).collect();
    assert_eq!(statuses, [500, 500, 429, 200]);
}

#[test]
fn a_call_that_is_not_understood_says_why_and_changes_nothing() {
    let sim = simulator();
    let reply = post(&sim, "/sim/faults", r#"[{"fault":"gone"},{"fault":"melt"}]"#);
    assert_eq!(reply.status, 400);
    assert!(reply.json()["error"].as_str().unwrap().contains("melt"));
    assert_eq!(post(&sim, "/sim/latency", "soon").status, 400);
    assert_eq!(post(&sim, "/sim/nothing", "").status, 404);
    assert_eq!(get(&sim, "/sim/reset").status, 405);
    assert_eq!(get(&sim, TOKEN).status, 200);
}

#[test]
fn latency_and_lifetime_hold_until_the_reset() {
    let sim = simulator();
    assert_eq!(post(&sim, "/sim/latency", r#"{"ms":30}"#).status, 200);
    assert_eq!(post(&sim, "/sim/lifetime", r#"{"seconds":60}"#).status, 200);
    let asked = Instant::now();
    assert_eq!(get(&sim, TOKEN).json()["expires_in"], "60");
    assert!(asked.elapsed() >= Duration::from_millis(30));
    assert_eq!(post(&sim, "/sim/reset", "").status, 200);
    assert_eq!(get(&sim, TOKEN).json()["expires_in"], "86400");
    assert_eq!(sim.counts().tokens, 1);
}

#[test]
fn held_requests_go_on_at_a_release_or_a_reset() {
    let sim = simulator();
    for call in ["/sim/release", "/sim/reset"] {
        post(&sim, "/sim/faults", r#"[{"fault":"hold"}]"#);
        let held = start(&sim, TOKEN);
        sim.wait_until(|counts| counts.held == 1, PATIENCE).unwrap();
        assert_eq!(post(&sim, call, "").status, 200);
        assert_eq!(receive(held).unwrap().status, 200, "{call}");
    }
}

#[test]
fn every_fault_in_the_readme_is_understood() {
    let readme = include_str!("../../README.md");
    let examples: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `{\"fault\"")?.split_once("` |"))
        .map(|(example, _)| example)
        .collect();
    assert_eq!(examples.len(), 16);
    let sim = simulator();
    for example in examples {
        assert_eq!(post(&sim, "/sim/faults", &format!("[{{\"fault\"{example}]")).status, 200, "{example}");
    }
}
