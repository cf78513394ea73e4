//! Long operations, by each of the ways to follow one.

use arm_sim::Simulator;
use serde_json::{Value, json};

use crate::client::{FIRST, Reply, arm, follow, get, with};

const MACHINE: &str = "/resourceGroups/rg-test-16/providers/Microsoft.Compute/virtualMachines";

fn post(sim: &Simulator, action: &str) -> Reply {
    arm(sim, "POST", &format!("{FIRST}{MACHINE}/vm-db-1/{action}?api-version=2024-07-01"), &Value::Null)
}

fn link(reply: &Reply, header: &str) -> String {
    reply.header(header).unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}

/// What the body says at each of so many looks.
fn states(sim: &Simulator, link: &str, looks: usize) -> Vec<String> {
    (0..looks).map(|_| follow(sim, link).json()["status"].as_str().unwrap().to_owned()).collect()
}

fn power(sim: &Simulator) -> String {
    let view = get(sim, &format!("{FIRST}{MACHINE}/vm-db-1/instanceView")).json();
    view["statuses"][1]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_status_in_the_body_tells_the_end() {
    let sim = with(json!({"looks": 2}));
    let accepted = post(&sim, "start");
    assert_eq!((accepted.status, accepted.header("Retry-After")), (202, Some("0")));
    let status = link(&accepted, "Azure-AsyncOperation");
    assert!(
        status.starts_with(&format!("{}{FIRST}/providers/Microsoft.Compute/locations/", sim.url())),
        "{status}"
    );
    assert_eq!(power(&sim), "PowerState/deallocated");
    assert_eq!(states(&sim, &status, 4), ["InProgress", "InProgress", "Succeeded", "Succeeded"]);
    assert_eq!(power(&sim), "PowerState/running");
}

#[test]
fn a_location_answers_202_and_then_with_the_result() {
    let sim = with(json!({"looks": 1, "pollRetryAfter": "7"}));
    let location = link(&post(&sim, "restart"), "Location");
    let waiting = follow(&sim, &location);
    assert_eq!((waiting.status, waiting.header("Retry-After")), (202, Some("7")));
    assert_eq!(link(&waiting, "Location"), location);
    let result = follow(&sim, &location);
    assert_eq!((result.status, &result.json()["name"]), (200, &json!("vm-db-1")));
    assert_eq!(result.header("Retry-After"), None);
}

#[test]
fn each_action_leaves_a_machine_in_its_own_state() {
    let sim = with(json!({"looks": 0}));
    for (action, state) in [
        ("start", "PowerState/running"),
        ("powerOff", "PowerState/stopped"),
        ("restart", "PowerState/running"),
        ("deallocate", "PowerState/deallocated"),
    ] {
        let status = link(&post(&sim, action), "Azure-AsyncOperation");
        assert_eq!(states(&sim, &status, 1), ["Succeeded"]);
        assert_eq!(power(&sim), state, "{action}");
    }
}

#[test]
fn an_operation_may_fail_and_then_nothing_has_changed() {
    let failure = json!({"code": "AllocationFailed", "message": "No capacity."});
    let sim = with(json!({"looks": 0, "operationFails": failure, "pollRetryAfter": null}));
    let accepted = post(&sim, "start");
    assert_eq!(accepted.header("Retry-After"), None);
    let status = follow(&sim, &link(&accepted, "Azure-AsyncOperation")).json();
    assert_eq!((&status["status"], &status["error"]), (&json!("Failed"), &failure));
    let result = follow(&sim, &link(&accepted, "Location"));
    assert_eq!(result.refusal(), (409, "AllocationFailed".into()));
    assert_eq!(power(&sim), "PowerState/deallocated");
}

#[test]
fn an_operation_location_is_the_only_header_where_it_is_one() {
    let sim = with(json!({"looks": 1}));
    let accepted = post(&sim, "operationLocation");
    assert_eq!((accepted.header("Location"), accepted.header("Azure-AsyncOperation")), (None, None));
    assert_eq!(states(&sim, &link(&accepted, "Operation-Location"), 2), ["InProgress", "Succeeded"]);
}

#[test]
fn a_new_machine_comes_up_while_somebody_looks() {
    let sim = with(json!({"looks": 2}));
    let url = format!("{FIRST}{MACHINE}/New-1?api-version=2024-07-01");
    let state = |reply: Reply| reply.json()["properties"]["provisioningState"].as_str().unwrap().to_owned();
    let made = arm(&sim, "PUT", &url, &json!({"location": "westeurope"}));
    assert_eq!((made.status, made.header("Location")), (201, None));
    let status = link(&made, "Azure-AsyncOperation");
    assert_eq!(state(made), "Creating");
    let seen: Vec<String> = (0..3).map(|_| state(arm(&sim, "GET", &url, &Value::Null))).collect();
    assert_eq!(seen, ["Creating", "Creating", "Succeeded"]);
    assert_eq!(states(&sim, &status, 1), ["Succeeded"]);
    let again = arm(&sim, "PUT", &url, &json!({"location": "westeurope"}));
    assert_eq!((again.status, state(again).as_str()), (200, "Updating"));
}

#[test]
fn a_machine_is_deleted_at_the_end_of_its_operation() {
    let sim = with(json!({"looks": 1}));
    let url = format!("{FIRST}{MACHINE}/vm-db-1?api-version=1");
    let deleted = arm(&sim, "DELETE", &url, &Value::Null);
    assert_eq!(deleted.status, 202);
    let location = link(&deleted, "Location");
    assert_eq!(follow(&sim, &location).status, 202);
    assert_eq!(arm(&sim, "HEAD", &url, &Value::Null).status, 204);
    let end = follow(&sim, &location);
    assert_eq!((end.status, end.body.len()), (200, 0));
    assert_eq!(arm(&sim, "HEAD", &url, &Value::Null).status, 404);
}

#[test]
fn an_operation_that_was_never_begun_is_not_found() {
    let sim = with(json!({}));
    let path = format!("{FIRST}/providers/Microsoft.Compute/locations/westeurope/operations/none");
    assert_eq!(get(&sim, &path).refusal(), (404, "OperationNotFound".into()));
}
