//! The tokens that were sent last, to be redacted from what services repeat of them.

use std::sync::{Arc, Mutex, PoisonError};

use tollgate_identity::AccessToken;

/// How many are remembered: the current one, and the one before it.
const MAX_TOKENS: usize = 2;

#[derive(Default)]
pub(super) struct SentTokens(Mutex<Vec<Arc<AccessToken>>>);

impl SentTokens {
    /// Records that this token is sent from now on.
    pub(super) fn remember(&self, token: &Arc<AccessToken>) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sent.iter().any(|known| Arc::ptr_eq(known, token)) {
            sent.insert(0, Arc::clone(token));
            sent.truncate(MAX_TOKENS);
        }
    }

    /// Calls `work` with their secrets.
    pub(super) fn with<T>(&self, work: impl FnOnce(&[&str]) -> T) -> T {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(&sent.iter().map(|token| token.secret()).collect::<Vec<_>>())
    }
}
