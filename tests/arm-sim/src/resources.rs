//! Resources of any type: listed, and read and written by their ids.

use hyper::StatusCode;
use imds_sim::answers::{Plain, Refused, empty};
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::content;
use crate::errors::{Outcome, no_route, not_found, ok, with_status, wrong_method};
use crate::filter::Filter;
use crate::operations::{self, Effect, Monitor};
use crate::pages::{NEXT_LINK, page};
use crate::resource_path::ResourcePath;
use crate::shared::Azure;
use crate::store::Subscription;
use crate::{groups, machines, providers};

/// What a listing of all types tells of each.
const SUMMARY: [&str; 11] =
    ["id", "name", "type", "kind", "managedBy", "sku", "plan", "identity", "location", "zones", "tags"];

const CREATED: &str = "2024-05-01T08:00:00.0000000Z";

/// All types together, in short.
pub(crate) fn list(azure: &mut Azure, call: &Call, index: usize, group: Option<&str>) -> Outcome {
    if !call.wants("GET") {
        return Err(wrong_method(&call.head.method));
    }
    let filter = Filter::of(&call.query)?;
    let subscription = &azure.store.subscriptions[index];
    let settings = &mut azure.settings;
    if let (None, Some(pages)) = (group, settings.pages) {
        let total = pages.saturating_mul(settings.page_size);
        return page(settings, call, NEXT_LINK, total, |range| {
            range.map(|nth| content::generated(subscription, nth)).filter(|one| filter.fits(one)).collect()
        });
    }
    if let Some(group) = group {
        groups::find(subscription, group)?;
    }
    let found: Vec<&Value> = subscription
        .resources
        .values()
        .filter(|one| group.is_none_or(|group| is_in(one, group)) && filter.fits(one))
        .collect();
    page(settings, call, NEXT_LINK, found.len(), |range| {
        found[range].iter().map(|one| summary(one, call)).collect()
    })
}

/// What is left of one in a listing, with what `$expand` adds.
fn summary(resource: &Value, call: &Call) -> Value {
    let mut short: Map<String, Value> =
        SUMMARY.iter().filter_map(|name| Some(((*name).to_owned(), resource.get(name)?.clone()))).collect();
    for name in call.query.get("$expand").unwrap_or_default().split(',').map(str::trim) {
        match name {
            "createdTime" | "changedTime" => drop(short.insert(name.to_owned(), json!(CREATED))),
            "provisioningState" => {
                short.insert(name.to_owned(), resource["properties"][name].clone());
            }
            _ => {}
        }
    }
    Value::Object(short)
}

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
            && parent.as_ref().is_none_or(|parent| content::key(one).starts_with(parent))
    })
}

/// One type, whole.
pub(crate) fn collection(
    azure: &mut Azure,
    call: &Call,
    index: usize,
    wanted: impl Fn(&Value) -> bool,
) -> Outcome {
    let subscription = &azure.store.subscriptions[index];
    let found: Vec<&Value> = subscription.resources.values().filter(|one| wanted(one)).collect();
    page(&mut azure.settings, call, NEXT_LINK, found.len(), |range| {
        found[range].iter().map(|one| seen(subscription, one, call)).collect()
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
                let operation = operations::Begin { index, target: key, effect: Effect::Delete };
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
    let operation = operations::Begin { index, target: key, effect: Effect::Settle };
    Ok(operations::begin(azure, call, operation, &[Monitor::Status], answer))
}

/// What a POST to a resource starts.
fn act(azure: &mut Azure, call: &Call, index: usize, path: &ResourcePath, action: &str) -> Outcome {
    let resource = find(&azure.store.subscriptions[index], path)?;
    let target = content::key(resource);
    let accepted: Plain = empty(StatusCode::ACCEPTED);
    let (effect, monitors): (_, &[Monitor]) = match machines::Power::after(action) {
        Some(power) if machines::is_machine(resource) => {
            (Effect::Power(power), &[Monitor::Status, Monitor::Location])
        }
        _ if action.eq_ignore_ascii_case("operationLocation") => (Effect::None, &[Monitor::Operation]),
        _ => return Err(no_route(call.head.uri.path())),
    };
    Ok(operations::begin(azure, call, operations::Begin { index, target, effect }, monitors, accepted))
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

fn seen(subscription: &Subscription, resource: &Value, call: &Call) -> Value {
    if machines::is_machine(resource) {
        machines::seen(subscription, resource, call)
    } else {
        resource.clone()
    }
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

/// The resource group that an id names.
pub(crate) fn group_of(resource: &Value) -> &str {
    resource["id"].as_str().and_then(|id| id.split('/').nth(4)).unwrap_or_default()
}

fn is_in(resource: &Value, group: &str) -> bool {
    group_of(resource).eq_ignore_ascii_case(group)
}
