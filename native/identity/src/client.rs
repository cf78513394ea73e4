//! The entry point: returns a token from the cache at once, or from the service through the gate.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::join;
use tollgate_core::Clock;
use tollgate_gate::{Gate, GateState};
use tollgate_http::MetadataClient;

use crate::cache::{CacheLookup, TokenCacheEntry};
use crate::cache_key::CacheKey;
use crate::client_state::ClientState;
use crate::diagnosis::{self, Check, DiagnosisInput};
use crate::environment::Environment;
use crate::error::Error;
use crate::fetch::TokenFetch;
use crate::fetch::single_flight::{Joined, Purpose};
use crate::pending_token::PendingToken;
use crate::progress_log::ProgressLog;
use crate::request::{DEFAULT_TIMEOUT, Identity, TokenRequest};
use crate::resource::Resource;
use crate::sources::DetectedSource;
use crate::token_result::{TokenOrigin, TokenResult};

/// Runs a future to completion in the background.
pub type SpawnFn = Box<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync>;

/// Token client of one process. Cheap to share, thread-safe.
pub struct TokenClient {
    state: Arc<ClientState>,
    spawn: SpawnFn,
}

/// A token call: complete, or pending as long as it is held.
pub enum TokenCall {
    /// Served from the cache.
    Ready(TokenResult),
    /// Pending; [`PendingToken::wait`] drives it.
    Pending(PendingToken),
}

impl TokenClient {
    /// A client for the source that the environment points to. Nothing is opened, sent or started yet.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an invalid address.
    pub fn new(
        environment: &Environment,
        http: MetadataClient,
        clock: Arc<dyn Clock>,
        spawn: SpawnFn,
    ) -> Result<Self, Error> {
        let gate = Gate::new(environment.gate_directory(), Arc::clone(&clock));
        Ok(Self {
            state: Arc::new(ClientState::new(environment, (gate, Arc::default()), http, clock)?),
            spawn,
        })
    }

    /// Makes the source of a changed environment the default for later calls, and returns it. Calls that name a source
    /// keep theirs. The gate's directory does not change.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an invalid address; nothing is changed then.
    pub fn set_environment(&self, environment: &Environment) -> Result<DetectedSource, Error> {
        self.state.sources.set_environment(environment)
    }

    /// The source that the environment points to.
    pub fn source(&self) -> DetectedSource {
        self.state.sources.current()
    }

    /// The source with this number, if this client has detected it.
    pub fn numbered_source(&self, number: u32) -> Option<DetectedSource> {
        self.state.sources.numbered(number)
    }

    /// Returns a cached token, or starts or joins a request for one.
    pub fn get_token(&self, request: &TokenRequest) -> TokenCall {
        let state = &self.state;
        let source = request.source.clone().unwrap_or_else(|| self.source());
        let key = CacheKey {
            source: source.id(),
            selector: request.selector.clone(),
            resource: request.resource.clone(),
        };
        let lookup = || {
            if request.force_refresh { CacheLookup::Miss } else { state.cache.get(&key, state.clock.now()) }
        };
        if let CacheLookup::Hit { token, refresh_due } = lookup() {
            if refresh_due {
                self.refresh_in_background(&source, &key);
            }
            return TokenCall::Ready(TokenResult { token, origin: TokenOrigin::Cache });
        }
        let cached = || match lookup() {
            CacheLookup::Hit { token, .. } => Some(token),
            CacheLookup::Miss => None,
        };
        let purpose = if request.force_refresh { Purpose::Forced } else { Purpose::Ordinary };
        // A caller's short timeout ends its own wait only: callers with the default one may join the request.
        let until = state.clock.now() + request.timeout.max(DEFAULT_TIMEOUT);
        let start = |ticket| TokenFetch::start(state, &source, &key, ticket);
        let (fetch, origin) = match state.in_flight.join(&key, purpose, until, cached, start) {
            Joined::Cached(token) => {
                return TokenCall::Ready(TokenResult { token, origin: TokenOrigin::Cache });
            }
            Joined::Leader(fetch) => (fetch, TokenOrigin::Service),
            Joined::Follower(fetch) => (fetch, TokenOrigin::Shared),
        };
        TokenCall::Pending(PendingToken::new(state, key, fetch, origin, request))
    }

