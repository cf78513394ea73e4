//! What a caller asks for, as it comes from C.

use std::time::Duration;

use tollgate_identity::{Identity, Resource, Selector, SelectorInput, TokenClient, TokenRequest};

use crate::report::Report;
use crate::text::tollgate_text;

/// A wish for a token. At most one of the four selectors may be given; without one it is the system-assigned identity,
/// or the machine's only user-assigned one.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_token_request {
    /// What the token is for, such as `https://vault.azure.net`. One trailing `/.default` is dropped.
    pub resource: tollgate_text,
    /// Az's account id: a client id, a resource id, or `MSI@50342` for the system-assigned identity.
    pub account_id: tollgate_text,
    /// A client id.
    pub client_id: tollgate_text,
    /// An object (principal) id.
    pub object_id: tollgate_text,
    /// The resource id of a user-assigned identity.
    pub resource_id: tollgate_text,
    /// 1: ask the service even when the cache has a token.
    pub force_refresh: u32,
    /// The time there is in all, in milliseconds, the wait at the gate included; 0 is the default of 120 s, which does
    /// not run while the request waits at the gate.
    pub timeout_ms: u32,
    /// The source that has the identity, by the number that tollgate_client_set_environment gave; 0 for the one that the
    /// environment points to now.
    pub source: u32,
    /// Always 0.
    pub reserved: u32,
}

impl tollgate_token_request {
    /// # Safety
    /// The texts are NULL or valid during the call.
    pub(crate) unsafe fn read(&self, client: &TokenClient) -> Result<TokenRequest, Report> {
        // SAFETY: the caller's promise.
        let (resource, identity) = unsafe { (self.read_resource()?, self.read_identity(client)?) };
        let resource = match resource {
            Some(resource) => resource,
            None => Resource::parse("")?,
        };
        let mut request = identity.request(resource);
        request.force_refresh = self.force_refresh != 0;
        if let Some(budget) = self.budget() {
            (request.timeout, request.counts_line) = (budget, true);
        }
        Ok(request)
    }

    /// The time there is in all, where the caller named one.
    pub(crate) fn budget(&self) -> Option<Duration> {
        (self.timeout_ms != 0).then(|| Duration::from_millis(self.timeout_ms.into()))
    }

    /// # Safety
    /// The text is NULL or valid during the call.
    pub(crate) unsafe fn read_resource(&self) -> Result<Option<Resource>, Report> {
        // SAFETY: the caller's promise.
        match unsafe { self.resource.read("ResourceUrl") }? {
            Some(text) => Ok(Some(Resource::parse(&text)?)),
            None => Ok(None),
        }
    }

    /// Who is meant: the identity, at the source of this client that the number stands for.
    ///
    /// # Safety
    /// The texts are NULL or valid during the call.
    pub(crate) unsafe fn read_identity(&self, client: &TokenClient) -> Result<Identity, Report> {
        // SAFETY: the caller's promise.
        let selector = unsafe { self.read_selector() }?;
        let source = match self.source {
            0 => client.source(),
            number => client
                .numbered_source(number)
                .ok_or_else(|| Report::argument("source", "is no source that this client has found"))?,
        };
        Ok(Identity { selector, source: Some(source) })
    }

    /// # Safety
    /// The texts are NULL or valid during the call.
    unsafe fn read_selector(&self) -> Result<Selector, Report> {
        // SAFETY: the caller's promise.
        let (account_id, client_id, object_id, resource_id) = unsafe {
            (
                self.account_id.read("AccountId")?,
                self.client_id.read("ClientId")?,
                self.object_id.read("ObjectId")?,
                self.resource_id.read("ResourceId")?,
            )
        };
        Ok(Selector::parse(SelectorInput {
            account_id: account_id.as_deref(),
            client_id: client_id.as_deref(),
            object_id: object_id.as_deref(),
            resource_id: resource_id.as_deref(),
        })?)
    }
}
