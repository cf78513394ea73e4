//! Groups and resources as the JSON objects that they are: what one is kept under, its group, and changes to it.

use serde_json::{Map, Value};

/// What an object is kept under.
pub(crate) fn key(object: &Value) -> String {
    lower(object, "id")
}

pub(crate) fn lower(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_default().to_ascii_lowercase()
}

/// The resource group that an id names.
pub(crate) fn group_of(resource: &Value) -> &str {
    resource["id"].as_str().and_then(|id| id.split('/').nth(4)).unwrap_or_default()
}

pub(crate) fn is_in(resource: &Value, group: &str) -> bool {
    group_of(resource).eq_ignore_ascii_case(group)
}

/// Takes over what is named; of the properties, each by itself.
pub(crate) fn patch(object: &mut Value, changes: Map<String, Value>) {
    for (name, change) in changes {
        match (name.as_str(), change) {
            ("id" | "name" | "type", _) => {}
            ("properties", Value::Object(changes)) if object["properties"].is_object() => {
                object["properties"].as_object_mut().expect("it is one").extend(changes);
            }
            (_, change) => object[name] = change,
        }
    }
}
