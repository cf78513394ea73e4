//! Cloud Shell: a form, listed audiences, and a person's token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use imds_sim::{Host, PERSON_OBJECT_ID, Simulator};
use serde_json::Value;

use crate::client::{Reply, ask, on, variable};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const GOOD: &str = "resource=https%3A%2F%2Fmanagement.azure.com%2F";

fn post(sim: &Simulator, headers: &[&str], form: &str) -> Reply {
    ask(sim, "POST", "/oauth2/token", headers, form)
}

fn assert_refusal(reply: &Reply, code: &str, message: &str) {
    let answer = reply.json();
    assert_eq!((reply.status, answer["error"]["code"].as_str()), (400, Some(code)));
    let told = answer["error"]["message"].as_str().unwrap();
    assert!(told.starts_with(message), "{told}");
}

#[test]
fn the_variable_leads_to_a_token_of_the_person_signed_in() {
    let sim = on(Host::CloudShell);
    assert_eq!(variable(&sim, "MSI_ENDPOINT"), format!("{}/oauth2/token", sim.url()));
    assert_eq!(sim.environment().len(), 1);
    let answer = post(&sim, &["Metadata: true", FORM], GOOD).json();
    assert_eq!(answer["resource"], "https://management.azure.com/");
    assert!(answer["expires_on"].as_str().unwrap().parse::<i64>().is_ok());
    let token = answer["access_token"].as_str().unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((claims["oid"].as_str(), claims["idtyp"].as_str()), (Some(PERSON_OBJECT_ID), Some("user")));
}

#[test]
fn only_a_form_with_the_metadata_header_will_do() {
    let sim = on(Host::CloudShell);
    assert_eq!(ask(&sim, "GET", &format!("/oauth2/token?{GOOD}"), &["Metadata: true"], "").status, 405);
    assert_refusal(&post(&sim, &[FORM], GOOD), "bad_request_102", "Required metadata header not specified");
    let missing = "Required audience parameter not specified";
    assert_refusal(&post(&sim, &["Metadata: true"], GOOD), "invalid_request", missing);
    assert_refusal(&post(&sim, &["Metadata: true", FORM], "resource="), "invalid_request", missing);
    assert_eq!(sim.counts().tokens, 0);
}

#[test]
fn an_audience_that_is_not_listed_is_told_those_that_are() {
    let reply = post(&on(Host::CloudShell), &["Metadata: true", FORM], "resource=https://example.com");
    let message = "Audience https://example.com is not a supported MSI token audience.Supported audiences:https://management.core.windows.net/,";
    assert_refusal(&reply, "AudienceNotSupported", message);
}

#[test]
fn no_identity_can_be_named() {
    let sim = on(Host::CloudShell);
    for id in ["client_id", "object_id", "msi_res_id", "mi_res_id"] {
        let reply = post(&sim, &["Metadata: true", FORM], &format!("{GOOD}&{id}=x"));
        assert_refusal(&reply, "invalid_request", &format!("Parameter '{id}'"));
    }
}
