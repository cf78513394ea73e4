//! Service Fabric: the certificate and its thumbprint, the secret, both versions, and thirty requests in ten seconds.

use std::io::ErrorKind;

use imds_sim::{FIRST_CLIENT_ID, FIRST_OBJECT_ID, Fault, Host, Limits, Options, SYSTEM_CLIENT_ID, Simulator};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::client::{PATIENCE, Reply, ask, on, variable};
use crate::secure::{ask_securely, ask_trusting};

const TOKEN: &str = "/metadata/identity/oauth2/token?api-version=2019-07-01-preview&resource=r";
const TOKEN_2020: &str = "/metadata/identity/oauth2/token?api-version=2020-05-01&resource=r";

fn secret(sim: &Simulator) -> String {
    format!("secret: {}", variable(sim, "IDENTITY_HEADER"))
}

fn get(sim: &Simulator, target: &str) -> Reply {
    ask_securely(sim, target, &[&secret(sim)])
}

fn assert_refusal(reply: &Reply, status: u16, code: &str, message: &str) {
    let error = &reply.json()["error"];
    assert_eq!((reply.status, error["code"].as_str()), (status, Some(code)));
    assert_eq!(error["message"], message);
    assert_eq!(error["correlationId"].as_str().unwrap().len(), 36);
}

#[test]
fn the_variables_lead_to_a_token_whose_expiry_is_a_number() {
    let sim = on(Host::ServiceFabric);
    assert!(sim.url().starts_with("https://127.0.0.1:"));
    let endpoint = format!("{}/metadata/identity/oauth2/token", sim.url());
    assert_eq!(variable(&sim, "IDENTITY_ENDPOINT"), endpoint);
    let answer = get(&sim, TOKEN).json();
    let fields: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["access_token", "expires_on", "resource", "token_type"]);
    assert!(answer["expires_on"].is_i64());
    assert_eq!(sim.counts().by_identity[SYSTEM_CLIENT_ID], 1);
}

#[test]
fn the_thumbprint_is_that_of_the_certificate() {
    let sim = on(Host::ServiceFabric);
    let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, sim.certificate().unwrap());
    let hex: String = sha1.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(variable(&sim, "IDENTITY_SERVER_THUMBPRINT"), hex);
}

#[test]
fn a_client_that_does_not_know_the_certificate_sends_nothing() {
    let (sim, other) = (on(Host::ServiceFabric), on(Host::ServiceFabric));
    let fault = ask_trusting(other.certificate().unwrap(), &sim, TOKEN, &[&secret(&sim)]).unwrap_err();
    assert_eq!(fault.kind(), ErrorKind::InvalidData);
    let counts = sim.wait_until(|counts| counts.failed_handshakes == 1, PATIENCE).unwrap();
    assert_eq!((counts.connections, counts.requests, counts.with_secret), (1, 0, 0));
}

#[test]
fn the_secret_opens_and_nothing_else_does() {
    let sim = on(Host::ServiceFabric);
    let text = "Secret is not found in the request headers.";
    assert_refusal(&ask_securely(&sim, TOKEN, &[]), 400, "SecretHeaderNotFound", text);
    let text = "Managed identity not found for the specified application host.";
    assert_refusal(&ask_securely(&sim, TOKEN, &["secret: guess"]), 404, "ManagedIdentityNotFound", text);
    let counts = sim.counts();
    assert_eq!((counts.requests, counts.with_secret, counts.tokens), (2, 1, 0));
}

#[test]
fn what_is_missing_or_not_supported_is_told() {
    let sim = on(Host::ServiceFabric);
    let path = "/metadata/identity/oauth2/token";
    let text = "The api-version '' is not supported. Supported version is '2019-07-01-preview'.";
    assert_refusal(&get(&sim, &format!("{path}?resource=r")), 400, "InvalidApiVersion", text);
    let reply = get(&sim, &format!("{path}?resource=r&api-version=2018-02-01"));
    assert_refusal(&reply, 400, "InvalidApiVersion", &text.replace("''", "'2018-02-01'"));
    let text = "The parameter 'resource' should not be null or empty string.";
    assert_refusal(&get(&sim, &format!("{path}?api-version=2020-05-01")), 400, "ArgumentNullOrEmpty", text);
    assert_eq!(get(&sim, &format!("{TOKEN}&resource=again")).status, 400);
    assert_eq!(get(&sim, "/metadata/versions").status, 404);
}

#[test]
fn an_identity_is_chosen_by_its_object_id_in_the_second_version_alone() {
    let sim = on(Host::ServiceFabric);
    let selector = format!("&principalId={FIRST_OBJECT_ID}");
    assert_eq!(get(&sim, &format!("{TOKEN_2020}{selector}")).status, 200);
    assert_eq!(sim.counts().by_identity[FIRST_CLIENT_ID], 1);
    assert_eq!(get(&sim, &format!("{TOKEN}{selector}")).status, 200);
    assert_eq!(sim.counts().by_identity[SYSTEM_CLIENT_ID], 1);
    let text = "Managed identity not found for the specified application host.";
    let reply = get(&sim, &format!("{TOKEN_2020}&principalId=nobody"));
    assert_refusal(&reply, 404, "ManagedIdentityNotFound", text);
}

#[test]
fn a_resource_that_nobody_knows_is_a_vague_500() {
    let options = Options { unknown_resources: vec!["r".into()], ..Options::on(Host::ServiceFabric) };
    let reply = get(&Simulator::start(options).unwrap(), TOKEN);
    assert_refusal(&reply, 500, "InternalServerError", "An error occurred.");
}

#[test]
fn one_request_too_many_is_told_in_plain_text_how_long_to_wait() {
    let limits = Limits { fabric_per_ten_seconds: 1, ..Limits::default() };
    let sim = Simulator::start(Options { limits, ..Options::on(Host::ServiceFabric) }).unwrap();
    assert_eq!(get(&sim, TOKEN).status, 200);
    let reply = get(&sim, TOKEN);
    assert_eq!((reply.status, reply.header("Retry-After")), (429, None));
    assert_eq!(reply.header("Content-Type"), Some("text/plain; charset=utf-8"));
    let told = "The request was throttled locally; the service allows 30 requests per 10s; retry after ";
    let seconds = reply.body.strip_prefix(told).unwrap().strip_suffix("s.").unwrap();
    assert!((1..=10).contains(&seconds.parse::<u64>().unwrap()), "{seconds}");
}

#[test]
fn a_planned_429_is_in_plain_text_too() {
    let sim = on(Host::ServiceFabric);
    sim.push_fault(Fault::Throttle { retry_after: Some("4".into()) });
    let reply = get(&sim, TOKEN);
    assert_eq!((reply.status, reply.header("Retry-After")), (429, Some("4")));
    assert!(reply.body.ends_with("retry after 1s."), "{}", reply.body);
}

#[test]
fn a_connection_without_tls_gets_no_token_but_control() {
    let sim = on(Host::ServiceFabric);
    let reply = ask(&sim, "GET", TOKEN, &[&secret(&sim)], "");
    assert_eq!(reply.status, 400);
    assert_eq!(ask(&sim, "GET", "/sim/counts", &[], "").json()["with_secret"], 1);
    assert_eq!(ask(&sim, "POST", "/sim/faults", &[], r#"[{"fault":"gone"}]"#).status, 200);
    assert_eq!(get(&sim, TOKEN).status, 410);
    assert_eq!(ask_securely(&sim, "/sim/counts", &[]).json()["faults"], 1);
}
