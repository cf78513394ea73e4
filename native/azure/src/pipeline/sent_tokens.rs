//! The tokens that were sent last: what services repeat of them is told to nobody.

use std::sync::{Arc, Mutex, PoisonError};

use tollgate_identity::AccessToken;

/// How many are remembered: one, and the one before it.
const MAX_TOKENS: usize = 2;

#[derive(Default)]
pub(super) struct SentTokens(Mutex<Vec<Arc<AccessToken>>>);

impl SentTokens {
    /// Notes that this one is sent from now on.
    pub(super) fn remember(&self, token: &Arc<AccessToken>) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sent.iter().any(|known| Arc::ptr_eq(known, token)) {
            sent.insert(0, Arc::clone(token));
            sent.truncate(MAX_TOKENS);
        }
    }

    /// Works with their texts.
    pub(super) fn with<T>(&self, work: impl FnOnce(&[&str]) -> T) -> T {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(&sent.iter().map(|token| token.secret()).collect::<Vec<_>>())
    }
}
