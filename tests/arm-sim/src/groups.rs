//! Resource groups.

use hyper::StatusCode;
use imds_sim::answers::{Refused, empty};
use serde_json::{Value, json};

use crate::call::Call;
use crate::errors::{Outcome, not_found, ok, with_status, wrong_method};
use crate::filter::Filter;
use crate::model::Subscription;
use crate::object::patch;
use crate::operation::{Begin, Effect, Monitor};
use crate::operations;
use crate::pages::{NEXT_LINK, page};
use crate::shared::Azure;

pub(crate) fn list(azure: &mut Azure, call: &Call, index: usize) -> Outcome {
    if !call.wants("GET") {
        return Err(wrong_method(&call.head.method));
    }
    let filter = Filter::of(&call.query)?;
    let groups = azure.store.subscriptions[index].groups.values();
    let found: Vec<Value> = groups.filter(|group| filter.fits(group)).cloned().collect();
    page(&mut azure.settings, call, NEXT_LINK, found.len(), |range| found[range].to_vec())
}

/// One group, whose name comes in lower case.
pub(crate) fn one(azure: &mut Azure, call: &Call, index: usize, name: &str) -> Outcome {
    let subscription = &mut azure.store.subscriptions[index];
    match call.head.method.as_str() {
        "GET" => Ok(ok(find(subscription, name)?)),
        "HEAD" => Ok(empty(match subscription.groups.contains_key(name) {
            true => StatusCode::NO_CONTENT,
            false => StatusCode::NOT_FOUND,
        })),
        "PUT" => {
            let mut group = call.object()?;
            let written = call.segments.last().cloned().unwrap_or_default();
            group.insert(
                "id".into(),
                json!(format!("/subscriptions/{}/resourceGroups/{written}", subscription.id)),
            );
            group.insert("name".into(), json!(written));
            group.insert("type".into(), json!("Microsoft.Resources/resourceGroups"));
            group.insert("properties".into(), json!({ "provisioningState": "Succeeded" }));
            let group = Value::Object(group);
            let before = subscription.groups.insert(name.to_owned(), group.clone());
            let status = if before.is_some() { StatusCode::OK } else { StatusCode::CREATED };
            Ok(with_status(status, &group))
        }
        "PATCH" => {
            let changes = call.object()?;
            find(subscription, name)?;
            let group = subscription.groups.get_mut(name).expect("it was just found");
            patch(group, changes);
            Ok(ok(group))
        }
        "DELETE" => {
            let target = find(subscription, name)?["id"].as_str().unwrap_or_default().to_ascii_lowercase();
            let operation = Begin { index, target, effect: Effect::DeleteGroup };
            Ok(operations::begin(azure, call, operation, &[Monitor::Result], empty(StatusCode::ACCEPTED)))
        }
        _ => Err(wrong_method(&call.head.method)),
    }
}

pub(crate) fn find<'a>(subscription: &'a Subscription, name: &str) -> Result<&'a Value, Refused> {
    subscription.groups.get(&name.to_ascii_lowercase()).ok_or_else(|| {
        not_found("ResourceGroupNotFound", &format!("Resource group '{name}' could not be found."))
    })
}
