//! What a sign-in asks ARM: as little as it can, in Az's words where scripts look for them.
//! The token comes first and names the tenant; a list is read no further than somebody needs it.

use std::sync::Arc;

use serde_json::{Value, json};
use tollgate_identity::{Journal, Level};
use uuid::Uuid;

use crate::azure::Core;
use crate::error::Error;
use crate::lookup::directory::{Directory, Haste, SUBSCRIPTIONS, names};
use crate::lookup::{LookupRequest, Wanted, is_active, is_named, tenant, text};

/// The subscription to work in, and others that are visible.
#[derive(Default)]
struct Choice {
    subscription: Option<Value>,
    population: Vec<Value>,
}

pub(super) async fn answer(
    core: Arc<Core>,
    journal: Arc<Journal>,
    request: &LookupRequest,
) -> Result<Value, Error> {
    let wanted = request.subscription.as_deref().map(Wanted::read);
    let by_domain = request.tenant.as_deref().is_some_and(|tenant| Uuid::try_parse(tenant.trim()).is_err());
    // A machine without a way to ARM still signs in, and soon, when nothing was asked that only ARM can tell.
    let optional = wanted.is_none() && !by_domain;
    let haste = if optional { Haste::Great } else { Haste::None };
    let directory = Directory::open(core, Arc::clone(&journal), request, haste)?;
    let population = usize::try_from(request.population).unwrap_or(usize::MAX);

    let found = tenant(&directory, request.tenant.as_deref()).await;
    let reached = found.is_ok();
    let (tenant_id, tenant) = if optional { tolerate(found, &journal, NOTHING)? } else { found? };
    let choice = match wanted {
        None if reached => {
            let named = tenant_id.as_deref().unwrap_or_default();
            tolerate(first_active(&directory, &journal, named, population).await, &journal, NOTHING)?
        }
        None => Choice::default(),
        Some(Wanted::Id(id)) => by_id(&directory, &journal, request, &id, population).await?,
        Some(Wanted::Name(name)) => by_name(&directory, request, name, population).await?,
    };
    if let (Some(subscription), true) = (&choice.subscription, request.subscription.is_some())
        && !is_active(subscription)
    {
        let state = text(subscription, "state").unwrap_or_default();
        journal.say(Level::Warning, format!("Selected subscription is in '{state}' state."));
    }
    Ok(json!({
        "tenantId": tenant_id,
        "tenant": tenant,
        "subscription": choice.subscription,
        "subscriptions": choice.population,
    }))
}

const NOTHING: &str = "tenants and subscriptions could not be looked up, so the context has no subscription (name them with -Tenant and -Subscription and add -SkipValidation, which asks Azure nothing)";
const OTHERS: &str = "the other subscriptions could not be looked up";

/// What nobody asked for may be missing: that is a warning. Without a token nothing goes on.
fn tolerate<T: Default>(found: Result<T, Error>, journal: &Journal, loss: &str) -> Result<T, Error> {
    match found {
        Err(error) if !matches!(error, Error::Token(_)) => {
            journal.say(Level::Warning, format!("{loss}: {error}"));
            Ok(T::default())
        }
        other => other,
    }
}

/// No subscription is asked for: the first in which one can work.
async fn first_active(
    directory: &Directory,
    journal: &Journal,
    tenant: &str,
    population: usize,
) -> Result<Choice, Error> {
    // Two tell that there are several.
    let mut active = active(directory, population.max(2)).await?;
    if active.len() > 1 {
        journal.say(
            Level::Warning,
            format!(
                "TenantId '{tenant}' contains more than one active subscription. First one will be selected for further use. To select another subscription, use Set-MiContext."
            ),
        );
    }
    let subscription = active.first().cloned();
    active.truncate(population);
    Ok(Choice { subscription, population: active })
}

/// The subscriptions in which one can work, at most so many.
async fn active(directory: &Directory, most: usize) -> Result<Vec<Value>, Error> {
    let (mut pages, mut active) = (directory.list(SUBSCRIPTIONS), Vec::new());
    while active.len() < most {
        let Some(page) = pages.next().await? else { break };
        active.extend(page.into_iter().filter(is_active));
    }
    active.truncate(most);
    Ok(active)
}

async fn by_id(
    directory: &Directory,
    journal: &Journal,
    request: &LookupRequest,
    id: &str,
    population: usize,
) -> Result<Choice, Error> {
    let Some(subscription) = directory.subscription(id).await? else {
        let text = no_access(&request.account, "subscription ID", id);
        return Err(Error::SubscriptionNotFound { text, visible: directory.visible().await });
    };
    // Others to choose from later are no reason to fail.
    let population = tolerate(active(directory, population).await, journal, OTHERS)?;
    Ok(Choice { subscription: Some(subscription), population })
}

async fn by_name(
    directory: &Directory,
    request: &LookupRequest,
    name: &str,
    population: usize,
) -> Result<Choice, Error> {
    let (mut pages, mut seen) = (directory.list(SUBSCRIPTIONS), Vec::new());
    let (mut found, mut inactive) = (None, None);
    while found.is_none() || seen.iter().filter(|one| is_active(one)).count() < population {
        let Some(page) = pages.next().await? else { break };
        for subscription in page.iter().filter(|one| is_named(one, name)) {
            let slot = if is_active(subscription) { &mut found } else { &mut inactive };
            slot.get_or_insert_with(|| subscription.clone());
        }
        seen.extend(page);
    }
    let Some(subscription) = found.or(inactive) else {
        let text = no_access(&request.account, "subscription name", name);
        return Err(Error::SubscriptionNotFound { text, visible: names(seen.iter()) });
    };
    seen.retain(is_active);
    seen.truncate(population);
    Ok(Choice { subscription: Some(subscription), population: seen })
}

/// Az's words.
fn no_access(account: &str, kind: &str, wanted: &str) -> String {
    format!(
        "The provided account {account} does not have access to {kind} \"{wanted}\". Please try logging in with different credentials or a different subscription ID."
    )
}
