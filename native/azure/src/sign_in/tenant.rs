//! Finds the tenant to work in.

use serde_json::Value;
use tollgate_identity::Level;
use uuid::Uuid;

use crate::error::Error;
use crate::sign_in::subscription::text;
use crate::sign_in::subscription_client::{SubscriptionClient, TENANTS};

/// The tenant to work in: the token's own, whichever id was requested; else the requested one, else the first that ARM
/// lists. The second value is ARM's description, only where ARM had to be queried.
pub(super) async fn find_tenant(
    client: &SubscriptionClient,
    wanted: Option<&str>,
) -> Result<(Option<String>, Option<Value>), Error> {
    let token = client.pipeline.token(false).await?;
    let wanted = wanted.map(str::trim);
    let id = wanted.and_then(|wanted| Uuid::try_parse(wanted).ok()).map(|id| id.to_string());
    match (id, token.tenant_id()) {
        (Some(id), Some(own)) => {
            if !own.eq_ignore_ascii_case(&id) {
                let text = format!(
                    "a managed identity belongs to one tenant: this one's tokens are from {own}, and not from {id}, which was asked for"
                );
                client.pipeline.progress.log(Level::Warning, text);
            }
            return Ok((Some(own.to_owned()), None));
        }
        (Some(id), None) => return Ok((Some(id), None)),
        (None, Some(own)) if wanted.is_none() => return Ok((Some(own.to_owned()), None)),
        (None, _) => {}
    }
    let mut pages = client.list(TENANTS);
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

/// Whether this is the wanted tenant, by its id or a domain.
pub(super) fn is_tenant(tenant: &Value, wanted: &str) -> bool {
    let wanted = wanted.trim();
    let is = |value: Option<&str>| value.is_some_and(|value| value.eq_ignore_ascii_case(wanted));
    let domains = tenant.get("domains").and_then(Value::as_array);
    is(text(tenant, "tenantId"))
        || is(text(tenant, "defaultDomain"))
        || domains.is_some_and(|domains| domains.iter().any(|domain| is(domain.as_str())))
}
