//! Tenants and subscriptions: what a login reads.

use imds_sim::{FIRST_CLIENT_ID, Identity, SECOND_OBJECT_ID, SUBSCRIPTION_ID, TENANT_ID};
use serde_json::{Value, json};

use crate::client::{ARM, FIRST, arm, ask, get, simulator, token_of, with};

const SECOND: &str = "b0000000-5b5c-4000-8000-000000000002";

#[test]
fn the_tenant_is_the_one_of_the_metadata_service() {
    let tenants = get(&simulator(), "/tenants").json();
    let tenant = &tenants["value"][0];
    assert_eq!(tenant["id"], format!("/tenants/{TENANT_ID}"));
    assert_eq!(tenant["tenantId"], TENANT_ID);
    assert_eq!(tenant["domains"], json!(["simulated.onmicrosoft.com", "simulated.example"]));
    assert_eq!(tenant["tenantCategory"], "Home");
    assert_eq!((tenants["value"].as_array().unwrap().len(), tenants.get("nextLink")), (1, None));
}

#[test]
fn three_subscriptions_are_enabled_and_one_is_not() {
    let list = get(&simulator(), "/subscriptions");
    assert_eq!(
        list.each("displayName"),
        ["Simulated One", "Simulated Two", "Simulated Three", "Simulated Four"]
    );
    assert_eq!(list.each("state"), ["Enabled", "Enabled", "Enabled", "Disabled"]);
    let first = &list.json()["value"][0];
    assert_eq!(first["subscriptionId"], SUBSCRIPTION_ID);
    assert_eq!(first["authorizationSource"], "RoleBased");
    assert_eq!(first["subscriptionPolicies"]["spendingLimit"], "Off");
}

#[test]
fn subscriptions_may_share_a_name_and_be_in_any_state() {
    let sim = with(json!({
        "pageSize": 2,
        "described": [{"name": "Shared", "state": "Disabled"}, {"state": "Warned"}, {"name": "Shared"}],
    }));
    let first = get(&sim, "/subscriptions").json();
    let names = |page: &Value| -> Vec<_> {
        page["value"].as_array().unwrap().iter().map(|one| one["displayName"].clone()).collect()
    };
    assert_eq!(names(&first), ["Shared", "Simulated Two"]);
    assert_eq!(
        (&first["value"][0]["state"], &first["value"][1]["state"]),
        (&json!("Disabled"), &json!("Warned"))
    );
    let next = first["nextLink"].as_str().unwrap().split_once("/subscriptions").unwrap().1.to_owned();
    let second = arm(&sim, "GET", &format!("/subscriptions{next}"), &Value::Null).json();
    assert_eq!(
        (names(&second), &second["value"][0]["state"]),
        (vec![json!("Shared"), json!("Simulated Four")], &json!("Enabled"))
    );
}

#[test]
fn a_subscription_is_had_by_its_id_in_any_case() {
    let sim = simulator();
    let one = get(&sim, &FIRST.to_uppercase().replace("SUBSCRIPTIONS", "Subscriptions"));
    assert_eq!((one.status, &one.json()["displayName"]), (200, &json!("Simulated One")));
    let unknown = get(&sim, "/subscriptions/b0000000-5b5c-4000-8000-00000000000f");
    assert_eq!(
        (unknown.status, unknown.json()),
        (
            404,
            json!({"error": {
                "code": "SubscriptionNotFound",
                "message": "The subscription 'b0000000-5b5c-4000-8000-00000000000f' could not be found.",
            }})
        )
    );
    assert_eq!(get(&sim, "/subscriptions/mine").refusal(), (400, "InvalidSubscriptionId".into()));
}

