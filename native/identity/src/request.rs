//! A token request and its identity.

use std::time::Duration;

use crate::resource::Resource;
use crate::selector::Selector;
use crate::sources::DetectedSource;

/// Default timeout, excluding the time in the gate's queue: 120 s, enough for the longest outage that the service
/// documents (70 s).
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

/// An identity: its selector and its source.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Which of the source's identities.
    pub selector: Selector,
    /// The source it was found at. Default: the one that the environment points to at the time of the request.
    pub source: Option<DetectedSource>,
}

/// A request for a token of an identity for a resource.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The audience.
    pub resource: Resource,
    /// The identity.
    pub selector: Selector,
    /// The source. Default: the one that the environment points to now.
    pub source: Option<DetectedSource>,
    /// Request a new token even if one is cached. The service may still respond from its own cache.
    pub force_refresh: bool,
    /// The timeout.
    pub timeout: Duration,
    /// Whether the time in the gate's queue counts towards the timeout, as it does for a timeout that the caller set.
    pub counts_line: bool,
}

impl TokenRequest {
    /// A request with the default timeout that accepts a cached token, of the source that the environment points to.
    pub const fn new(resource: Resource, selector: Selector) -> Self {
        Self {
            resource,
            selector,
            source: None,
            force_refresh: false,
            timeout: DEFAULT_TIMEOUT,
            counts_line: false,
        }
    }
}

impl Identity {
    /// A request for a token of this identity, as [`TokenRequest::new`] makes one.
    pub fn request(&self, resource: Resource) -> TokenRequest {
        TokenRequest { source: self.source.clone(), ..TokenRequest::new(resource, self.selector.clone()) }
    }
}

impl From<Selector> for Identity {
    fn from(selector: Selector) -> Self {
        Self { selector, source: None }
    }
}
