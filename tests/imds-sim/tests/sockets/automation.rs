//! Azure Automation: App Service's requests and its own, as query or form.

use imds_sim::{FIRST_CLIENT_ID, Host, Identity, Options, SYSTEM_CLIENT_ID, Simulator};

use crate::client::{Reply, ask, on, variable};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

fn call(sim: &Simulator, method: &str, query: &str, form: &str) -> Reply {
    let secret = format!("X-IDENTITY-HEADER: {}", variable(sim, "IDENTITY_HEADER"));
    ask(sim, method, &format!("/oauth2/token{query}"), &[&secret, "Metadata: True", FORM], form)
}

#[test]
fn a_query_and_a_form_both_get_a_token_with_or_without_a_version() {
    let sim = on(Host::Automation);
    assert_eq!(variable(&sim, "IDENTITY_ENDPOINT"), format!("{}/oauth2/token", sim.url()));
    for reply in [
        call(&sim, "GET", "?resource=r", ""),
        call(&sim, "GET", "?resource=r&api-version=2019-08-01", ""),
        call(&sim, "POST", "", "resource=r"),
    ] {
        assert_eq!(reply.json()["client_id"], SYSTEM_CLIENT_ID);
    }
    let named = call(&sim, "POST", "", &format!("resource=r&client_id={FIRST_CLIENT_ID}"));
    assert_eq!(named.json()["client_id"], FIRST_CLIENT_ID);
    assert_eq!(sim.counts().tokens, 4);
}

#[test]
fn the_parameters_of_a_form_are_not_in_the_query() {
    let sim = on(Host::Automation);
    assert_eq!(call(&sim, "POST", "?resource=r", "").status, 400);
    assert_eq!(call(&sim, "GET", "", "resource=r").status, 400);
    assert_eq!(call(&sim, "PUT", "?resource=r", "resource=r").status, 405);
}

#[test]
fn both_headers_are_needed() {
    let sim = on(Host::Automation);
    let secret = format!("X-IDENTITY-HEADER: {}", variable(&sim, "IDENTITY_HEADER"));
    let target = "/oauth2/token?resource=r";
    assert_eq!(ask(&sim, "GET", target, &["Metadata: true"], "").status, 401);
    let reply = ask(&sim, "GET", target, &[&secret], "");
    assert_eq!((reply.status, reply.json()["Message"].is_string()), (400, true));
    assert_eq!(ask(&sim, "GET", target, &[&secret, "Metadata: true"], "").status, 200);
}

#[test]
fn an_account_without_identities_says_so() {
    let options = Options { system: None, user: vec![], ..Options::on(Host::Automation) };
    let sim = Simulator::start(options).unwrap();
    let reply = call(&sim, "GET", "?resource=r", "");
    let body = r#"{"Message":"No managed identity was found for Automation account simulated"}"#;
    assert_eq!((reply.status, reply.body.as_str()), (400, body));
}

#[test]
fn a_user_assigned_identity_must_be_named() {
    let options = Options { system: None, user: vec![Identity::first()], ..Options::on(Host::Automation) };
    let sim = Simulator::start(options).unwrap();
    let reply = call(&sim, "POST", "", "resource=r");
    let body = r#"{"Message":"Failed to get MSI token for account simulated"}"#;
    assert_eq!((reply.status, reply.body.as_str()), (400, body));
    let named = format!("?resource=r&client_id={FIRST_CLIENT_ID}");
    assert_eq!(call(&sim, "GET", &named, "").json()["client_id"], FIRST_CLIENT_ID);
}
