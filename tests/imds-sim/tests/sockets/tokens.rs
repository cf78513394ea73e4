//! Success: the recorded form of a token answer, who gets which identity, and what is kept of it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use imds_sim::{
    FIRST_CLIENT_ID, FIRST_OBJECT_ID, FIRST_RESOURCE_ID, Identity, Options, SECOND_CLIENT_ID,
    SYSTEM_CLIENT_ID, SYSTEM_OBJECT_ID, Simulator,
};
use serde_json::Value;

use crate::client::{TOKEN, get};

fn start() -> Simulator {
    Simulator::start(Options::default()).unwrap()
}

fn seconds(answer: &Value, field: &str) -> i64 {
    answer[field].as_str().unwrap().parse().unwrap()
}

fn unix_time() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

#[test]
fn the_answer_has_the_recorded_fields_and_every_value_is_a_text() {
    let before = unix_time();
    let reply = get(&start(), TOKEN);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("Content-Type"), Some("application/json; charset=utf-8"));
    assert_eq!(reply.header("Server"), Some("IMDS/150.870.65.528"));
    let answer = reply.json();
    let fields: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "access_token",
            "client_id",
            "expires_in",
            "expires_on",
            "ext_expires_in",
            "not_before",
            "resource",
            "token_type"
        ]
    );
    assert!(answer.as_object().unwrap().values().all(Value::is_string));
    assert_eq!(answer["client_id"], SYSTEM_CLIENT_ID);
    assert_eq!(answer["resource"], "https://management.azure.com/");
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], "86400");
    assert_eq!(answer["ext_expires_in"], "86400");
    let expires_on = seconds(&answer, "expires_on");
    assert!((before + 86_400..=unix_time() + 86_400).contains(&expires_on), "{expires_on}");
    assert_eq!(seconds(&answer, "not_before"), expires_on - 86_400 - 300);
    assert_eq!(answer["access_token"].as_str().unwrap().split('.').count(), 3);
}

#[test]
fn each_selector_gets_its_identity_and_ids_other_than_the_clients_are_echoed() {
    let sim = start();
    let ask = |selector: &str| get(&sim, &format!("{TOKEN}&{selector}")).json();

    let by_client = ask(&format!("client_id={SECOND_CLIENT_ID}"));
    assert_eq!(by_client["client_id"], SECOND_CLIENT_ID);
    assert_eq!((by_client.get("object_id"), by_client.get("msi_res_id")), (None, None));

    let by_object = ask(&format!("object_id={FIRST_OBJECT_ID}"));
    assert_eq!(by_object["client_id"], FIRST_CLIENT_ID);
    assert_eq!(by_object["object_id"], FIRST_OBJECT_ID);

    for name in ["msi_res_id", "mi_res_id"] {
        let by_resource = ask(&format!("{name}={FIRST_RESOURCE_ID}"));
        assert_eq!(by_resource["client_id"], FIRST_CLIENT_ID);
        assert_eq!(by_resource["msi_res_id"], FIRST_RESOURCE_ID);
    }

    assert_eq!(ask(&format!("object_id={SYSTEM_OBJECT_ID}"))["client_id"], SYSTEM_CLIENT_ID);

    let counts = sim.counts();
    assert_eq!(counts.by_identity[FIRST_CLIENT_ID], 3);
    assert_eq!(counts.by_identity[SECOND_CLIENT_ID], 1);
    assert_eq!(counts.by_identity[SYSTEM_CLIENT_ID], 1);
    assert_eq!(counts.by_selector["msi_res_id"], 2);
    assert_eq!(counts.by_selector["object_id"], 2);
}

#[test]
fn the_only_user_assigned_identity_answers_for_a_machine_without_its_own() {
    let options = Options { system: None, user: vec![Identity::first()], ..Options::default() };
    let sim = Simulator::start(options).unwrap();
    assert_eq!(get(&sim, TOKEN).json()["client_id"], FIRST_CLIENT_ID);
}

#[test]
fn every_token_given_out_is_kept_until_the_reset() {
    let sim = start();
    let told: Vec<String> =
        (0..3).map(|_| get(&sim, TOKEN).json()["access_token"].as_str().unwrap().to_owned()).collect();
    assert_eq!(sim.issued_tokens(), told);
    let counts = sim.counts();
    assert_eq!((counts.tokens, counts.served, counts.status(200)), (3, 3, 3));
    assert_eq!(counts.by_resource["https://management.azure.com/"], 3);
    sim.reset();
    assert!(sim.issued_tokens().is_empty());
    assert_eq!(sim.counts().tokens, 0);
}

#[test]
fn tokens_are_not_kept_when_nobody_wants_them() {
    let sim = Simulator::start(Options { keep_tokens: false, ..Options::default() }).unwrap();
    assert_eq!(get(&sim, TOKEN).status, 200);
    assert!(sim.issued_tokens().is_empty());
}

#[test]
fn an_expired_token_says_so() {
    let sim = Simulator::start(Options { token_lifetime: -3600, ..Options::default() }).unwrap();
    let answer = get(&sim, TOKEN).json();
    assert!(seconds(&answer, "expires_on") <= unix_time() - 3600);
    assert_eq!(answer["expires_in"], "0");
    sim.set_token_lifetime(600);
    assert_eq!(get(&sim, TOKEN).json()["expires_in"], "600");
}

#[test]
fn an_answer_takes_no_less_than_the_latency() {
    let sim = start();
    sim.set_latency(Duration::from_millis(30));
    let asked = Instant::now();
    assert_eq!(get(&sim, TOKEN).status, 200);
    assert!(asked.elapsed() >= Duration::from_millis(30));
}

#[test]
fn any_version_since_the_first_with_identities_will_do() {
    let sim = start();
    for version in ["2018-02-01", "2019-08-01", "2025-04-07"] {
        assert_eq!(get(&sim, &TOKEN.replace("2018-02-01", version)).status, 200, "{version}");
    }
}

#[test]
fn a_dropped_simulator_does_not_listen() {
    let sim = start();
    let address = sim.address();
    drop(sim);
    assert!(std::net::TcpStream::connect(address).is_err());
}
