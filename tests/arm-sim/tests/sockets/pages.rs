//! Listings that do not fit on a page.

use serde_json::json;

use crate::client::{FIRST, Reply, follow, get, with};

/// All pages of a listing, by their links.
fn pages(sim: &arm_sim::Simulator, path: &str) -> Vec<Reply> {
    let mut pages = vec![get(sim, path)];
    while let Some(link) = pages.last().unwrap().json()["nextLink"].as_str() {
        pages.push(follow(sim, link));
    }
    pages
}

fn sizes(pages: &[Reply]) -> Vec<usize> {
    pages.iter().map(|page| page.each("id").len()).collect()
}

#[test]
fn links_lead_through_a_listing_once() {
    let sim = with(json!({"pageSize": 4}));
    let found = pages(&sim, &format!("{FIRST}/resources"));
    assert_eq!(sizes(&found), [4, 4, 3]);
    let mut ids: Vec<String> = found.iter().flat_map(|page| page.each("id")).collect();
    ids.dedup();
    assert_eq!(ids.len(), 11);
    assert_eq!(sizes(&pages(&sim, "/subscriptions")), [4]);
    sim.control("content", &json!({"pageSize": 3})).unwrap();
    assert_eq!(sizes(&pages(&sim, "/subscriptions")), [3, 1]);
}

#[test]
fn a_link_keeps_what_was_asked() {
    let sim = with(json!({"pageSize": 1}));
    let machines = format!("{FIRST}/providers/Microsoft.Compute/virtualMachines?$expand=instanceView");
    let found = pages(&sim, &machines);
    assert_eq!(sizes(&found), [1, 1]);
    assert!(found[1].json()["value"][0]["properties"]["instanceView"].is_object());
    let filtered = format!("{FIRST}/resources?$filter=startswith(name,'SIM')");
    assert_eq!(sizes(&pages(&sim, &filtered)), [1, 1]);
}

#[test]
fn a_page_may_be_shorter_than_usual() {
    let sim = with(json!({}));
    assert_eq!(sizes(&pages(&sim, &format!("{FIRST}/resources?$top=5"))), [5, 5, 1]);
    assert_eq!(get(&sim, &format!("{FIRST}/resources?$top=few")).status, 400);
    assert_eq!(
        get(&sim, &format!("{FIRST}/resources?$skiptoken=!")).refusal(),
        (400, "InvalidSkipToken".into())
    );
}

#[test]
fn a_listing_may_be_far_longer_than_what_is_kept() {
    let sim = with(json!({"pages": 5000, "pageSize": 100}));
    let first = get(&sim, &format!("{FIRST}/resources"));
    assert_eq!((first.each("id").len(), first.each("name")[99].as_str()), (100, "generated-1-99"));
    assert_eq!(first.json()["value"][0]["tags"]["subscription"], FIRST.rsplit('/').next().unwrap());
    // "499900" in base64.
    let last = get(&sim, &format!("{FIRST}/resources?$skiptoken=NDk5OTAw")).json();
    assert_eq!((last["value"].as_array().unwrap().len(), last.get("nextLink")), (100, None));
    assert_eq!(last["value"][99]["name"], "generated-1-499999");
    assert_eq!(get(&sim, &format!("{FIRST}/resourceGroups/rg-web/resources")).each("id").len(), 2);
}

#[test]
fn one_link_may_lead_astray() {
    let sim = with(json!({"pageSize": 1, "nextLinkOrigin": "https://evil.example"}));
    let link = |path: &str| get(&sim, path).json()["nextLink"].as_str().unwrap().to_owned();
    assert!(link("/subscriptions").starts_with("https://evil.example/subscriptions?"));
    assert!(link("/subscriptions").starts_with(&sim.url()));
}
