//! What can be looked up.

use std::time::Duration;

use tollgate_identity::Identity;

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
    pub max_subscriptions: u32,
    /// The time there is in all; nothing for no end.
    pub timeout: Option<Duration>,
}
