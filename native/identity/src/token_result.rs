//! A token with where it came from.

use std::sync::Arc;

use crate::token::AccessToken;

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenOrigin {
    /// The service, asked by this call.
    Service,
    /// This process's memory.
    Cache,
    /// The service, asked by another call that was under way.
    Shared,
}

/// A token that was asked for.
#[derive(Clone, Debug)]
pub struct TokenResult {
    /// The token.
    pub token: Arc<AccessToken>,
    /// Where it came from.
    pub origin: TokenOrigin,
}
