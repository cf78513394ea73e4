//! Azure Arc: the challenge and the key file, and what an agent does with ids that it knows, or has never heard of.

use std::fs;

use imds_sim::{
    FIRST_CLIENT_ID, FIRST_OBJECT_ID, FIRST_RESOURCE_ID, Fault, Host, Options, SYSTEM_CLIENT_ID, Simulator,
};
use serde_json::json;

use crate::client::{Reply, ask, on, variable};

const TOKEN: &str = "/metadata/identity/oauth2/token?api-version=2020-06-01&resource=r";

/// The first request and the file that its answer names.
fn challenge(sim: &Simulator, target: &str) -> (Reply, String) {
    let reply = ask(sim, "GET", target, &["Metadata: true"], "");
    let realm = reply.header("Www-Authenticate").unwrap().strip_prefix("Basic realm=").unwrap().to_owned();
    (reply, realm)
}

fn with_key(sim: &Simulator, target: &str, key: &str) -> Reply {
    ask(sim, "GET", target, &["Metadata: true", &format!("Authorization: Basic {key}")], "")
}

/// Both requests.
fn get(sim: &Simulator, target: &str) -> Reply {
    let (_, file) = challenge(sim, target);
    with_key(sim, target, &fs::read_to_string(file).unwrap())
}

fn files(sim: &Simulator) -> usize {
    fs::read_dir(sim.key_folder().unwrap()).unwrap().count()
}

#[test]
fn the_variables_lead_to_a_challenge_and_its_file_to_a_token() {
    let sim = on(Host::Arc);
    let endpoint = format!("{}/metadata/identity/oauth2/token", sim.url());
    assert_eq!(variable(&sim, "IDENTITY_ENDPOINT"), endpoint);
    assert_eq!(variable(&sim, "IMDS_ENDPOINT"), sim.url());
    let (reply, file) = challenge(&sim, TOKEN);
    assert_eq!(reply.status, 401);
    assert_eq!(
        reply.json(),
        json!({
            "error": "unauthorized_client",
            "error_description": "Missing Basic Authorization header",
            "error_codes": [401],
        })
    );
    let path = std::path::Path::new(&file);
    assert_eq!(path.parent(), sim.key_folder());
    assert!(path.is_absolute() && file.ends_with(".key"));
    let reply = with_key(&sim, TOKEN, &fs::read_to_string(path).unwrap());
    let answer = reply.json();
    assert_eq!((reply.status, answer["token_type"].as_str()), (200, Some("Bearer")));
    assert!(answer["expires_on"].is_string() && answer["expires_in"] == "86400");
    assert_eq!(answer.get("client_id"), None);
    let counts = sim.counts();
    assert_eq!((counts.requests, counts.with_secret, counts.by_identity[SYSTEM_CLIENT_ID]), (2, 1, 1));
}

#[test]
fn a_key_is_good_once_and_a_wrong_one_never() {
    let sim = on(Host::Arc);
    let (_, file) = challenge(&sim, TOKEN);
    let key = fs::read_to_string(file).unwrap();
    for wrong in ["", "guess", &key[1..]] {
        let reply = with_key(&sim, TOKEN, wrong);
        assert_eq!((reply.status, reply.header("Www-Authenticate")), (401, None), "{wrong}");
    }
    let headers = ["Metadata: true", &format!("Authorization: Bearer {key}")];
    assert_eq!(ask(&sim, "GET", TOKEN, &headers, "").status, 401);
    assert_eq!(with_key(&sim, TOKEN, &key).status, 200);
    assert_eq!(with_key(&sim, TOKEN, &key).status, 401);
    assert_eq!(sim.counts().tokens, 1);
}

#[test]
fn each_challenge_has_a_file_of_its_own_until_its_key_is_used() {
    let sim = on(Host::Arc);
    let (_, one) = challenge(&sim, TOKEN);
    let (_, other) = challenge(&sim, TOKEN);
    assert_ne!(one, other);
    assert_eq!(files(&sim), 2);
    assert_eq!(with_key(&sim, TOKEN, &fs::read_to_string(other).unwrap()).status, 200);
    assert_eq!(files(&sim), 1);
}

#[test]
fn an_id_is_echoed_by_an_agent_that_heeds_it() {
    let sim = on(Host::Arc);
    for (name, id) in
        [("client_id", FIRST_CLIENT_ID), ("object_id", FIRST_OBJECT_ID), ("msi_res_id", FIRST_RESOURCE_ID)]
    {
        assert_eq!(get(&sim, &format!("{TOKEN}&{name}={id}")).json()[name], id);
    }
    assert_eq!(sim.counts().by_identity[FIRST_CLIENT_ID], 3);
    let answer = get(&sim, &format!("{TOKEN}&mi_res_id={FIRST_RESOURCE_ID}")).json();
    assert_eq!((answer.get("mi_res_id"), answer.get("msi_res_id")), (None, None));
    assert_eq!(sim.counts().by_identity[SYSTEM_CLIENT_ID], 1);
}

#[test]
fn an_agent_from_before_answers_for_the_machine_and_echoes_nothing() {
    let sim = Simulator::start(Options { agent_ignores_ids: true, ..Options::on(Host::Arc) }).unwrap();
    for selector in ["client_id=nobody".to_owned(), format!("msi_res_id={FIRST_RESOURCE_ID}&object_id=x")] {
        let answer = get(&sim, &format!("{TOKEN}&{selector}")).json();
        assert!(["client_id", "object_id", "msi_res_id"].iter().all(|name| answer.get(name).is_none()));
    }
    assert_eq!(sim.counts().by_identity[SYSTEM_CLIENT_ID], 2);
}

#[test]
fn an_id_that_is_not_there_is_told_after_the_challenge() {
    let reply = get(&on(Host::Arc), &format!("{TOKEN}&client_id=nobody"));
    assert_eq!((reply.status, reply.json()["error"].as_str()), (404, Some("identity_not_found")));
}

#[test]
fn a_bad_request_gets_no_challenge() {
    let sim = on(Host::Arc);
    let plain = ask(&sim, "GET", TOKEN, &[], "");
    assert_eq!((plain.status, plain.json()["error_codes"].clone()), (400, json!([400])));
    for target in [
        "/metadata/identity/oauth2/token?resource=r",
        "/metadata/identity/oauth2/token?api-version=2020-06-01",
        &format!("{TOKEN}&resource=again"),
    ] {
        assert_eq!(ask(&sim, "GET", target, &["Metadata: true"], "").status, 400, "{target}");
    }
    assert_eq!(ask(&sim, "POST", TOKEN, &["Metadata: true"], "").status, 405);
    assert_eq!(files(&sim), 0);
}

#[test]
fn any_challenge_can_be_planned() {
    let sim = on(Host::Arc);
    let outside = "Basic realm=/etc/passwd.key".to_owned();
    sim.push_fault(Fault::Status {
        code: 401,
        body: String::new(),
        headers: vec![("Www-Authenticate".into(), outside.clone())],
    });
    let reply = ask(&sim, "GET", TOKEN, &["Metadata: true"], "");
    assert_eq!((reply.status, reply.header("Www-Authenticate")), (401, Some(outside.as_str())));
}
