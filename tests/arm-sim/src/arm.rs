//! The routes of Azure Resource Manager. Paths are read without regard to case, as there.

use crate::call::Call;
use crate::errors::{Outcome, bad_request, no_route};
use crate::operation::Style;
use crate::shared::Azure;
use crate::{groups, listings, operations, providers, resources, tenants};

pub(crate) fn answer(azure: &mut Azure, call: &Call) -> Outcome {
    if call.query.filled("api-version").is_none() {
        let text = "The api-version query parameter (?api-version=) is required for all requests.";
        return Err(bad_request("MissingApiVersionParameter", text));
    }
    let lower: Vec<String> = call.segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let path: Vec<&str> = lower.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["tenants"] => tenants::tenants(azure, call),
        ["subscriptions"] => tenants::subscriptions(azure, call),
        ["providers"] => providers::list(azure, call, None),
        ["providers", namespace] => providers::one(call, None, namespace),
        ["subscriptions", _, rest @ ..] => {
            let index = tenants::find(azure, call)?;
            within(azure, call, index, rest)
        }
        _ => Err(no_route(call.head.uri.path())),
    }
}

/// `index` is that of the subscription, whose part of the path is no longer in `path`.
fn within(azure: &mut Azure, call: &Call, index: usize, path: &[&str]) -> Outcome {
    match path {
        [] => tenants::subscription(azure, call, index),
        ["resources"] => listings::list(azure, call, index, None),
        ["resourcegroups"] => groups::list(azure, call, index),
        ["resourcegroups", group] => groups::one(azure, call, index, group),
        ["resourcegroups", group, "resources"] => listings::list(azure, call, index, Some(group)),
        ["providers"] => providers::list(azure, call, Some(index)),
        ["providers", namespace] => providers::one(call, Some(&azure.store.subscriptions[index]), namespace),
        ["operationresults", id] => operations::status(azure, call, id, Style::Location),
        ["providers", _, "locations", _, "operations", id] => {
            let style = if call.query.get("monitor").is_some() { Style::Location } else { Style::Status };
            operations::status(azure, call, id, style)
        }
        ["providers", "microsoft.compute", "locations", place, "virtualmachines"] => {
            listings::list_at(azure, call, index, place)
        }
        _ => resources::by_path(azure, call, index),
    }
}
