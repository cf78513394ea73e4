//! Looks up tenants and subscriptions: those to work in for a sign-in, or all that are visible.

mod find_subscription;
mod request;
mod subscription;
mod subscription_client;
mod tenant;

use std::sync::Arc;

use serde_json::{Value, json};
use tollgate_identity::ProgressLog;

use crate::error::Error;
use crate::pipeline::Effort;
use crate::state::AzureState;
pub use request::{LookupKind, LookupRequest};
use subscription::{SubscriptionRef, is_named, not_found};
use subscription_client::{SUBSCRIPTIONS, SubscriptionClient, TENANTS, names};
use tenant::{find_tenant, is_tenant};

/// Runs a lookup.
pub(crate) async fn run(
    state: Arc<AzureState>,
    progress: Arc<ProgressLog>,
    request: LookupRequest,
) -> Result<Value, Error> {
    match request.kind {
        LookupKind::SignIn => find_subscription::find_subscription(state, progress, &request).await,
        LookupKind::Tenants => {
            let client = SubscriptionClient::open(state, progress, &request, Effort::Required)?;
            let mut tenants = client.all(TENANTS).await?;
            if let Some(wanted) = &request.tenant {
                tenants.retain(|tenant| is_tenant(tenant, wanted));
            }
            Ok(json!({ "tenants": tenants }))
        }
        LookupKind::Subscriptions => {
            let client = SubscriptionClient::open(state, progress, &request, Effort::Required)?;
            let (tenant_id, _) = find_tenant(&client, request.tenant.as_deref()).await?;
            let subscriptions = match request.subscription.as_deref().map(SubscriptionRef::parse) {
                None => client.all(SUBSCRIPTIONS).await?,
                Some(SubscriptionRef::Name(name)) => {
                    let all = client.all(SUBSCRIPTIONS).await?;
                    let visible = names(all.iter());
                    let found: Vec<_> = all.into_iter().filter(|one| is_named(one, name)).collect();
                    if found.is_empty() {
                        return Err(not_found(name, tenant_id.as_deref(), visible));
                    }
                    found
                }
                Some(SubscriptionRef::Id(id)) => match client.subscription(&id).await? {
                    Some(subscription) => vec![subscription],
                    None => {
                        return Err(not_found(&id, tenant_id.as_deref(), client.visible_names().await));
                    }
                },
            };
            Ok(json!({ "tenantId": tenant_id, "subscriptions": subscriptions }))
        }
    }
}
