//! A pod behind NMI: the virtual machine's requests and answers, refusals in plain text.

use std::time::Duration;

use imds_sim::{
    FIRST_CLIENT_ID, Host, Identity, Options, SECOND_CLIENT_ID, SECOND_RESOURCE_ID, SYSTEM_CLIENT_ID,
    Simulator,
};

use crate::client::{Reply, TOKEN, ask, get, on, variable};

fn assert_text(reply: &Reply, status: u16, text: &str) {
    assert_eq!((reply.status, reply.body.as_str()), (status, text));
    assert_eq!(reply.header("Content-Type"), Some("text/plain; charset=utf-8"));
}

#[test]
fn the_variable_leads_to_a_token_of_an_identity_of_the_pod() {
    let sim = on(Host::PodIdentity);
    assert_eq!(variable(&sim, "AZURE_POD_IDENTITY_AUTHORITY_HOST"), sim.url());
    let reply = get(&sim, TOKEN);
    assert_eq!((reply.json()["client_id"].as_str(), reply.header("Server")), (Some(FIRST_CLIENT_ID), None));
    for selector in [format!("client_id={SECOND_CLIENT_ID}"), format!("msi_res_id={SECOND_RESOURCE_ID}")] {
        assert_eq!(get(&sim, &format!("{TOKEN}&{selector}")).json()["client_id"], SECOND_CLIENT_ID);
    }
}

#[test]
fn an_identity_that_is_not_the_pod_s_is_not_found() {
    let sim = on(Host::PodIdentity);
    for id in ["nobody", SYSTEM_CLIENT_ID] {
        let reply = get(&sim, &format!("{TOKEN}&client_id={id}"));
        assert_text(&reply, 404, "no azure identity found for request clientID\n");
        assert_eq!(reply.header("Retry-After"), None);
    }
}

#[test]
fn a_pod_that_is_not_known_yet_may_be_told_when_to_come_again() {
    let none = Options { user: vec![], ..Options::on(Host::PodIdentity) };
    assert_text(&get(&Simulator::start(none.clone()).unwrap(), TOKEN), 500, "pod list is empty\n");
    let options = Options { retry_after: Some(Duration::from_secs(20)), ..none };
    let reply = get(&Simulator::start(options).unwrap(), TOKEN);
    assert_eq!((reply.status, reply.header("Retry-After")), (500, Some("20")));
}

#[test]
fn a_bad_request_is_told_so() {
    let sim = on(Host::PodIdentity);
    let reply = ask(&sim, "GET", TOKEN, &[], "");
    assert_eq!((reply.status, reply.body.len()), (400, 88));
    let target = "/metadata/identity/oauth2/token?api-version=2018-02-01";
    assert_text(&get(&sim, target), 400, "parameter resource cannot be empty\n");
    assert_eq!(get(&sim, &format!("{TOKEN}&resource=again")).status, 400);
    assert_eq!(get(&sim, &format!("{TOKEN}&client_id=a&msi_res_id=b")).status, 400);
    assert_eq!(ask(&sim, "POST", TOKEN, &["Metadata: true"], "").status, 405);
    assert_eq!(get(&sim, "/metadata/instance?api-version=2021-02-01").status, 404);
}

#[test]
fn the_limits_of_a_virtual_machine_are_not_the_pod_s() {
    let options = Options { user: vec![Identity::second()], ..Options::on(Host::PodIdentity) };
    let sim = Simulator::start(options).unwrap();
    for _ in 0..30 {
        assert_eq!(get(&sim, TOKEN).status, 200);
    }
}
