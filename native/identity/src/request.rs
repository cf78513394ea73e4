//! One wish for a token.

use std::time::Duration;

use crate::resource::Resource;
use crate::selector::Selector;

/// The time a request has in all when none is named: enough for the longest outage the service announces (70 s) after
/// a long wait in line.
pub(crate) const DEFAULT_BUDGET: Duration = Duration::from_secs(120);

/// A token for a resource, of an identity.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// What the token is for.
    pub resource: Resource,
    /// Whose token it is.
    pub selector: Selector,
    /// Ask the service even when the cache has one. The service may still answer from its own cache.
    pub force_refresh: bool,
    /// The time there is in all, the wait at the gate included.
    pub budget: Duration,
}

impl TokenRequest {
    /// A request with the usual time, content with a cached token.
    pub const fn new(resource: Resource, selector: Selector) -> Self {
        Self { resource, selector, force_refresh: false, budget: DEFAULT_BUDGET }
    }
}
