//! A call that waits for the service. The request may be shared; the timeout and the fallback to a stale token are
//! each caller's own.

use std::sync::Arc;
use std::time::Duration;

use crate::cache_key::CacheKey;
use crate::client_state::ClientState;
use crate::error::Error;
use crate::fetch::single_flight::{InFlight, Purpose};
use crate::fetch::timeout::with_timeout;
use crate::progress_log::{Level, ProgressLog};
use crate::request::TokenRequest;
use crate::token_result::{TokenOrigin, TokenResult};

/// A pending token call.
pub struct PendingToken {
    state: Arc<ClientState>,
    key: CacheKey,
    fetch: InFlight,
    origin: TokenOrigin,
    timeout: Duration,
    counts_queue: bool,
    force_refresh: bool,
    progress: Arc<ProgressLog>,
}

impl PendingToken {
    pub(crate) fn new(
        state: &Arc<ClientState>,
        key: CacheKey,
        fetch: InFlight,
        origin: TokenOrigin,
        request: &TokenRequest,
    ) -> Self {
        // Events about this caller's own wait are for this caller only.
        let progress = Arc::new(ProgressLog::new(Arc::clone(&state.clock)));
        let found = if origin == TokenOrigin::Shared {
            "one that is under way is waited for"
        } else {
            "the service is asked"
        };
        let (selector, resource) = (&key.selector, &key.resource);
        let why =
            if request.force_refresh { "a new one was wished for" } else { "none is in memory that lasts" };
        progress.log(Level::Debug, format!("token of {selector} for {resource}: {why}, {found}"));
        progress.attach(Arc::clone(&fetch.progress));
        if request.counts_line {
            fetch.progress.allow_unresponsive(request.timeout);
        }
        Self {
            state: Arc::clone(state),
            key,
            fetch,
            origin,
            timeout: request.timeout,
            counts_queue: request.counts_line,
            force_refresh: request.force_refresh,
            progress,
        }
    }

    /// Progress and events of the call.
    pub const fn progress(&self) -> &Arc<ProgressLog> {
        &self.progress
    }

    /// Waits for the token.
    ///
    /// # Errors
    /// Why there is no token.
    pub async fn wait(self) -> Result<TokenResult, Error> {
        let Self { state, key, fetch, origin, timeout, counts_queue, force_refresh, progress } = self;
        let error = match with_timeout(timeout, counts_queue, &fetch.progress, fetch.result).await {
            Some(Ok(token)) => return Ok(TokenResult { token, origin }),
            Some(Err(error)) => error,
            None => {
                let (attempts, last) = (progress.progress().attempt, progress.last_error());
                Error::TimedOut { budget: timeout, attempts, sends: fetch.progress.sends(), last }
            }
        };
        // Stale-if-error: on a transient error the cached token is returned while it is still valid, but not for
        // `force_refresh`. A caller that joined a background refresh gets it on any error of that.
        let allow_stale = !force_refresh && (error.is_transient() || fetch.purpose == Purpose::Background);
        let stale = || state.cache.get_stale(&key, state.clock.now());
        let Some(token) = allow_stale.then(stale).flatten() else { return Err(error) };
        progress
            .log(Level::Warning, format!("no new token could be had, the one at hand ends soon: {error}"));
        Ok(TokenResult { token, origin: TokenOrigin::Cache })
    }
}
