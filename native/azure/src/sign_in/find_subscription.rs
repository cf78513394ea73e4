//! What a sign-in asks ARM: as little as it can, in Az's words where scripts look for them.
//! The token comes first and names the tenant; a list is read no further than somebody needs it.

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

/// How many ids a text holds.
const MAX_IDS_SHOWN: usize = 50;

/// The subscription to work in, and others that are visible.
#[derive(Default)]
struct SelectedSubscription {
    subscription: Option<Value>,
    available: Vec<Value>,
}

pub(super) async fn find_subscription(
    core: Arc<AzureState>,
    journal: Arc<ProgressLog>,
    request: &LookupRequest,
) -> Result<Value, Error> {
    let wanted = request.subscription.as_deref().map(SubscriptionRef::parse);
    let by_domain = request.tenant.as_deref().is_some_and(|tenant| Uuid::try_parse(tenant.trim()).is_err());
    // A machine without a way to ARM still signs in, and soon, when nothing was asked that only ARM can tell.
    let optional = wanted.is_none() && !by_domain;
    let effort = if optional { Effort::Optional } else { Effort::Required };
    let directory = SubscriptionClient::open(core, Arc::clone(&journal), request, effort)?;
    let population = usize::try_from(request.max_subscriptions).unwrap_or(usize::MAX);

    let mut unreachable = None;
    let found = find_tenant(&directory, request.tenant.as_deref()).await;
    let (tenant_id, tenant) = match found {
        Err(error) if optional => {
            unreachable = Some(why_unreachable(&directory, &journal, error)?);
            (None, None)
        }
        found => found?,
    };
    let choice = match wanted {
        None if unreachable.is_some() => SelectedSubscription::default(),
        None => {
            let named = tenant_id.as_deref().unwrap_or_default();
            match first_active(&directory, &journal, named, population).await {
                Ok(choice) => choice,
                Err(error) => {
                    unreachable = Some(why_unreachable(&directory, &journal, error)?);
                    SelectedSubscription::default()
                }
            }
        }
        Some(SubscriptionRef::Id(id)) => by_id(&directory, &journal, request, &id, population).await?,
        Some(SubscriptionRef::Name(name)) => by_name(&directory, request, name, population).await?,
    };
    if let (Some(subscription), true) = (&choice.subscription, request.subscription.is_some())
        && !is_active(subscription)
    {
        let state = text(subscription, "state").unwrap_or_default();
        journal.log(Level::Warning, format!("Selected subscription is in '{state}' state."));
    }
    Ok(json!({
        "tenantId": tenant_id,
        "tenant": tenant,
        "subscription": choice.subscription,
        "subscriptions": choice.available,
        "unreachable": unreachable,
    }))
}

const LOOKUP_FAILED: &str = "tenants and subscriptions could not be looked up, so the context has no subscription (name them with -Tenant and -Subscription and add -SkipValidation, which asks Azure nothing)";
const OTHERS_FAILED: &str = "the other subscriptions could not be looked up";

/// Only an ARM that nobody reached may be missing: that is a warning, and the reason why there is no subscription. Whatever ARM
/// said, or broke off saying, is an error.
fn why_unreachable(
    directory: &SubscriptionClient,
    journal: &ProgressLog,
    error: Error,
) -> Result<String, Error> {
    if directory.pipeline.has_reached() || !matches!(error, Error::EndpointUnreachable { .. }) {
        return Err(error);
    }
    let reason = error.to_string();
    journal.log(Level::Warning, format!("{LOOKUP_FAILED}: {reason}"));
    Ok(reason)
}

/// Others to choose from later are no reason to fail, unless there is no token or nobody knows who answers.
fn warn_of_others(error: Error, journal: &ProgressLog) -> Result<(), Error> {
    if matches!(error, Error::Token(_) | Error::UntrustedCertificate { .. }) {
        return Err(error);
    }
    journal.log(Level::Warning, format!("{OTHERS_FAILED}: {error}"));
    Ok(())
}

/// No subscription is asked for: the first in which one can work.
async fn first_active(
    directory: &SubscriptionClient,
    journal: &ProgressLog,
    tenant: &str,
    population: usize,
) -> Result<SelectedSubscription, Error> {
    // Two tell that there are several.
    let mut active = Vec::new();
    if let Err(error) = read_active(directory, population.max(2), &mut active).await {
        if active.is_empty() {
            return Err(error);
        }
        warn_of_others(error, journal)?;
    }
    if active.len() > 1 {
        journal.log(
            Level::Warning,
            format!(
                "TenantId '{tenant}' contains more than one active subscription. First one will be selected for further use. To select another subscription, use Set-MiContext."
            ),
        );
    }
    let subscription = active.first().cloned();
    active.truncate(population);
    Ok(SelectedSubscription { subscription, available: active })
}

/// Reads the subscriptions in which one can work, at most so many. Those that came before a failure are kept.
async fn read_active(
    directory: &SubscriptionClient,
    most: usize,
    active: &mut Vec<Value>,
) -> Result<(), Error> {
    let mut pages = directory.list(SUBSCRIPTIONS);
    while active.len() < most {
        let Some(page) = pages.next().await? else { break };
        active.extend(page.into_iter().filter(is_active));
    }
    active.truncate(most);
    Ok(())
}

async fn by_id(
    directory: &SubscriptionClient,
    journal: &ProgressLog,
    request: &LookupRequest,
    id: &str,
    population: usize,
) -> Result<SelectedSubscription, Error> {
    let Some(subscription) = directory.subscription(id).await? else {
        let text = no_access(&request.account, "subscription ID", id);
        return Err(Error::SubscriptionNotFound { text, visible: directory.visible_names().await });
    };
    let mut others = Vec::new();
    if let Err(error) = read_active(directory, population, &mut others).await {
        warn_of_others(error, journal)?;
    }
    Ok(SelectedSubscription { subscription: Some(subscription), available: others })
}

/// Names are not unique, so every page is read: only then is the answer the same every time.
async fn by_name(
    directory: &SubscriptionClient,
    request: &LookupRequest,
    name: &str,
    population: usize,
) -> Result<SelectedSubscription, Error> {
    let mut seen = directory.all(SUBSCRIPTIONS).await?;
    // A list that changes while it is read may hold one twice.
    let mut ids = HashSet::new();
    seen.retain(|one| text(one, "subscriptionId").is_none_or(|id| ids.insert(id.to_ascii_lowercase())));
    let namesakes: Vec<_> = seen.iter().filter(|one| is_named(one, name)).collect();
    let mut best: Vec<_> = namesakes.iter().copied().filter(|one| is_active(one)).collect();
    let kind = if best.is_empty() { "subscriptions, none of them active" } else { "active subscriptions" };
    if best.is_empty() {
        best = namesakes;
    }
    let subscription = match best.as_slice() {
        [] => {
            let text = no_access(&request.account, "subscription name", name);
            return Err(Error::SubscriptionNotFound { text, visible: names(seen.iter()) });
        }
        [one] => (*one).clone(),
        several => return Err(ambiguous(name, kind, several)),
    };
    seen.retain(is_active);
    seen.truncate(population);
    Ok(SelectedSubscription { subscription: Some(subscription), available: seen })
}

/// Which of several is meant, only whoever asks can tell.
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

/// Az's words.
fn no_access(account: &str, kind: &str, wanted: &str) -> String {
    format!(
        "The provided account {account} does not have access to {kind} \"{wanted}\". Please try logging in with different credentials or a different subscription ID."
    )
}
