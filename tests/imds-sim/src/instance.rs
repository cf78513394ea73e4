//! The document about the machine: `GET /metadata/instance`, whole or one element of it. As in the service every
//! primitive is a text, and a leaf is given only as text.
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#instance-metadata>

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::answers::{self, Plain};
use crate::identities::{MACHINE_RESOURCE_ID, SUBSCRIPTION_ID};
use crate::query::Query;

pub(crate) struct Instance(Value);

impl Instance {
    pub(crate) fn new() -> Self {
        Self(json!({ "compute": compute(), "network": network() }))
    }

    /// `element` is the path below `/metadata/instance`, empty or with a leading slash, which makes it a JSON pointer.
    pub(crate) fn answer(&self, element: &str, query: &Query) -> Plain {
        let as_text = match query.get("format") {
            Some("text") => true,
            Some("json") | None => false,
            Some(_) => return bad_format(),
        };
        match (self.0.pointer(element), as_text) {
            (None, _) => answers::not_found(),
            (Some(Value::String(leaf)), true) => answers::text(StatusCode::OK, leaf.clone()),
            (Some(Value::String(_)), false) | (Some(_), true) => bad_format(),
            (Some(element), false) => answers::json(StatusCode::OK, element.to_string()),
        }
    }
}

fn bad_format() -> Plain {
    answers::plain_error(StatusCode::BAD_REQUEST, "Bad request. The format is not available for this element")
}

fn compute() -> Value {
    json!({
        "azEnvironment": "AzurePublicCloud",
        "customData": "",
        "evictionPolicy": "",
        "extendedLocation": { "name": "", "type": "" },
        "isHostCompatibilityLayerVm": "false",
        "licenseType": "",
        "location": "westeurope",
        "name": "sim-vm",
        "offer": "0001-com-ubuntu-server-jammy",
        "osProfile": {
            "adminUsername": "azureuser",
            "computerName": "sim-vm",
            "disablePasswordAuthentication": "true",
        },
        "osType": "Linux",
        "placementGroupId": "",
        "plan": { "name": "", "product": "", "publisher": "" },
        "platformFaultDomain": "0",
        "platformUpdateDomain": "0",
        "priority": "",
        "provider": "Microsoft.Compute",
        "publisher": "canonical",
        "resourceGroupName": "simulated",
        "resourceId": MACHINE_RESOURCE_ID,
        "sku": "22_04-lts-gen2",
        "subscriptionId": SUBSCRIPTION_ID,
        "tags": "environment:simulated;owner:tests",
        "tagsList": [
            { "name": "environment", "value": "simulated" },
            { "name": "owner", "value": "tests" },
        ],
        "userData": "",
        "version": "22.04.202401010",
        "vmId": "c0000000-5e1f-4000-8000-000000000001",
        "vmScaleSetName": "",
        "vmSize": "Standard_D2s_v5",
        "zone": "1",
    })
}

fn network() -> Value {
    json!({
        "interface": [{
            "ipv4": {
                "ipAddress": [{ "privateIpAddress": "10.0.0.4", "publicIpAddress": "" }],
                "subnet": [{ "address": "10.0.0.0", "prefix": "24" }],
            },
            "ipv6": { "ipAddress": [] },
            "macAddress": "000D3A000001",
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(element: &str, query: &str) -> (u16, String) {
        let query = Query::parse(Some(query)).unwrap();
        let answer = Instance::new().answer(element, &query);
        (answer.status().as_u16(), String::from_utf8(answer.body().to_vec()).unwrap())
    }

    fn primitives_are_texts(value: &Value) -> bool {
        match value {
            Value::Object(fields) => fields.values().all(primitives_are_texts),
            Value::Array(items) => items.iter().all(primitives_are_texts),
            other => other.is_string(),
        }
    }

    #[test]
    fn every_primitive_is_a_text() {
        assert!(primitives_are_texts(&Instance::new().0));
    }

    #[test]
    fn an_object_is_json_by_default() {
        let (status, body) = ask("/compute", "");
        assert_eq!(status, 200);
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["subscriptionId"], SUBSCRIPTION_ID);
        assert_eq!(ask("", "format=json").0, 200);
        assert_eq!(ask("", "format=text").0, 400);
    }

    #[test]
    fn a_leaf_is_given_only_as_text() {
        assert_eq!(ask("/compute/location", "format=text"), (200, "westeurope".into()));
        let address = "/network/interface/0/ipv4/ipAddress/0/privateIpAddress";
        assert_eq!(ask(address, "format=text"), (200, "10.0.0.4".into()));
        assert_eq!(ask("/compute/location", "format=json").0, 400);
        assert_eq!(ask("/compute/location", "").0, 400);
    }

    #[test]
    fn what_the_machine_lacks_is_not_found() {
        assert_eq!(ask("/compute/colour", "format=text").0, 404);
        assert_eq!(ask("/network/interface/1", "").0, 404);
    }
}
