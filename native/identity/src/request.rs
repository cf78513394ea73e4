//! One wish for a token, and whose it is.

use std::time::Duration;

use crate::resource::Resource;
use crate::selector::Selector;
use crate::sources::DetectedSource;

/// The time a request has when none is named, the wait in line apart: enough for the longest outage the service
/// announces (70 s).
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

/// An identity: the name it is asked for by, and the source that has it.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Which of the source's identities.
    pub selector: Selector,
    /// The source it was found at. Default: the one that the environment points to when it is asked.
    pub source: Option<DetectedSource>,
}

/// A token for a resource, of an identity.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// What the token is for.
    pub resource: Resource,
    /// Whose token it is.
    pub selector: Selector,
    /// Who is asked for it. Default: the source that the environment points to now.
    pub source: Option<DetectedSource>,
    /// Ask the service even when the cache has one. The service may still answer from its own cache.
    pub force_refresh: bool,
    /// The time there is in all.
    pub timeout: Duration,
    /// Whether the wait in the machine's line counts too, as it does for a time that the caller named. Otherwise the
    /// time stands still there.
    pub counts_line: bool,
}

impl TokenRequest {
    /// A request with the usual time, content with a cached token, of whatever source the environment points to.
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
