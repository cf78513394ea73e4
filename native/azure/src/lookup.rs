//! Tenants and subscriptions: those to work in for a sign-in, and lists of those that can be seen.

mod directory;
mod request;
mod sign_in;
mod subscription;
mod tenant;

use std::sync::Arc;

use serde_json::{Value, json};
use tollgate_identity::ProgressLog;

use crate::courier::Effort;
use crate::error::Error;
use crate::state::Core;
use directory::{Directory, SUBSCRIPTIONS, TENANTS, names};
pub use request::{LookupKind, LookupRequest};
use subscription::{Wanted, is_named, not_found};
use tenant::{is_tenant, tenant};

/// Looks it up.
pub(crate) async fn answer(
    core: Arc<Core>,
    journal: Arc<ProgressLog>,
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
