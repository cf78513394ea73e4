//! Resources and their groups: listed, filtered, read and written.

use serde_json::{Value, json};

use crate::client::{FIRST, arm, follow, get, simulator, with};

const SITE: &str = "/resourceGroups/rg-web/providers/Microsoft.Web/sites/Portal-1";
const DATABASE: &str = "/resourceGroups/rg-data/providers/Microsoft.Sql/servers/sql-1/databases/Orders-1";

fn names(path: &str) -> Vec<String> {
    get(&simulator(), &format!("{FIRST}{path}")).each("name")
}

#[test]
fn a_listing_of_all_types_is_short() {
    let sim = simulator();
    let list = get(&sim, &format!("{FIRST}/resources")).json();
    assert_eq!(list["value"].as_array().unwrap().len(), 11);
    assert!(list["value"].as_array().unwrap().iter().all(|one| one.get("properties").is_none()));
    let expanded =
        get(&sim, &format!("{FIRST}/resources?$expand=createdTime,changedTime,provisioningState")).json();
    let one = &expanded["value"][0];
    assert_eq!((&one["provisioningState"], one["createdTime"].is_string()), (&json!("Succeeded"), true));
}

#[test]
fn a_listing_is_filtered() {
    let of_type = "/resources?$filter=resourceType%20eq%20'microsoft.compute/VirtualMachines'";
    assert_eq!(names(of_type), ["Vm-App-1", "vm-db-1"]);
    let both = "/resources?%24filter=resourceGroup+eq+'RG-WEB'+and+startswith(name,'por')";
    assert_eq!(names(both), ["Portal-1"]);
    let tag = "/resources?$filter=tagName%20eq%20'environment'%20and%20tagValue%20eq%20'real'";
    assert!(names(tag).is_empty());
    assert_eq!(names("/resources?$filter=substringof('archive',%20name)"), ["simarchive1"]);
    let wrong = get(&simulator(), &format!("{FIRST}/resources?$filter=name%20like%20'a'"));
    assert_eq!(wrong.refusal(), (400, "InvalidFilterInQueryString".into()));
}

#[test]
fn groups_are_found_in_any_case() {
    let sim = simulator();
    assert_eq!(names("/resourcegroups"), ["rg-data", "rg-test-16", "rg-web"]);
    let group = get(&sim, &format!("{FIRST}/resourceGroups/RG-Test-16")).json();
    assert_eq!((&group["name"], &group["location"]), (&json!("rg-test-16"), &json!("westeurope")));
    assert_eq!(names("/resourceGroups/RG-TEST-16/resources").len(), 6);
    for path in ["", "/resources", "/providers/Microsoft.Web/sites", "/providers/Microsoft.Web/sites/a"] {
        let missing = get(&sim, &format!("{FIRST}/resourceGroups/none{path}"));
        assert_eq!(missing.refusal(), (404, "ResourceGroupNotFound".into()), "{path}");
    }
}

#[test]
fn groups_are_made_changed_and_deleted_with_all_that_is_in_them() {
    let sim = with(json!({"looks": 1}));
    let url = format!("{FIRST}/resourceGroups/New-Group?api-version=1");
    let body = json!({"location": "northeurope", "tags": {"a": "b"}});
    assert_eq!(arm(&sim, "HEAD", &url, &Value::Null).status, 404);
    assert_eq!(arm(&sim, "PUT", &url, &body).status, 201);
    assert_eq!(arm(&sim, "PUT", &url, &body).status, 200);
    assert_eq!(arm(&sim, "HEAD", &url, &Value::Null).status, 204);
    let changed = arm(&sim, "PATCH", &url, &json!({"tags": {"c": "d"}})).json();
    assert_eq!((&changed["tags"], &changed["location"]), (&json!({"c": "d"}), &json!("northeurope")));
    let disk = format!("{FIRST}/resourceGroups/new-group/providers/N.S/disks/one?api-version=1");
    assert_eq!(arm(&sim, "PUT", &disk, &json!({})).status, 201);
    let deleted = arm(&sim, "DELETE", &url, &Value::Null);
    assert_eq!((deleted.status, deleted.header("Azure-AsyncOperation")), (202, None));
    let location = deleted.header("Location").unwrap();
    assert_eq!(follow(&sim, location).status, 202);
    assert_eq!(get(&sim, &format!("{FIRST}/resourceGroups/new-group")).status, 200);
    assert_eq!(follow(&sim, location).status, 200);
    assert_eq!(get(&sim, &format!("{FIRST}/resourceGroups/new-group")).status, 404);
    assert!(!get(&sim, &format!("{FIRST}/resources")).each("name").contains(&"one".to_owned()));
}

#[test]
fn a_resource_is_read_whole_by_its_id() {
    let sim = simulator();
    let site = get(&sim, &format!("{FIRST}{}", SITE.to_lowercase())).json();
    assert_eq!(
        (&site["name"], &site["properties"]["provisioningState"]),
        (&json!("Portal-1"), &json!("Succeeded"))
    );
    let database = get(&sim, &format!("{FIRST}{DATABASE}")).json();
    assert_eq!(
        (&database["name"], &database["type"]),
        (&json!("sql-1/Orders-1"), &json!("Microsoft.Sql/servers/databases"))
    );
    let missing = get(&sim, &format!("{FIRST}{SITE}x"));
    assert_eq!(missing.refusal(), (404, "ResourceNotFound".into()));
    assert!(missing.text().contains("'Microsoft.Web/sites/Portal-1x' under resource group 'rg-web'"));
}