    fn refresh_in_background(&self, source: &DetectedSource, key: &CacheKey) {
        let state = &self.state;
        let until = state.clock.now() + DEFAULT_TIMEOUT;
        let start = |ticket| TokenFetch::start(state, source, key, ticket);
        if let Joined::Leader(fetch) = state.in_flight.join(key, Purpose::Background, until, || None, start) {
            // A failure does no harm: the cached token is still fresh, and a later caller tries again.
            (self.spawn)(Box::pin(async move { drop(fetch.result.await) }));
        }
    }

    /// Requests a token from the source of `environment` and checks everything that may prevent it. This client's cache
    /// is neither used nor changed. A source that the request names is not used: it is compared with the detected one.
    /// `more` checks run at the same time; they are listed between those of the request and those of its environment.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an invalid address.
    pub fn diagnose(
        &self,
        environment: &Environment,
        request: &TokenRequest,
        more: impl Future<Output = Vec<Check>> + Send + 'static,
    ) -> Result<PendingDiagnosis, Error> {
        let state = Arc::new(self.state.for_diagnosis(environment)?);
        let source = state.sources.current();
        let is_changed = request.source.as_ref().is_some_and(|kept| !kept.is_same(&source));
        let request = TokenRequest { force_refresh: true, source: None, ..request.clone() };
        let call = Self { state: Arc::clone(&state), spawn: Box::new(drop) }.get_token(&request);
        let environment = environment.clone();
        let progress = match &call {
            TokenCall::Ready(_) => Arc::new(ProgressLog::new(Arc::clone(&state.clock))),
            TokenCall::Pending(pending) => Arc::clone(pending.progress()),
        };
        let checks = Box::pin(async move {
            let requested = async {
                match call {
                    TokenCall::Ready(result) => Ok(result),
                    TokenCall::Pending(pending) => pending.wait().await,
                }
            };
            let (result, more) = join(requested, more).await;
            let input = DiagnosisInput {
                environment: &environment,
                source: &**source.source(),
                is_changed,
                selector: &request.selector,
                resource: &request.resource,
                result: &result.map(|result| result.token),
                gate: &state.gate.state().await,
                now: state.clock.unix_now(),
            };
            diagnosis::checks(&input, more)
        });
        Ok(PendingDiagnosis { progress, checks })
    }

    /// The cached tokens.
    pub fn list_tokens(&self) -> Vec<TokenCacheEntry> {
        self.state.cache.list(self.state.clock.now())
    }

    /// Removes the cached tokens of an identity, for one resource or for all; or all tokens. Results of requests in
    /// flight are not cached either: only their current callers get them. Returns how many tokens were in the cache.
    pub fn remove_tokens(&self, only: Option<(&Identity, Option<&Resource>)>) -> usize {
        let only = only.map(|(Identity { selector, source }, resource)| {
            (source.as_ref().map_or_else(|| self.source().id(), DetectedSource::id), selector, resource)
        });
        let unwanted = |key: &CacheKey| {
            only.is_none_or(|(source, selector, resource)| {
                key.source == source
                    && key.selector == *selector
                    && resource.is_none_or(|resource| key.resource == *resource)
            })
        };
        // In this order: a request that finishes in between is in the cache when that is cleared.
        self.state.in_flight.abandon(unwanted);
        self.state.cache.remove_where(unwanted)
    }

    /// The gate's current state.
    pub async fn gate_state(&self) -> GateState {
        self.state.gate.state().await
    }
}

/// A running diagnosis.
pub struct PendingDiagnosis {
    /// Progress and events of its token request.
    pub progress: Arc<ProgressLog>,
    /// Completes with the checks once all are done.
    pub checks: Pin<Box<dyn Future<Output = Vec<Check>> + Send>>,
}
