//! A token with its origin.

use std::sync::Arc;

use crate::token::AccessToken;

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenOrigin {
    /// A request of this call to the service.
    Service,
    /// The cache of this process.
    Cache,
    /// A request of another call that was in flight.
    Shared,
}

/// A token with its origin.
#[derive(Clone, Debug)]
pub struct TokenResult {
    /// The token.
    pub token: Arc<AccessToken>,
    /// Where it came from.
    pub origin: TokenOrigin,
}
