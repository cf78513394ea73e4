//! The routes beside the token's.

use imds_sim::{MACHINE_RESOURCE_ID, Options, SUBSCRIPTION_ID, Simulator};

use crate::client::{get, receive, send};

fn start() -> Simulator {
    Simulator::start(Options::default()).unwrap()
}

#[test]
fn the_machine_describes_itself() {
    let reply = get(&start(), "/metadata/instance?api-version=2021-02-01");
    assert_eq!((reply.status, reply.header("Server")), (200, Some("IMDS/150.870.65.528")));
    let document = reply.json();
    assert_eq!(document["compute"]["azEnvironment"], "AzurePublicCloud");
    assert_eq!(document["compute"]["subscriptionId"], SUBSCRIPTION_ID);
    assert_eq!(document["compute"]["resourceId"], MACHINE_RESOURCE_ID);
    assert!(document["network"]["interface"].is_array());
}

#[test]
fn one_element_of_the_description_may_be_asked_for() {
    let sim = start();
    let compute = get(&sim, "/metadata/instance/compute?api-version=2021-02-01").json();
    assert_eq!(compute["location"], "westeurope");
    let leaf = get(&sim, "/metadata/instance/compute/location?api-version=2021-02-01&format=text");
    assert_eq!((leaf.status, leaf.body.as_str()), (200, "westeurope"));
    assert_eq!(leaf.header("Content-Type"), Some("text/plain; charset=utf-8"));
    assert_eq!(get(&sim, "/metadata/instance/compute/location?api-version=2021-02-01").status, 400);
    assert_eq!(get(&sim, "/metadata/instance/compute/colour?api-version=2021-02-01").status, 404);
}

#[test]
fn versions_are_listed_without_asking_for_one() {
    let versions = get(&start(), "/metadata/versions").json();
    assert_eq!(versions["apiVersions"][0], "2017-03-01");
    assert_eq!(versions["apiVersions"].as_array().unwrap().last().unwrap(), "2025-04-07");
}

#[test]
fn every_route_wants_the_header_and_a_get_and_most_a_version() {
    let sim = start();
    for path in ["/metadata/instance?api-version=2021-02-01", "/metadata/versions"] {
        assert_eq!(receive(send(&sim, "GET", path, &[], "")).unwrap().status, 400, "{path}");
        assert_eq!(receive(send(&sim, "POST", path, &["Metadata: true"], "")).unwrap().status, 405, "{path}");
    }
    for path in ["/metadata/instance", "/metadata/identity/info"] {
        assert_eq!(get(&sim, path).json()["newest-versions"][0], "2025-04-07", "{path}");
    }
    let counts = sim.counts();
    assert_eq!((counts.without_metadata_header, counts.other_served, counts.served), (2, 0, 0));
}