#[test]
fn who_does_not_see_a_subscription_is_told_that_there_is_none() {
    let sim = simulator();
    sim.control("visibility", &json!({ FIRST_CLIENT_ID: [SECOND], SECOND_OBJECT_ID: [] })).unwrap();
    let seen = |identity: &Identity| {
        let token = token_of(identity, ARM, 60);
        ask(&sim, "GET", "/subscriptions?api-version=1", &[&token], "").each("subscriptionId")
    };
    assert_eq!(seen(&Identity::first()), [SECOND]);
    assert!(seen(&Identity::second()).is_empty());
    assert_eq!(seen(&Identity::system()).len(), 4);
    assert_eq!(get(&sim, FIRST).refusal(), (404, "SubscriptionNotFound".into()));
    assert_eq!(get(&sim, &format!("{FIRST}/resources")).refusal(), (404, "SubscriptionNotFound".into()));
    assert_eq!(get(&sim, &format!("/subscriptions/{SECOND}")).status, 200);
}

#[test]
fn a_version_must_be_given_and_be_known() {
    let sim = with(json!({"apiVersions": ["2016-06-01"]}));
    let ask = |target: &str| arm(&sim, "GET", target, &Value::Null);
    for path in ["/tenants", "/subscriptions", FIRST] {
        assert_eq!(ask(path).refusal(), (400, "MissingApiVersionParameter".into()), "{path}");
        let newer = ask(&format!("{path}?api-version=2021-01-01"));
        assert_eq!(newer.refusal(), (400, "InvalidApiVersionParameter".into()), "{path}");
        assert!(newer.text().contains("The supported versions are '2016-06-01'."), "{path}");
        assert_eq!(ask(&format!("{path}?api-version=2016-06-01")).status, 200, "{path}");
    }
    assert_eq!(ask(&format!("{FIRST}/resources?api-version=2021-04-01")).status, 200);
}

#[test]
fn what_is_left_is_told_and_counts_down_for_each_subscription() {
    let sim = with(json!({"readsRemaining": 2}));
    let left = |path: &str| {
        let reply = get(&sim, path);
        reply.header("x-ms-ratelimit-remaining-subscription-reads").map(str::to_owned)
    };
    let groups = format!("{FIRST}/resourceGroups");
    let told: Vec<_> = (0..4).map(|_| left(&groups).unwrap()).collect();
    assert_eq!(told, ["2", "1", "0", "0"]);
    assert_eq!(left(&format!("/subscriptions/{SECOND}")).as_deref(), Some("2"));
    assert_eq!(left("/tenants"), None);
    let tenant = get(&sim, "/tenants");
    assert_eq!(tenant.header("x-ms-ratelimit-remaining-tenant-reads"), Some("1"));
    sim.control("content", &json!({"readsRemaining": 50})).unwrap();
    assert_eq!(left(&groups).as_deref(), Some("50"));
}

#[test]
fn every_answer_has_its_ids() {
    let sim = simulator();
    let (one, other) = (get(&sim, "/tenants"), get(&sim, "/nothing"));
    for reply in [&one, &other] {
        assert_eq!(reply.header("x-ms-request-id").unwrap().len(), 36);
    }
    assert_ne!(one.header("x-ms-request-id"), other.header("x-ms-request-id"));
    let sent = "x-ms-correlation-request-id: mine";
    let echoed =
        ask(&sim, "GET", "/tenants?api-version=1", &[&token_of(&Identity::first(), ARM, 60), sent], "");
    assert_eq!(echoed.header("x-ms-correlation-request-id"), Some("mine"));
}

#[test]
fn as_many_subscriptions_as_are_wanted_are_there() {
    let sim = with(json!({"subscriptions": 50}));
    let list = get(&sim, "/subscriptions");
    assert_eq!(list.each("state").iter().filter(|state| *state == "Enabled").count(), 50);
    let fiftieth = get(&sim, "/subscriptions/b0000000-5b5c-4000-8000-000000000050/resources").json();
    assert_eq!(fiftieth["value"][0]["tags"]["subscription"], "b0000000-5b5c-4000-8000-000000000050");
}
