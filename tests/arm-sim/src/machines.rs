//! Virtual machines: their objects, and what is seen of one under which `$expand`.

use serde_json::{Value, json};

use crate::call::Call;
use crate::model::{Power, Subscription};
use crate::object::key;

pub(crate) const TYPE: &str = "Microsoft.Compute/virtualMachines";

const TIME: &str = "2024-05-01T08:00:00.0000000+00:00";

/// A machine below this group, the so-manieth of its subscription.
pub(crate) fn machine(number: u32, group: &str, name: &str, nth: u32, tags: &Value) -> Value {
    let disk = format!("{name}_OsDisk_1");
    json!({
        "name": name,
        "id": format!("{group}/providers/{TYPE}/{name}"),
        "type": TYPE,
        "location": "westeurope",
        "zones": [nth.to_string()],
        "tags": tags,
        "identity": {
            "type": "SystemAssigned",
            "principalId": format!("e0000000-0b1e-4000-8{nth:03}-{number:012}"),
            "tenantId": imds_sim::TENANT_ID,
        },
        "properties": {
            "vmId": vm_id(number, nth),
            "hardwareProfile": { "vmSize": "Standard_D2s_v5" },
            "provisioningState": "Succeeded",
            "timeCreated": TIME,
            "userData": "c2ltdWxhdGVk",
            "storageProfile": {
                "imageReference": {
                    "publisher": "Canonical",
                    "offer": "ubuntu-24_04-lts",
                    "sku": "server",
                    "version": "latest",
                    "exactVersion": "24.04.202504080",
                },
                "osDisk": {
                    "osType": "Linux",
                    "name": disk,
                    "createOption": "FromImage",
                    "caching": "ReadWrite",
                    "managedDisk": {
                        "storageAccountType": "Premium_LRS",
                        "id": format!("{group}/providers/Microsoft.Compute/disks/{disk}"),
                    },
                    "deleteOption": "Delete",
                    "diskSizeGB": 30,
                },
                "dataDisks": [],
            },
            "osProfile": {
                "computerName": name.to_ascii_lowercase(),
                "adminUsername": "simulated",
                "linuxConfiguration": { "disablePasswordAuthentication": true, "provisionVMAgent": true },
                "secrets": [],
                "allowExtensionOperations": true,
            },
            "networkProfile": {
                "networkInterfaces": [{
                    "id": format!("{group}/providers/Microsoft.Network/networkInterfaces/nic-app-{number}"),
                    "properties": { "primary": true },
                }],
            },
            "diagnosticsProfile": { "bootDiagnostics": { "enabled": true } },
        },
    })
}

pub(crate) fn vm_id(number: u32, nth: u32) -> String {
    format!("d0000000-0d1d-4000-8{nth:03}-{number:012}")
}

pub(crate) fn is_machine(object: &Value) -> bool {
    object["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case(TYPE))
}

/// The machine as this request sees it.
pub(crate) fn seen(subscription: &Subscription, machine: &Value, call: &Call) -> Value {
    let expand = call.query.get("$expand").unwrap_or_default();
    let mut seen = machine.clone();
    if !expand.eq_ignore_ascii_case("userData")
        && let Some(properties) = seen["properties"].as_object_mut()
    {
        properties.remove("userData");
    }
    if call.query.get("statusOnly").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        seen = json!({
            "name": machine["name"],
            "id": machine["id"],
            "type": machine["type"],
            "location": machine["location"],
            "properties": { "vmId": machine["properties"]["vmId"] },
        });
    } else if !expand.eq_ignore_ascii_case("instanceView") {
        return seen;
    }
    seen["properties"]["instanceView"] = instance_view(subscription, machine);
    seen
}

pub(crate) fn instance_view(subscription: &Subscription, machine: &Value) -> Value {
    let power = subscription.power.get(&key(machine)).copied().unwrap_or(Power::Running);
    let state =
        machine["properties"]["provisioningState"].as_str().unwrap_or("Succeeded").to_ascii_lowercase();
    let provisioning = json!({
        "code": format!("ProvisioningState/{state}"),
        "level": "Info",
        "displayStatus": format!("Provisioning {state}"),
        "time": TIME,
    });
    let mut view = json!({
        "disks": [{
            "name": machine["properties"]["storageProfile"]["osDisk"]["name"],
            "statuses": [provisioning],
        }],
        "bootDiagnostics": {},
        "hyperVGeneration": "V2",
        "statuses": [
            provisioning,
            {
                "code": format!("PowerState/{}", power.code()),
                "level": "Info",
                "displayStatus": format!("VM {}", power.code()),
            },
        ],
    });
    if power == Power::Running {
        view["computerName"] = machine["properties"]["osProfile"]["computerName"].clone();
        view["osName"] = json!("ubuntu");
        view["osVersion"] = json!("24.04");
        view["vmAgent"] = json!({
            "vmAgentVersion": "2.9.1.1",
            "statuses": [{
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Ready",
                "message": "Guest Agent is running",
                "time": TIME,
            }],
        });
    }
    view
}
