//! The ARM requests of a sign-in: as few as possible, with Az's messages where scripts match them. The token comes
//! first and names the tenant; a list is read no further than needed.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tollgate_identity::{Level, ProgressLog};
use uuid::Uuid;

use crate::error::Error;
use crate::pipeline::Effort;
use crate::sign_in::request::LookupRequest;
use crate::sign_in::subscription::{SubscriptionRef, is_active, is_named, text};
use crate::sign_in::subscription_client::{SUBSCRIPTIONS, SubscriptionClient, names};
use crate::sign_in::tenant::find_tenant;
use crate::state::AzureState;

/// How many ids a message lists.
const MAX_IDS_SHOWN: usize = 50;

/// The subscription to work in, and the active ones to choose from.
#[derive(Default)]
struct SelectedSubscription {
    subscription: Option<Value>,
    available: Vec<Value>,
}

pub(super) async fn find_subscription(
    state: Arc<AzureState>,
    progress: Arc<ProgressLog>,
    request: &LookupRequest,
) -> Result<Value, Error> {
    let wanted = request.subscription.as_deref().map(SubscriptionRef::parse);
    let by_domain = request.tenant.as_deref().is_some_and(|tenant| Uuid::try_parse(tenant.trim()).is_err());
    // Without a route to ARM a machine still signs in, and soon, when nothing was requested that only ARM can resolve.
    let optional = wanted.is_none() && !by_domain;
    let effort = if optional { Effort::Optional } else { Effort::Required };
    let client = SubscriptionClient::open(state, Arc::clone(&progress), request, effort)?;
    let max_subscriptions = usize::try_from(request.max_subscriptions).unwrap_or(usize::MAX);

    let mut unreachable = None;
    let found = find_tenant(&client, request.tenant.as_deref()).await;
    let (tenant_id, tenant) = match found {
        Err(error) if optional => {
            unreachable = Some(why_unreachable(&client, &progress, error)?);
            (None, None)
        }
        found => found?,
    };
    let selected = match wanted {
        None if unreachable.is_some() => SelectedSubscription::default(),
        None => {
            let named = tenant_id.as_deref().unwrap_or_default();
            match first_active(&client, &progress, named, max_subscriptions).await {
                Ok(selected) => selected,
                Err(error) => {
                    unreachable = Some(why_unreachable(&client, &progress, error)?);
                    SelectedSubscription::default()
                }
            }
        }
        Some(SubscriptionRef::Id(id)) => by_id(&client, &progress, request, &id, max_subscriptions).await?,
        Some(SubscriptionRef::Name(name)) => by_name(&client, request, name, max_subscriptions).await?,
    };
    if let (Some(subscription), true) = (&selected.subscription, request.subscription.is_some())
        && !is_active(subscription)
    {
        let state = text(subscription, "state").unwrap_or_default();
        progress.log(Level::Warning, format!("Selected subscription is in '{state}' state."));
    }
    Ok(json!({
        "tenantId": tenant_id,
        "tenant": tenant,
        "subscription": selected.subscription,
        "subscriptions": selected.available,
        "unreachable": unreachable,
    }))
}

const LOOKUP_FAILED: &str = "tenants and subscriptions could not be looked up, so the context has no subscription (name them with -Tenant and -Subscription and add -SkipValidation, which asks Azure nothing)";
const OTHERS_FAILED: &str = "the other subscriptions could not be looked up";

/// Only an unreachable ARM is tolerated: with a warning, and as the reason why there is no subscription. Any response
/// of ARM's, even an incomplete one, is an error.
fn why_unreachable(
    client: &SubscriptionClient,
    progress: &ProgressLog,
    error: Error,
) -> Result<String, Error> {
    if client.pipeline.has_reached() || !matches!(error, Error::EndpointUnreachable { .. }) {
        return Err(error);
    }
    let reason = error.to_string();
    progress.log(Level::Warning, format!("{LOOKUP_FAILED}: {reason}"));
    Ok(reason)
}

/// The other subscriptions are no reason to fail, unless there is no token or the server's certificate is not trusted.
fn warn_of_others(error: Error, progress: &ProgressLog) -> Result<(), Error> {
    if matches!(error, Error::Token(_) | Error::UntrustedCertificate { .. }) {
        return Err(error);
    }
    progress.log(Level::Warning, format!("{OTHERS_FAILED}: {error}"));
    Ok(())
}

