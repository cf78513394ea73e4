//! Tenants and subscriptions: those to work in for a sign-in, and lists of those that can be seen.

mod directory;
mod sign_in;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tollgate_identity::{Identity, Journal, Level};
use uuid::Uuid;

use crate::azure::Core;
use crate::courier::Effort;
use crate::error::Error;
use directory::{Directory, SUBSCRIPTIONS, TENANTS, names};

/// What is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKind {
    /// The tenant and the subscription to work in.
    SignIn,
    /// The tenants the identity sees.
    Tenants,
    /// The subscriptions the identity sees.
    Subscriptions,
}

/// One wish to know.
#[derive(Clone, Debug)]
pub struct LookupRequest {
    /// What.
    pub kind: LookupKind,
    /// Whose token goes with it.
    pub identity: Identity,
    /// What texts call the account.
    pub account: String,
    /// Where Azure Resource Manager listens.
    pub arm_url: String,
    /// The audience of its tokens.
    pub arm_audience: String,
    /// The tenant asked for, by id or domain.
    pub tenant: Option<String>,
    /// The subscription asked for, by id or name.
    pub subscription: Option<String>,
    /// How many of the visible subscriptions are wanted; 0 for none, the largest number for all.
    pub population: u32,
    /// The time there is in all; nothing for no end.
    pub budget: Option<Duration>,
}

/// Looks it up.
pub(crate) async fn answer(
    core: Arc<Core>,
    journal: Arc<Journal>,
    request: LookupRequest,
) -> Result<Value, Error> {
    match request.kind {
        LookupKind::SignIn => sign_in::answer(core, journal, &request).await,
        LookupKind::Tenants => {
            let directory = Directory::open(core, journal, &request, Effort::Required)?;
            let mut tenants = directory.all(TENANTS).await?;
            if let Some(wanted) = &request.tenant {
                tenants.retain(|tenant| is_tenant(tenant, wanted));
            }
            Ok(json!({ "tenants": tenants }))
        }
        LookupKind::Subscriptions => {
            let directory = Directory::open(core, journal, &request, Effort::Required)?;
            let (tenant_id, _) = tenant(&directory, request.tenant.as_deref()).await?;
            let subscriptions = match request.subscription.as_deref().map(Wanted::read) {
                None => directory.all(SUBSCRIPTIONS).await?,
                Some(Wanted::Name(name)) => {
                    let all = directory.all(SUBSCRIPTIONS).await?;
                    let visible = names(all.iter());
                    let found: Vec<_> = all.into_iter().filter(|one| is_named(one, name)).collect();
                    if found.is_empty() {
                        return Err(not_found(name, tenant_id.as_deref(), visible));
                    }
                    found
                }
                Some(Wanted::Id(id)) => match directory.subscription(&id).await? {
                    Some(subscription) => vec![subscription],
                    None => return Err(not_found(&id, tenant_id.as_deref(), directory.visible().await)),
                },
            };
            Ok(json!({ "tenantId": tenant_id, "subscriptions": subscriptions }))
        }
    }
}

/// A subscription as it was asked for.
enum Wanted<'text> {
    Id(String),
    Name(&'text str),
}

impl<'text> Wanted<'text> {
    fn read(text: &'text str) -> Self {
        let text = text.trim();
        Uuid::try_parse(text).map_or(Self::Name(text), |id| Self::Id(id.to_string()))
    }
}

/// The tenant to work in: the token's own, whichever was asked for by its id; else the one asked for, else the first that ARM
/// shows. ARM's own words on it only where ARM had to be asked.
async fn tenant(
    directory: &Directory,
    wanted: Option<&str>,
) -> Result<(Option<String>, Option<Value>), Error> {
    let token = directory.courier.token(false).await?;
    let wanted = wanted.map(str::trim);
    let id = wanted.and_then(|wanted| Uuid::try_parse(wanted).ok()).map(|id| id.to_string());
    match (id, token.tenant_id()) {
        (Some(id), Some(own)) => {
            if !own.eq_ignore_ascii_case(&id) {
                let text = format!(
                    "a managed identity belongs to one tenant: this one's tokens are from {own}, and not from {id}, which was asked for"
                );
                directory.courier.journal.say(Level::Warning, text);
            }
            return Ok((Some(own.to_owned()), None));
        }
        (Some(id), None) => return Ok((Some(id), None)),
        (None, Some(own)) if wanted.is_none() => return Ok((Some(own.to_owned()), None)),
        (None, _) => {}
    }
    let mut pages = directory.list(TENANTS);
    while let Some(page) = pages.next().await? {
        let found = page.into_iter().find(|tenant| wanted.is_none_or(|wanted| is_tenant(tenant, wanted)));
        if let Some(tenant) = found {
            return Ok((text(&tenant, "tenantId").map(str::to_owned), Some(tenant)));
        }
    }
    match wanted {
        None => Ok((None, None)),
        Some(domain) => Err(Error::InvalidArgument {
            field: "Tenant",
            fault: format!(
                "Could not find tenant id for provided tenant domain '{domain}'. Please ensure that the managed service identity found on this machine has proper permissions to the provided tenant domain."
            ),
        }),
    }
}

/// Az's words.
fn not_found(wanted: &str, tenant: Option<&str>, visible: Vec<String>) -> Error {
    let tenant = tenant.unwrap_or_default();
    let text = format!(
        "Subscription {wanted} was not found in tenant {tenant}. Please verify that the subscription exists in this tenant."
    );
    Error::SubscriptionNotFound { text, visible }
}

fn is_tenant(tenant: &Value, wanted: &str) -> bool {
    let wanted = wanted.trim();
    let is = |said: Option<&str>| said.is_some_and(|said| said.eq_ignore_ascii_case(wanted));
    let domains = tenant.get("domains").and_then(Value::as_array);
    is(text(tenant, "tenantId"))
        || is(text(tenant, "defaultDomain"))
        || domains.is_some_and(|domains| domains.iter().any(|domain| is(domain.as_str())))
}

fn is_named(subscription: &Value, name: &str) -> bool {
    text(subscription, "displayName").is_some_and(|said| said.to_lowercase() == name.to_lowercase())
}

/// Whether one can work in it.
fn is_active(subscription: &Value) -> bool {
    let state = text(subscription, "state").unwrap_or_default();
    state.eq_ignore_ascii_case("Enabled") || state.eq_ignore_ascii_case("Warned")
}

fn text<'value>(value: &'value Value, property: &str) -> Option<&'value str> {
    value.get(property)?.as_str()
}
