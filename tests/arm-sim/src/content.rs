//! What a subscription holds at the start. Names are in mixed case, and differ in case from place to place, as Azure has them.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::machines;
use crate::model::{Power, Subscription};
use crate::object::{key, lower};

const WEST: &str = "westeurope";
const NORTH: &str = "northeurope";

pub(crate) fn subscription(number: u32, id: String, name: String, state: String) -> Subscription {
    let root = format!("/subscriptions/{id}/resourceGroups");
    let tags = json!({ "subscription": id, "Environment": "simulated" });
    let group = |name: &str, location: &str| {
        json!({
            "id": format!("{root}/{name}"),
            "name": name,
            "type": "Microsoft.Resources/resourceGroups",
            "location": location,
            "tags": tags,
            "properties": { "provisioningState": "Succeeded" },
        })
    };
    let groups = [group("rg-test-16", WEST), group("rg-web", NORTH), group("rg-data", WEST)];

    let resource = |group: &str, kind: &str, path: &str, location: &str, more: Value| {
        let mut object = json!({
            "id": format!("{root}/{group}/providers/{path}"),
            "name": path.rsplit('/').next(),
            "type": kind,
            "location": location,
            "tags": tags,
            "properties": { "provisioningState": "Succeeded" },
        });
        if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
            object.extend(more);
        }
        object
    };
    let storage = |group: &str, name: &str| {
        let path = format!("Microsoft.Storage/storageAccounts/{name}{number}");
        let more = json!({
            "kind": "StorageV2",
            "sku": { "name": "Standard_LRS", "tier": "Standard" },
            "properties": {
                "provisioningState": "Succeeded",
                "primaryEndpoints": { "blob": format!("https://{name}{number}.blob.core.windows.net/") },
            },
        });
        resource(group, "Microsoft.Storage/storageAccounts", &path, WEST, more)
    };
    // Compute writes the group of its ids in capitals.
    let shouted = "RG-TEST-16";
    let app = machines::machine(number, &format!("{root}/{shouted}"), &format!("Vm-App-{number}"), 1, &tags);
    let database =
        machines::machine(number, &format!("{root}/{shouted}"), &format!("vm-db-{number}"), 2, &tags);
    let stopped = key(&database);
    let resources = [
        app,
        database,
        resource(
            "rg-test-16",
            "Microsoft.Network/networkInterfaces",
            &format!("Microsoft.Network/networkInterfaces/nic-app-{number}"),
            WEST,
            json!({}),
        ),
        resource(
            shouted,
            "Microsoft.Compute/disks",
            &format!("Microsoft.Compute/disks/Vm-App-{number}_OsDisk_1"),
            WEST,
            json!({ "sku": { "name": "Premium_LRS", "tier": "Premium" } }),
        ),
        resource(
            "rg-test-16",
            "Microsoft.Network/virtualNetworks",
            &format!("Microsoft.Network/virtualNetworks/VNet-Test-{number}"),
            WEST,
            json!({}),
        ),
        storage("rg-test-16", "simstore"),
        resource(
            "rg-web",
            "Microsoft.Web/serverFarms",
            &format!("Microsoft.Web/serverfarms/Plan-{number}"),
            NORTH,
            json!({ "sku": { "name": "P1v3", "tier": "PremiumV3" } }),
        ),
        resource(
            "rg-web",
            "Microsoft.Web/sites",
            &format!("Microsoft.Web/sites/Portal-{number}"),
            NORTH,
            json!({ "kind": "app,linux" }),
        ),
        resource(
            "rg-data",
            "Microsoft.Sql/servers",
            &format!("Microsoft.Sql/servers/sql-{number}"),
            WEST,
            json!({ "kind": "v12.0" }),
        ),
        resource(
            "rg-data",
            "Microsoft.Sql/servers/databases",
            &format!("Microsoft.Sql/servers/sql-{number}/databases/Orders-{number}"),
            WEST,
            json!({ "name": format!("sql-{number}/Orders-{number}") }),
        ),
        storage("rg-data", "simarchive"),
    ];
    Subscription {
        number,
        id,
        name,
        state,
        groups: groups.into_iter().map(|group| (lower(&group, "name"), group)).collect(),
        resources: resources.into_iter().map(|one| (key(&one), one)).collect::<BTreeMap<_, _>>(),
        power: HashMap::from([(stopped, Power::Deallocated)]),
    }
}

/// One of as many resources as are wanted, of which none is kept.
pub(crate) fn generated(subscription: &Subscription, index: usize) -> Value {
    let id = &subscription.id;
    let name = format!("generated-{}-{index}", subscription.number);
    let path = "resourceGroups/rg-data/providers/Microsoft.Storage/storageAccounts";
    json!({
        "id": format!("/subscriptions/{id}/{path}/{name}"),
        "name": name,
        "type": "Microsoft.Storage/storageAccounts",
        "location": WEST,
        "tags": { "subscription": id },
    })
}
