//! App Service: the secret, the version, every selector, and an answer without `expires_in`.

use imds_sim::{
    FIRST_CLIENT_ID, FIRST_OBJECT_ID, FIRST_RESOURCE_ID, Host, Options, SYSTEM_CLIENT_ID, Simulator,
};

use crate::client::{Reply, ask, on, variable};

const TOKEN: &str = "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net";

fn get(sim: &Simulator, target: &str) -> Reply {
    let secret = format!("X-IDENTITY-HEADER: {}", variable(sim, "IDENTITY_HEADER"));
    ask(sim, "GET", target, &[&secret], "")
}

#[test]
fn the_variables_lead_to_a_token_of_texts_without_expires_in() {
    let sim = on(Host::AppService);
    assert_eq!(variable(&sim, "IDENTITY_ENDPOINT"), format!("{}/msi/token", sim.url()));
    let reply = get(&sim, TOKEN);
    assert_eq!((reply.status, reply.header("Server")), (200, None));
    let answer = reply.json();
    let fields: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["access_token", "client_id", "expires_on", "resource", "token_type"]);
    assert!(answer.as_object().unwrap().values().all(serde_json::Value::is_string));
    assert_eq!(answer["client_id"], SYSTEM_CLIENT_ID);
    assert_eq!(answer["resource"], "https://vault.azure.net");
    assert_eq!(sim.issued_tokens(), [answer["access_token"].as_str().unwrap()]);
}

#[test]
fn without_the_right_secret_nothing_is_told() {
    let sim = on(Host::AppService);
    assert_eq!(ask(&sim, "GET", TOKEN, &[], "").status, 401);
    assert_eq!(ask(&sim, "GET", TOKEN, &["X-IDENTITY-HEADER: guess"], "").status, 401);
    let own = variable(&sim, "IDENTITY_HEADER");
    assert_eq!(ask(&sim, "GET", TOKEN, &[&format!("secret: {own}")], "").status, 401);
    let counts = sim.counts();
    assert_eq!((counts.requests, counts.with_secret, counts.tokens), (3, 1, 0));
}

#[test]
fn each_start_has_a_secret_of_its_own() {
    let secret = || variable(&on(Host::AppService), "IDENTITY_HEADER");
    assert_ne!(secret(), secret());
}

#[test]
fn an_identity_is_chosen_by_any_of_its_ids() {
    let sim = on(Host::AppService);
    for selector in [
        format!("client_id={FIRST_CLIENT_ID}"),
        format!("principal_id={FIRST_OBJECT_ID}"),
        format!("object_id={FIRST_OBJECT_ID}"),
        format!("mi_res_id={FIRST_RESOURCE_ID}"),
    ] {
        assert_eq!(
            get(&sim, &format!("{TOKEN}&{selector}")).json()["client_id"],
            FIRST_CLIENT_ID,
            "{selector}"
        );
    }
    let spelt_for_a_machine = get(&sim, &format!("{TOKEN}&msi_res_id={FIRST_RESOURCE_ID}"));
    assert_eq!(spelt_for_a_machine.json()["client_id"], SYSTEM_CLIENT_ID);
}

#[test]
fn an_identity_that_is_not_there_is_told_in_pascal_case() {
    let sim = Simulator::start(Options { system: None, ..Options::on(Host::AppService) }).unwrap();
    for target in [TOKEN, &format!("{TOKEN}&client_id=nobody")] {
        let reply = get(&sim, target);
        let answer = reply.json();
        assert_eq!((reply.status, answer["StatusCode"].as_u64()), (400, Some(400)));
        assert_eq!(
            answer["Message"],
            "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId"
        );
        assert_eq!(answer["CorrelationId"].as_str().unwrap().len(), 36);
    }
}

#[test]
fn another_version_method_or_two_selectors_and_no_resource_are_refused() {
    let sim = on(Host::AppService);
    for target in [
        "/msi/token?resource=r",
        "/msi/token?api-version=2017-09-01&resource=r",
        "/msi/token?api-version=2019-08-01",
        "/msi/token?api-version=2019-08-01&resource=",
        &format!("{TOKEN}&resource=again"),
        &format!("{TOKEN}&client_id=a&mi_res_id=b"),
    ] {
        assert_eq!(get(&sim, target).status, 400, "{target}");
    }
    let secret = format!("X-IDENTITY-HEADER: {}", variable(&sim, "IDENTITY_HEADER"));
    assert_eq!(ask(&sim, "POST", TOKEN, &[&secret], "resource=r").status, 405);
}

#[test]
fn a_resource_that_nobody_knows_is_a_vague_500() {
    let options = Options { unknown_resources: vec!["r".into()], ..Options::on(Host::AppService) };
    let reply = get(&Simulator::start(options).unwrap(), "/msi/token/?api-version=2019-08-01&resource=r");
    let answer = reply.json();
    assert_eq!((reply.status, answer["statusCode"].as_u64()), (500, Some(500)));
    assert_eq!(answer["message"], "An unexpected error occured while fetching the AAD Token.");
}
