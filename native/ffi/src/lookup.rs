//! A question about tenants and subscriptions as it comes from C.

use tollgate_azure::{LookupKind, LookupRequest};
use tollgate_identity::TokenClient;

use crate::client::{start, tollgate_client};
use crate::error::tollgate_error;
use crate::operation::{Outcome, tollgate_operation};
use crate::report::Report;
use crate::request::tollgate_token_request;
use crate::status::tollgate_status;
use crate::text::tollgate_text;

/// What is to be found out.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_lookup_kind {
    /// The tenant and the subscription to work in: `{"tenantId", "tenant", "subscription", "subscriptions", "unreachable"}`;
    /// `unreachable` is the reason why nobody could be asked, or null.
    TOLLGATE_LOOKUP_SIGN_IN = 0,
    /// The tenants: `{"tenants"}`.
    TOLLGATE_LOOKUP_TENANTS = 1,
    /// The subscriptions: `{"tenantId", "subscriptions"}`.
    TOLLGATE_LOOKUP_SUBSCRIPTIONS = 2,
}

/// A question about tenants and subscriptions.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_lookup_request {
    /// Who asks. Its resource is the audience of Azure Resource Manager; its time is for the whole question, 0 means no end.
    pub token: tollgate_token_request,
    /// What messages call the account.
    pub account: tollgate_text,
    /// The address of Azure Resource Manager.
    pub arm_url: tollgate_text,
    /// The tenant asked for, as an id or a domain; absent for the identity's own.
    pub tenant: tollgate_text,
    /// The subscription asked for, as an id or a name; absent for any.
    pub subscription: tollgate_text,
    /// What is to be found out: a tollgate_lookup_kind.
    pub kind: u32,
    /// How many of the visible subscriptions are wanted besides; the largest number for all.
    pub population: u32,
}

impl tollgate_lookup_request {
    /// # Safety
    /// The texts are valid during the call.
    unsafe fn read(&self, client: &TokenClient) -> Result<LookupRequest, Report> {
        // SAFETY: the caller's promise.
        unsafe {
            Ok(LookupRequest {
                kind: kind(self.kind)?,
                identity: self.token.read_identity(client)?,
                account: self.account.read("account")?.unwrap_or_default(),
                arm_url: self.arm_url.read("ResourceManagerUrl")?.unwrap_or_default(),
                arm_audience: self.token.resource.read("resource")?.unwrap_or_default(),
                tenant: self.tenant.read("Tenant")?,
                subscription: self.subscription.read("Subscription")?,
                max_subscriptions: self.population,
                timeout: self.token.budget(),
            })
        }
    }
}

/// What comes from C may be any number, so it comes as one.
fn kind(number: u32) -> Result<LookupKind, Report> {
    const KINDS: [(tollgate_lookup_kind, LookupKind); 3] = [
        (tollgate_lookup_kind::TOLLGATE_LOOKUP_SIGN_IN, LookupKind::SignIn),
        (tollgate_lookup_kind::TOLLGATE_LOOKUP_TENANTS, LookupKind::Tenants),
        (tollgate_lookup_kind::TOLLGATE_LOOKUP_SUBSCRIPTIONS, LookupKind::Subscriptions),
    ];
    let found = KINDS.into_iter().find(|(kind, _)| *kind as u32 == number);
    found.map(|(_, kind)| kind).ok_or_else(|| Report::argument("kind", "is no tollgate_lookup_kind"))
}

/// Asks Azure about tenants and subscriptions. The operation ends with a document.
///
/// # Safety
/// `client` is NULL or a client that was not freed; `request` is NULL or valid with its texts during the call;
/// `operation` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_start_lookup(
    client: *const tollgate_client,
    request: *const tollgate_lookup_request,
    operation: *mut *mut tollgate_operation,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        start(client, request, operation, error, |handle, request| {
            tollgate_operation::undertaking(
                handle.azure.lookup(request.read(&handle.client)?),
                Outcome::Document,
                &handle.runtime,
            )
        })
    }
}
