//! Listings of resources: of all types in short, or of one type whole.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::errors::{Outcome, wrong_method};
use crate::filter::Filter;
use crate::model::Subscription;
use crate::object::is_in;
use crate::pages::{NEXT_LINK, page};
use crate::shared::Azure;
use crate::{content, groups, machines};

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

/// The virtual machines of the subscription in one place.
pub(crate) fn list_at(azure: &mut Azure, call: &Call, index: usize, place: &str) -> Outcome {
    collection(azure, call, index, |object| {
        machines::is_machine(object)
            && object["location"].as_str().is_some_and(|location| location.eq_ignore_ascii_case(place))
    })
}

/// A resource as this request sees it.
pub(crate) fn seen(subscription: &Subscription, resource: &Value, call: &Call) -> Value {
    if machines::is_machine(resource) {
        machines::seen(subscription, resource, call)
    } else {
        resource.clone()
    }
}
