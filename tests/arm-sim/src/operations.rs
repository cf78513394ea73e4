//! Long operations: each ends after so many looks at it, from wherever a client looks.

use hyper::StatusCode;
use hyper::header::{HeaderName, LOCATION, RETRY_AFTER};
use imds_sim::answers::{self, Plain, empty};
use imds_sim::random;
use serde_json::json;

use crate::call::Call;
use crate::clock::now;
use crate::errors::{Outcome, envelope, not_found, ok, wrong_method};
use crate::operation::{Begin, Effect, Monitor, Operation, Style};
use crate::settings::Failure;
use crate::shared::Azure;

/// Tells in the answer where to look.
pub(crate) fn begin(
    azure: &mut Azure,
    call: &Call,
    what: Begin,
    monitors: &[Monitor],
    mut answer: Plain,
) -> Plain {
    let id = random::guid();
    let subscription = &azure.store.subscriptions[what.index].id;
    let version = call.query.get("api-version").unwrap_or_default();
    let root = format!("{}/subscriptions/{subscription}", call.origin.url());
    let status = format!(
        "{root}/providers/Microsoft.Compute/locations/westeurope/operations/{id}?api-version={version}"
    );
    for monitor in monitors {
        let (name, url) = match monitor {
            Monitor::Status => (HeaderName::from_static("azure-asyncoperation"), status.clone()),
            Monitor::Location => (LOCATION, format!("{status}&monitor=true")),
            Monitor::Result => (LOCATION, format!("{root}/operationresults/{id}?api-version={version}")),
            Monitor::Operation => (HeaderName::from_static("operation-location"), status.clone()),
        };
        answers::set(&mut answer, name, &url);
    }
    wait(azure, &mut answer);
    let operation = Operation {
        what,
        left: azure.settings.looks,
        ended: false,
        failure: azure.settings.operation_fails.clone(),
        started: now().to_string(),
    };
    azure.operations.insert(id, operation);
    answer
}

/// A look at the operation with this id.
pub(crate) fn status(azure: &mut Azure, call: &Call, id: &str, style: Style) -> Outcome {
    if !call.wants("GET") {
        return Err(wrong_method(&call.head.method));
    }
    let Some(operation) = azure.operations.get(id) else {
        return Err(not_found("OperationNotFound", &format!("The operation '{id}' could not be found.")));
    };
    let mut body = json!({ "name": id, "startTime": operation.started });
    let (index, target) = (operation.what.index, operation.what.target.clone());
    let failure = operation.failure.clone();
    let ended = look(azure, id);
    if style == Style::Location {
        if !ended {
            let mut answer = empty(StatusCode::ACCEPTED);
            answers::set(&mut answer, LOCATION, &format!("{}{}", call.origin.url(), call.head.uri));
            wait(azure, &mut answer);
            return Ok(answer);
        }
        return Ok(match (failure, azure.store.subscriptions[index].resources.get(&target)) {
            (Some(Failure { code, message }), _) => envelope(StatusCode::CONFLICT, &code, &message),
            (None, Some(resource)) => ok(resource),
            (None, None) => empty(StatusCode::OK),
        });
    }
    body["status"] = json!(match (ended, &failure) {
        (false, _) => "InProgress",
        (true, None) => "Succeeded",
        (true, Some(_)) => "Failed",
    });
    if ended {
        body["endTime"] = json!(now().to_string());
    }
    if let (true, Some(failure)) = (ended, failure) {
        body["error"] = json!(failure);
    }
    let mut answer = ok(&body);
    if !ended {
        wait(azure, &mut answer);
    }
    Ok(answer)
}

/// A look at a resource is one at the operation that it comes from.
pub(crate) fn look_at(azure: &mut Azure, index: usize, target: &str) {
    let under_way = azure.operations.iter().find(|(_, operation)| {
        let Begin { index: of, target: at, effect } = &operation.what;
        !operation.ended && *of == index && at == target && *effect == Effect::Settle
    });
    if let Some(id) = under_way.map(|(id, _)| id.clone()) {
        look(azure, &id);
    }
}

/// Whether it has ended by now.
fn look(azure: &mut Azure, id: &str) -> bool {
    let Some(operation) = azure.operations.get_mut(id) else { return true };
    if operation.left > 0 {
        operation.left -= 1;
        return false;
    }
    if operation.ended {
        return true;
    }
    operation.ended = true;
    let failed = operation.failure.is_some();
    let Begin { index, target, effect } = &operation.what;
    let subscription = &mut azure.store.subscriptions[*index];
    match effect {
        Effect::Settle => {
            if let Some(resource) = subscription.resources.get_mut(target) {
                let state = if failed { "Failed" } else { "Succeeded" };
                resource["properties"]["provisioningState"] = json!(state);
            }
        }
        _ if failed => {}
        Effect::Power(power) => drop(subscription.power.insert(target.clone(), *power)),
        Effect::Delete => drop(subscription.resources.remove(target)),
        Effect::DeleteGroup => {
            let below = format!("{target}/");
            subscription.resources.retain(|id, _| !id.starts_with(&below));
            subscription.groups.remove(target.rsplit('/').next().unwrap_or_default());
        }
        Effect::None => {}
    }
    true
}

fn wait(azure: &Azure, answer: &mut Plain) {
    if let Some(value) = &azure.settings.poll_retry_after {
        answers::set(answer, RETRY_AFTER, value);
    }
}
