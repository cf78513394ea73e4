//! Virtual machines and their instance views.

use serde_json::{Value, json};

use crate::client::{FIRST, get, simulator};

const ALL: &str = "/providers/Microsoft.Compute/virtualMachines";
const IN_GROUP: &str = "/resourceGroups/RG-TEST-16/providers/Microsoft.Compute/virtualMachines";

fn read(path: &str) -> Value {
    get(&simulator(), &format!("{FIRST}{path}")).json()
}

fn power(view: &Value) -> &Value {
    assert_eq!(view["statuses"][0]["code"], "ProvisioningState/succeeded");
    &view["statuses"][1]["code"]
}

#[test]
fn a_machine_has_what_a_real_one_has() {
    let machine = read(&format!("{IN_GROUP}/VM-APP-1"));
    assert_eq!(machine["name"], "Vm-App-1");
    assert!(machine["id"].as_str().unwrap().contains("/resourceGroups/RG-TEST-16/"));
    let properties = &machine["properties"];
    assert_eq!(properties["hardwareProfile"]["vmSize"], "Standard_D2s_v5");
    assert_eq!(properties["storageProfile"]["osDisk"]["osType"], "Linux");
    assert_eq!(properties["osProfile"]["computerName"], "vm-app-1");
    assert_eq!(properties["provisioningState"], "Succeeded");
    for field in ["networkProfile", "diagnosticsProfile", "vmId", "timeCreated"] {
        assert!(!properties[field].is_null(), "{field}");
    }
    for field in ["zones", "identity", "tags"] {
        assert!(!machine[field].is_null(), "{field}");
    }
    let disk = properties["storageProfile"]["osDisk"]["managedDisk"]["id"].as_str().unwrap();
    let disk = get(&simulator(), disk);
    assert_eq!(disk.json()["type"], "Microsoft.Compute/disks");
}

#[test]
fn what_must_be_asked_for_is_not_told_otherwise() {
    let plain = read(&format!("{IN_GROUP}/vm-db-1"));
    assert_eq!((plain["properties"].get("instanceView"), plain["properties"].get("userData")), (None, None));
    let with_view = read(&format!("{IN_GROUP}/vm-db-1?$expand=instanceView"));
    assert_eq!(power(&with_view["properties"]["instanceView"]), "PowerState/deallocated");
    assert_eq!(with_view["properties"].get("userData"), None);
    let with_data = read(&format!("{IN_GROUP}/vm-db-1?$expand=userData"));
    assert_eq!(with_data["properties"]["userData"], "c2ltdWxhdGVk");
    assert_eq!(with_data["properties"].get("instanceView"), None);
}

#[test]
fn an_instance_view_stands_alone() {
    let view = read(&format!("{IN_GROUP}/Vm-App-1/instanceView"));
    assert_eq!((power(&view), &view["computerName"]), (&json!("PowerState/running"), &json!("vm-app-1")));
    let missing = get(&simulator(), &format!("{FIRST}{IN_GROUP}/none/instanceView"));
    assert_eq!(missing.refusal(), (404, "ResourceNotFound".into()));
}

#[test]
fn machines_are_listed_by_subscription_by_group_and_by_place() {
    for path in [ALL, IN_GROUP, "/providers/Microsoft.Compute/locations/WestEurope/virtualMachines"] {
        let list = get(&simulator(), &format!("{FIRST}{path}"));
        assert_eq!(list.each("name"), ["Vm-App-1", "vm-db-1"], "{path}");
        assert!(list.json()["value"][0]["properties"]["osProfile"].is_object(), "{path}");
    }
    let elsewhere = read("/providers/Microsoft.Compute/locations/northeurope/virtualMachines");
    assert_eq!(elsewhere["value"], json!([]));
    assert_eq!(read(&IN_GROUP.replace("RG-TEST-16", "rg-web"))["value"], json!([]));
}

#[test]
fn a_listing_of_states_has_little_else() {
    let list = read(&format!("{ALL}?statusOnly=true"));
    let states: Vec<&Value> = list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| power(&one["properties"]["instanceView"]))
        .collect();
    assert_eq!(states, ["PowerState/running", "PowerState/deallocated"]);
    assert_eq!(list["value"][0]["properties"].get("osProfile"), None);
    let expanded = read(&format!("{ALL}?$expand=instanceView"));
    assert!(expanded["value"][0]["properties"]["osProfile"].is_object());
    assert!(expanded["value"][0]["properties"]["instanceView"].is_object());
}
