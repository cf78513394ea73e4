//! Azure Machine Learning: the secret, the version of 2017, and a client id in its old spelling.

use imds_sim::{FIRST_CLIENT_ID, Host, Options, SYSTEM_CLIENT_ID, Simulator};

use crate::client::{Reply, ask, on, variable};

const TOKEN: &str = "/msi/token?api-version=2017-09-01&resource=r";

fn get(sim: &Simulator, target: &str) -> Reply {
    ask(sim, "GET", target, &[&format!("secret: {}", variable(sim, "MSI_SECRET"))], "")
}

#[test]
fn the_variables_lead_to_a_token() {
    let sim = on(Host::MachineLearning);
    assert_eq!(variable(&sim, "MSI_ENDPOINT"), format!("{}/msi/token", sim.url()));
    let default = variable(&sim, "DEFAULT_IDENTITY_CLIENT_ID");
    assert_eq!(default, SYSTEM_CLIENT_ID);
    let answer = get(&sim, &format!("{TOKEN}&clientid={default}")).json();
    assert_eq!(answer["client_id"], SYSTEM_CLIENT_ID);
    assert!(answer["expires_on"].as_str().unwrap().parse::<i64>().is_ok());
    assert_eq!(answer.get("expires_in"), None);
}

#[test]
fn a_client_id_is_spelt_without_a_line_and_an_empty_one_is_none() {
    let sim = on(Host::MachineLearning);
    for (query, expected) in [
        (format!("&clientid={FIRST_CLIENT_ID}"), FIRST_CLIENT_ID),
        (format!("&client_id={FIRST_CLIENT_ID}"), SYSTEM_CLIENT_ID),
        ("&clientid=".to_owned(), SYSTEM_CLIENT_ID),
        (String::new(), SYSTEM_CLIENT_ID),
    ] {
        assert_eq!(get(&sim, &format!("{TOKEN}{query}")).json()["client_id"], expected, "{query}");
    }
}

#[test]
fn a_refusal_has_no_body() {
    let sim = on(Host::MachineLearning);
    for target in [
        "/msi/token?resource=r",
        "/msi/token?api-version=2019-08-01&resource=r",
        "/msi/token?api-version=2017-09-01",
        &format!("{TOKEN}&clientid=nobody"),
        &format!("{TOKEN}&resource=again"),
    ] {
        let reply = get(&sim, target);
        assert_eq!((reply.status, reply.body.as_str()), (400, ""), "{target}");
    }
    assert_eq!(ask(&sim, "GET", TOKEN, &[], "").status, 401);
    assert_eq!(ask(&sim, "GET", TOKEN, &["secret: guess"], "").status, 401);
    let secret = format!("secret: {}", variable(&sim, "MSI_SECRET"));
    assert_eq!(ask(&sim, "POST", TOKEN, &[&secret], "").status, 405);
    assert_eq!(sim.counts().with_secret, 7);
}

#[test]
fn a_compute_without_identities_has_no_default() {
    let options = Options { system: None, user: vec![], ..Options::on(Host::MachineLearning) };
    let sim = Simulator::start(options).unwrap();
    let names: Vec<String> = sim.environment().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["MSI_ENDPOINT", "MSI_SECRET"]);
    assert_eq!(get(&sim, TOKEN).status, 400);
}