/// No subscription is requested: the first active one.
async fn first_active(
    client: &SubscriptionClient,
    progress: &ProgressLog,
    tenant: &str,
    max_subscriptions: usize,
) -> Result<SelectedSubscription, Error> {
    // Two show that there are several.
    let mut active = Vec::new();
    if let Err(error) = read_active(client, max_subscriptions.max(2), &mut active).await {
        if active.is_empty() {
            return Err(error);
        }
        warn_of_others(error, progress)?;
    }
    if active.len() > 1 {
        progress.log(
            Level::Warning,
            format!(
                "TenantId '{tenant}' contains more than one active subscription. First one will be selected for further use. To select another subscription, use Set-MiContext."
            ),
        );
    }
    let subscription = active.first().cloned();
    active.truncate(max_subscriptions);
    Ok(SelectedSubscription { subscription, available: active })
}

/// Reads at most `max` active subscriptions. Those read before a failure are kept.
async fn read_active(client: &SubscriptionClient, max: usize, active: &mut Vec<Value>) -> Result<(), Error> {
    let mut pages = client.list(SUBSCRIPTIONS);
    while active.len() < max {
        let Some(page) = pages.next().await? else { break };
        active.extend(page.into_iter().filter(is_active));
    }
    active.truncate(max);
    Ok(())
}

async fn by_id(
    client: &SubscriptionClient,
    progress: &ProgressLog,
    request: &LookupRequest,
    id: &str,
    max_subscriptions: usize,
) -> Result<SelectedSubscription, Error> {
    let Some(subscription) = client.subscription(id).await? else {
        let text = no_access(&request.account, "subscription ID", id);
        return Err(Error::SubscriptionNotFound { text, visible: client.visible_names().await });
    };
    let mut others = Vec::new();
    if let Err(error) = read_active(client, max_subscriptions, &mut others).await {
        warn_of_others(error, progress)?;
    }
    Ok(SelectedSubscription { subscription: Some(subscription), available: others })
}

/// Names are not unique, so every page is read: only then is the result the same every time.
async fn by_name(
    client: &SubscriptionClient,
    request: &LookupRequest,
    name: &str,
    max_subscriptions: usize,
) -> Result<SelectedSubscription, Error> {
    let mut visible = client.all(SUBSCRIPTIONS).await?;
    // A list that changes while it is read may hold a subscription twice.
    let mut ids = HashSet::new();
    visible.retain(|one| text(one, "subscriptionId").is_none_or(|id| ids.insert(id.to_ascii_lowercase())));
    let namesakes: Vec<_> = visible.iter().filter(|one| is_named(one, name)).collect();
    let mut best: Vec<_> = namesakes.iter().copied().filter(|one| is_active(one)).collect();
    let kind = if best.is_empty() { "subscriptions, none of them active" } else { "active subscriptions" };
    if best.is_empty() {
        best = namesakes;
    }
    let subscription = match best.as_slice() {
        [] => {
            let text = no_access(&request.account, "subscription name", name);
            return Err(Error::SubscriptionNotFound { text, visible: names(visible.iter()) });
        }
        [one] => (*one).clone(),
        several => return Err(ambiguous(name, kind, several)),
    };
    visible.retain(is_active);
    visible.truncate(max_subscriptions);
    Ok(SelectedSubscription { subscription: Some(subscription), available: visible })
}

/// Only the caller can tell which of several is meant.
fn ambiguous(name: &str, kind: &str, namesakes: &[&Value]) -> Error {
    let mut listed: Vec<_> = namesakes
        .iter()
        .take(MAX_IDS_SHOWN)
        .map(|one| {
            let (id, state) = (text(one, "subscriptionId"), text(one, "state"));
            format!("{} ({})", id.unwrap_or_default(), state.unwrap_or_default())
        })
        .collect();
    let more = namesakes.len() - listed.len();
    if more > 0 {
        listed.push(format!("and {more} more"));
    }
    Error::InvalidArgument {
        field: "Subscription",
        fault: format!(
            "'{name}' is the name of {} {kind}; give the id of the one that is meant: {}",
            namesakes.len(),
            listed.join(", ")
        ),
    }
}

/// Az's message.
fn no_access(account: &str, kind: &str, wanted: &str) -> String {
    format!(
        "The provided account {account} does not have access to {kind} \"{wanted}\". Please try logging in with different credentials or a different subscription ID."
    )
}
