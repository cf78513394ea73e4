//! Control over HTTP.

use arm_sim::Simulator;
use serde_json::{Value, json};

use crate::client::{FIRST, Reply, arm, ask, get, simulator};

fn post(sim: &Simulator, what: &str, body: &Value) -> Reply {
    ask(sim, "POST", &format!("/sim/{what}"), &[], &body.to_string())
}

#[test]
fn the_log_has_every_request_but_those_for_control() {
    let sim = simulator();
    let headers = [&crate::client::token("https://vault.azure.net"), "User-Agent: mine/1"];
    ask(&sim, "GET", "/tenants?api-version=1", &headers, "");
    ask(&sim, "PUT", "/echo", &[], "");
    let log = ask(&sim, "GET", "/sim/requests", &[], "").json();
    let first = &log["requests"][0];
    assert_eq!(
        *first,
        json!({
            "host": sim.address().to_string(),
            "scheme": "http",
            "method": "GET",
            "path": "/tenants",
            "query": "api-version=1",
            "status": 401,
            "authorized": true,
            "tokenId": first["tokenId"],
            "userAgent": "mine/1",
            "tokenAppId": imds_sim::FIRST_CLIENT_ID,
        })
    );
    assert_eq!(first["tokenId"].as_str().unwrap().len(), 12);
    let second = &log["requests"][1];
    assert_eq!((&second["authorized"], &second["tokenId"]), (&json!(false), &Value::Null));
    assert_eq!((&log["counts"]["requests"], &log["counts"]["authorized"]), (&json!(2), &json!(1)));
    assert_eq!(log["counts"]["byStatus"], json!({"401": 2}));
    assert_eq!(ask(&sim, "GET", "/sim/counts", &[], "").json(), log["counts"]);
}

#[test]
fn the_log_is_forgotten_alone_or_with_everything() {
    let sim = simulator();
    let group = format!("{FIRST}/resourceGroups/mine");
    arm(&sim, "PUT", &format!("{group}?api-version=1"), &json!({"location": "westeurope"}));
    assert_eq!(ask(&sim, "DELETE", "/sim/requests", &[], "").status, 200);
    assert_eq!(sim.counts().requests, 0);
    assert_eq!(get(&sim, &group).status, 200);
    assert_eq!(post(&sim, "content", &json!({"pageSize": 1, "apiVersions": []})).status, 200);
    assert_eq!(post(&sim, "visibility", &json!({imds_sim::FIRST_CLIENT_ID: []})).status, 200);
    assert_eq!(post(&sim, "faults", &json!({"next": [{"close": true}]})).status, 200);
    assert_eq!(post(&sim, "reset", &json!({})).status, 200);
    assert_eq!(get(&sim, "/subscriptions").each("id").len(), 4);
    assert_eq!(get(&sim, &group).status, 404);
    assert_eq!(sim.counts().requests, 2);
}

#[test]
fn what_was_written_outlives_a_change_of_settings() {
    let sim = simulator();
    let group = format!("{FIRST}/resourceGroups/mine");
    arm(&sim, "PUT", &format!("{group}?api-version=1"), &json!({"location": "westeurope"}));
    assert_eq!(post(&sim, "content", &json!({"pageSize": 7})).status, 200);
    assert_eq!(get(&sim, &group).status, 200);
    assert_eq!(post(&sim, "content", &json!({"subscriptions": 1})).status, 200);
    assert_eq!(get(&sim, &group).status, 404);
}

#[test]
fn a_call_that_is_not_understood_says_why_and_changes_nothing() {
    let sim = simulator();
    for (what, body) in [
        ("faults", json!({"next": [{"status": 429}, {"melt": true}]})),
        ("faults", json!([{"status": 429}])),
        ("content", json!({"pagesize": 1})),
        ("content", json!("small")),
        ("visibility", json!({"a": "b"})),
    ] {
        let reply = post(&sim, what, &body);
        assert_eq!(reply.refusal(), (400, "NotUnderstood".into()), "{body}");
    }
    assert!(post(&sim, "content", &json!({"pagesize": 1})).text().contains("pagesize"));
    assert_eq!(post(&sim, "nothing", &json!({})).status, 404);
    assert_eq!(ask(&sim, "GET", "/sim/reset", &[], "").status, 405);
    assert_eq!(get(&sim, "/subscriptions").each("id").len(), 4);
    assert!(sim.control("content", &json!({"pagesize": 1})).is_err());
}
