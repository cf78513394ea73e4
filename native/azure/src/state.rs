//! The state that all requests of a process share.

use std::sync::{Arc, Mutex, PoisonError};

use tollgate_core::Clock;
use tollgate_http::CloudClient;
use tollgate_identity::TokenClient;

use crate::pipeline::rate_limit_headers::RateLimitTracker;

/// What every request needs.
pub(crate) struct AzureState {
    pub(crate) client: Arc<TokenClient>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rate_limits: RateLimitTracker,
    pub(crate) cloud: Mutex<Arc<CloudClient>>,
}

impl AzureState {
    /// The HTTP client for the environment as it is now.
    pub(crate) fn cloud(&self) -> Arc<CloudClient> {
        Arc::clone(&self.cloud.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