#[test]
fn one_type_is_listed_whole_by_subscription_by_group_and_below_a_parent() {
    assert_eq!(names("/providers/microsoft.storage/storageaccounts"), ["simarchive1", "simstore1"]);
    let in_group = "/resourceGroups/rg-data/providers/Microsoft.Storage/storageAccounts";
    assert_eq!(names(in_group), ["simarchive1"]);
    let list = get(&simulator(), &format!("{FIRST}{in_group}")).json();
    assert!(list["value"][0]["properties"]["primaryEndpoints"]["blob"].is_string());
    assert_eq!(names(DATABASE.strip_suffix("/Orders-1").unwrap()), ["sql-1/Orders-1"]);
    assert!(names("/resourceGroups/rg-data/providers/Microsoft.Sql/servers/other/databases").is_empty());
}

#[test]
fn what_is_written_is_kept_as_it_was_sent() {
    let sim = simulator();
    let url = format!("{FIRST}/resourceGroups/rg-web/providers/My.Own/things/Thing-1?api-version=1");
    let sent = json!({"location": "westeurope", "tags": {"x": "y"}, "properties": {"a": 1, "b": {"c": [2]}}});
    let made = arm(&sim, "PUT", &url, &sent);
    assert_eq!(made.status, 201);
    let kept = arm(&sim, "GET", &url, &Value::Null).json();
    assert_eq!(kept, made.json());
    assert_eq!((&kept["tags"], &kept["properties"]["b"]), (&sent["tags"], &sent["properties"]["b"]));
    assert_eq!((&kept["type"], &kept["name"]), (&json!("My.Own/things"), &json!("Thing-1")));
    assert_eq!(arm(&sim, "PUT", &url, &sent).status, 200);
    let changed = arm(&sim, "PATCH", &url, &json!({"id": "other", "properties": {"a": 5}})).json();
    assert_eq!(
        (&changed["properties"]["a"], &changed["properties"]["b"]),
        (&json!(5), &sent["properties"]["b"])
    );
    assert_eq!(changed["id"], kept["id"]);
    assert_eq!(arm(&sim, "HEAD", &url, &Value::Null).status, 204);
    assert_eq!(arm(&sim, "DELETE", &url, &Value::Null).status, 200);
    assert_eq!(arm(&sim, "DELETE", &url, &Value::Null).status, 204);
    assert_eq!(arm(&sim, "HEAD", &url, &Value::Null).status, 404);
    assert_eq!(arm(&sim, "PATCH", &url, &json!({})).status, 404);
    assert_eq!(arm(&sim, "PUT", &url, &json!("text")).refusal(), (400, "InvalidRequestContent".into()));
}

#[test]
fn providers_tell_their_types_and_versions() {
    let sim = simulator();
    let all = get(&sim, &format!("{FIRST}/providers"));
    assert!(all.each("namespace").contains(&"Microsoft.Compute".to_owned()));
    let sql = get(&sim, &format!("{FIRST}/providers/microsoft.sql")).json();
    assert_eq!(sql["registrationState"], "Registered");
    assert_eq!(sql["resourceTypes"][0]["apiVersions"][0], "2024-05-01-preview");
    let tenant = get(&sim, "/providers/Microsoft.Sql").json();
    assert_eq!((&tenant["id"], tenant.get("registrationState")), (&json!("/providers/Microsoft.Sql"), None));
    assert_eq!(get(&sim, "/providers/No.Such").refusal(), (404, "InvalidResourceNamespace".into()));
}

#[test]
fn versions_of_resources_are_checked_if_that_is_wanted() {
    let sim = with(json!({"checkResourceVersions": true}));
    let ask = |path: &str, version: &str| {
        arm(&sim, "GET", &format!("{FIRST}{path}?api-version={version}"), &Value::Null)
    };
    assert_eq!(ask(SITE, "2024-04-01").status, 200);
    let wrong = ask(SITE, "2021-04-01");
    assert_eq!(wrong.refusal(), (400, "NoRegisteredProviderFound".into()));
    assert!(wrong.text().contains("The supported api-versions are '2024-04-01, 2023-12-01, 2022-03-01'."));
    assert_eq!(ask("/providers/Microsoft.Sql/servers", "2024-04-01").status, 400);
    assert_eq!(ask("/providers/Microsoft.Sql/servers", "2014-04-01").status, 200);
    assert_eq!(ask("/resources", "2021-04-01").status, 200);
}

#[test]
fn what_is_not_served_says_so() {
    let sim = simulator();
    assert_eq!(get(&sim, "/nothing/here").status, 404);
    assert_eq!(arm(&sim, "POST", &format!("{FIRST}{SITE}/melt?api-version=1"), &Value::Null).status, 404);
    for path in ["/tenants", "/subscriptions", FIRST, "/providers", &format!("{FIRST}/resources")] {
        assert_eq!(arm(&sim, "PUT", &format!("{path}?api-version=1"), &json!({})).status, 405, "{path}");
    }
    let twice = arm(&sim, "GET", "/tenants?api-version=1&api-version=2", &Value::Null);
    assert_eq!(twice.refusal(), (400, "InvalidQueryParameter".into()));
}
