//! Tenants and subscriptions, as far as the identity that asks can see them.

use imds_sim::TENANT_ID;
use imds_sim::answers::Refused;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::Call;
use crate::errors::{Outcome, bad_request, not_found, ok, wrong_method};
use crate::model::Subscription;
use crate::pages::{NEXT_LINK, page};
use crate::shared::Azure;

pub(crate) fn tenants(azure: &mut Azure, call: &Call) -> Outcome {
    check(azure, call)?;
    let tenant = json!({
        "id": format!("/tenants/{TENANT_ID}"),
        "tenantId": TENANT_ID,
        "countryCode": "CH",
        "displayName": "Simulated",
        "domains": ["simulated.onmicrosoft.com", "simulated.example"],
        "tenantCategory": "Home",
        "defaultDomain": "simulated.onmicrosoft.com",
        "tenantType": "AAD",
    });
    page(&mut azure.settings, call, NEXT_LINK, 1, |range| vec![tenant; range.len()])
}

pub(crate) fn subscriptions(azure: &mut Azure, call: &Call) -> Outcome {
    check(azure, call)?;
    let visible: Vec<Value> = azure
        .store
        .subscriptions
        .iter()
        .filter(|one| azure.sees(call.bearer.as_ref(), &one.id))
        .map(told)
        .collect();
    page(&mut azure.settings, call, NEXT_LINK, visible.len(), |range| visible[range].to_vec())
}

pub(crate) fn subscription(azure: &Azure, call: &Call, index: usize) -> Outcome {
    check(azure, call)?;
    Ok(ok(&told(&azure.store.subscriptions[index])))
}

/// The subscription that the path names: one that the identity does not see is none.
pub(crate) fn find(azure: &Azure, call: &Call) -> Result<usize, Refused> {
    let id = call.segments.get(1).map(String::as_str).unwrap_or_default();
    if Uuid::try_parse(id).is_err() {
        let text = format!("The provided subscription identifier '{id}' is malformed or invalid.");
        return Err(bad_request("InvalidSubscriptionId", &text));
    }
    let found = azure.store.find(id);
    let seen = found.filter(|&index| azure.sees(call.bearer.as_ref(), &azure.store.subscriptions[index].id));
    seen.ok_or_else(|| {
        not_found("SubscriptionNotFound", &format!("The subscription '{id}' could not be found."))
    })
}

fn check(azure: &Azure, call: &Call) -> Result<(), Refused> {
    if !call.wants("GET") {
        return Err(wrong_method(&call.head.method));
    }
    let version = call.query.get("api-version").unwrap_or_default();
    match &azure.settings.api_versions {
        Some(known) if !known.iter().any(|one| one == version) => {
            let text = format!(
                "The api-version '{version}' is invalid. The supported versions are '{}'.",
                known.join(",")
            );
            Err(bad_request("InvalidApiVersionParameter", &text))
        }
        _ => Ok(()),
    }
}

fn told(subscription: &Subscription) -> Value {
    let Subscription { id, name, state, .. } = subscription;
    json!({
        "id": format!("/subscriptions/{id}"),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "tags": {},
        "subscriptionId": id,
        "tenantId": TENANT_ID,
        "displayName": name,
        "state": state,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    })
}
