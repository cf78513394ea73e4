//! The input of a lookup.

use std::time::Duration;

use tollgate_identity::Identity;

/// What to look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKind {
    /// The tenant and the subscription to work in.
    SignIn,
    /// The tenants visible to the identity.
    Tenants,
    /// The subscriptions visible to the identity.
    Subscriptions,
}

/// A lookup.
#[derive(Clone, Debug)]
pub struct LookupRequest {
    /// What to look up.
    pub kind: LookupKind,
    /// The identity whose token is sent.
    pub identity: Identity,
    /// The account's name in messages.
    pub account: String,
    /// The URL of Azure Resource Manager.
    pub arm_url: String,
    /// The audience of its tokens.
    pub arm_audience: String,
    /// The requested tenant, by id or domain.
    pub tenant: Option<String>,
    /// The requested subscription, by id or name.
    pub subscription: Option<String>,
    /// How many of the visible subscriptions to return; 0 for none, the largest number for all.
    pub max_subscriptions: u32,
    /// The timeout of the whole lookup; `None` for no limit.
    pub timeout: Option<Duration>,
}
