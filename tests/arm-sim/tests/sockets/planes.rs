//! The data planes: vaults, Graph and blobs, each under its own name.

use arm_sim::Simulator;
use imds_sim::FIRST_OBJECT_ID;
use serde_json::json;

use crate::client::{Reply, receive, send, simulator, token, with};

fn vault(sim: &Simulator, target: &str) -> Reply {
    let header = token("https://vault.azure.net");
    receive(send(sim, "GET", "kv.vault.azure.net", target, &[&header], b"")).unwrap()
}

fn graph(sim: &Simulator, target: &str) -> Reply {
    let header = token("https://graph.microsoft.com/");
    receive(send(sim, "GET", "graph.microsoft.com", target, &[&header], b"")).unwrap()
}

fn blob(sim: &Simulator, method: &str, target: &str, more: &[&str]) -> Reply {
    let header = token("https://storage.azure.com/");
    let headers = [&[header.as_str()], more].concat();
    receive(send(sim, method, "store.blob.core.windows.net", target, &headers, b"")).unwrap()
}

#[test]
fn a_vault_has_a_secret_for_every_name() {
    let sim = simulator();
    let secret = vault(&sim, "/secrets/db-password?api-version=7.4").json();
    assert_eq!(secret["value"], "simulated-db-password");
    assert!(secret["id"].as_str().unwrap().starts_with("http://kv.vault.azure.net/secrets/db-password/"));
    assert_eq!(secret["attributes"]["enabled"], true);
    let version = vault(&sim, "/secrets/a/17?api-version=7.4").json();
    assert!(version["id"].as_str().unwrap().ends_with("/secrets/a/17"));
    assert_eq!(vault(&sim, "/secrets/a").refusal(), (400, "BadParameter".into()));
}

#[test]
fn graph_says_who_asks_and_goes_on_by_its_own_link() {
    let sim = with(json!({"pageSize": 2}));
    assert_eq!(graph(&sim, "/v1.0/me").json()["id"], FIRST_OBJECT_ID);
    let first = graph(&sim, "/v1.0/organization").json();
    let link = first["@odata.nextLink"].as_str().unwrap();
    let last = graph(&sim, link.strip_prefix("http://graph.microsoft.com").unwrap());
    assert_eq!((first["value"].as_array().unwrap().len(), last.each("id").len()), (2, 1));
    assert_eq!(last.json().get("@odata.nextLink"), None);
    assert_eq!(graph(&sim, "/v1.0/elsewhere").status, 404);
}

#[test]
fn a_blob_has_the_chosen_length() {
    let sim = with(json!({"blobBytes": 300_000}));
    let version = "x-ms-version: 2023-11-03";
    let whole = blob(&sim, "GET", "/container/folder/blob.bin", &[version]);
    assert_eq!(
        (whole.status, whole.header("Content-Length"), whole.body.len()),
        (200, Some("300000"), 300_000)
    );
    assert!(whole.body.iter().enumerate().all(|(index, byte)| usize::from(*byte) == index % 251));
    assert!(whole.header("ETag").is_some());
    let head = blob(&sim, "HEAD", "/container/blob", &[version]);
    assert_eq!((head.header("Content-Length"), head.body.len()), (Some("300000"), 0));
    let refused = blob(&sim, "GET", "/container/blob", &[]);
    assert_eq!(refused.status, 400);
    assert!(
        refused.text().starts_with("<?xml") && refused.text().contains("<Code>MissingRequiredHeader</Code>")
    );
    assert_eq!(blob(&sim, "DELETE", "/container/blob", &[version]).status, 405);
}
