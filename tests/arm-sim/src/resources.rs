//! Resources of any type, read and written by their ids.

use hyper::StatusCode;
use imds_sim::answers::{Plain, Refused, empty};
use serde_json::{Value, json};

use crate::call::Call;
use crate::errors::{Outcome, no_route, not_found, ok, with_status, wrong_method};
use crate::listings::{collection, seen};
use crate::model::{Power, Subscription};
use crate::object::{is_in, key, patch};
use crate::operation::{Begin, Effect, Monitor};
use crate::resource_path::ResourcePath;
use crate::shared::Azure;
use crate::{groups, machines, operations, providers};

/// Whatever the path below a provider leads to.
pub(crate) fn by_path(azure: &mut Azure, call: &Call, index: usize) -> Outcome {
    let Some(path) = ResourcePath::parse(&call.segments) else {
        return Err(no_route(call.head.uri.path()));
    };
    if let Some(group) = &path.group {
        groups::find(&azure.store.subscriptions[index], group)?;
    }
    let Some(last) = &path.last else {
        providers::check(azure, call, &path.namespace, &path.kind)?;
        return one(azure, call, index, &path);
    };
    if call.wants("POST") {
        return act(azure, call, index, &path, last);
    }
    if !call.wants("GET") {
        return Err(wrong_method(&call.head.method));
    }
    if last.eq_ignore_ascii_case("instanceView") {
        let subscription = &azure.store.subscriptions[index];
        return Ok(ok(&machines::instance_view(subscription, find(subscription, &path)?)));
    }
    let kind = format!("{}/{last}", path.kind);
    providers::check(azure, call, &path.namespace, &kind)?;
    let parent = path.id.as_ref().map(|id| format!("{}/", id.to_ascii_lowercase()));
    collection(azure, call, index, |one| {
        one["type"].as_str().is_some_and(|seen| seen.eq_ignore_ascii_case(&kind))
            && path.group.as_ref().is_none_or(|group| is_in(one, group))
            && parent.as_ref().is_none_or(|parent| key(one).starts_with(parent))
    })
}

fn one(azure: &mut Azure, call: &Call, index: usize, path: &ResourcePath) -> Outcome {
    let id = path.id.clone().unwrap_or_default();
    let key = id.to_ascii_lowercase();
    if call.wants("GET") {
        operations::look_at(azure, index, &key);
    }
    let subscription = &mut azure.store.subscriptions[index];
    match call.head.method.as_str() {
        "GET" => Ok(ok(&seen(subscription, find(subscription, path)?, call))),
        "HEAD" => Ok(empty(match subscription.resources.contains_key(&key) {
            true => StatusCode::NO_CONTENT,
            false => StatusCode::NOT_FOUND,
        })),
        "PUT" => put(azure, call, index, path),
        "PATCH" => {
            let changes = call.object()?;
            find(subscription, path)?;
            let resource = subscription.resources.get_mut(&key).expect("it was just found");
            patch(resource, changes);
            Ok(ok(resource))
        }
        "DELETE" => match subscription.resources.get(&key) {
            None => Ok(empty(StatusCode::NO_CONTENT)),
            Some(resource) if machines::is_machine(resource) => {
                let operation = Begin { index, target: key, effect: Effect::Delete };
                let answer = empty(StatusCode::ACCEPTED);
                Ok(operations::begin(azure, call, operation, &[Monitor::Status, Monitor::Location], answer))
            }
            Some(_) => {
                subscription.resources.remove(&key);
                Ok(empty(StatusCode::OK))
            }
        },
        _ => Err(wrong_method(&call.head.method)),
    }
}

/// Keeps what was sent. A machine takes a long operation to come up.
fn put(azure: &mut Azure, call: &Call, index: usize, path: &ResourcePath) -> Outcome {
    let mut resource = call.object()?;
    let id = path.id.clone().unwrap_or_default();
    let key = id.to_ascii_lowercase();
    let subscription = &mut azure.store.subscriptions[index];
    let is_new = !subscription.resources.contains_key(&key);
    resource.insert("id".into(), json!(id));
    resource.insert("name".into(), json!(path.name));
    resource.insert("type".into(), json!(path.kind));
    let mut resource = Value::Object(resource);
    let is_machine = machines::is_machine(&resource);
    let state = match (is_machine, is_new) {
        (false, _) => "Succeeded",
        (true, true) => "Creating",
        (true, false) => "Updating",
    };
    if !resource["properties"].is_object() {
        resource["properties"] = json!({});
    }
    resource["properties"]["provisioningState"] = json!(state);
    if is_machine && resource["properties"]["vmId"].is_null() {
        let nth = u32::try_from(subscription.resources.len()).unwrap_or(u32::MAX);
        resource["properties"]["vmId"] = json!(machines::vm_id(subscription.number, nth));
    }
    subscription.resources.insert(key.clone(), resource.clone());
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let answer = with_status(status, &resource);
    if !is_machine {
        return Ok(answer);
    }
    let operation = Begin { index, target: key, effect: Effect::Settle };
    Ok(operations::begin(azure, call, operation, &[Monitor::Status], answer))
}

/// What a POST to a resource starts.
fn act(azure: &mut Azure, call: &Call, index: usize, path: &ResourcePath, action: &str) -> Outcome {
    let resource = find(&azure.store.subscriptions[index], path)?;
    let target = key(resource);
    let accepted: Plain = empty(StatusCode::ACCEPTED);
    let (effect, monitors): (_, &[Monitor]) = match Power::after(action) {
        Some(power) if machines::is_machine(resource) => {
            (Effect::Power(power), &[Monitor::Status, Monitor::Location])
        }
        _ if action.eq_ignore_ascii_case("operationLocation") => (Effect::None, &[Monitor::Operation]),
        _ => return Err(no_route(call.head.uri.path())),
    };
    Ok(operations::begin(azure, call, Begin { index, target, effect }, monitors, accepted))
}

fn find<'a>(subscription: &'a Subscription, path: &ResourcePath) -> Result<&'a Value, Refused> {
    let key = path.id.as_deref().unwrap_or_default().to_ascii_lowercase();
    subscription.resources.get(&key).ok_or_else(|| {
        let group = path.group.as_deref().unwrap_or_default();
        let text = format!(
            "The Resource '{}/{}' under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
            path.kind, path.name
        );
        not_found("ResourceNotFound", &text)
    })
}
