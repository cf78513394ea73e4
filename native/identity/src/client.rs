//! The one door: a token from the cache at once, or from the service by way of the gate.

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

/// Runs a future to its end somewhere behind the caller's back.
pub type SpawnFn = Box<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync>;

/// Tokens for one process. Cheap to share, safe from any thread.
pub struct TokenClient {
    state: Arc<ClientState>,
    spawn: SpawnFn,
}

/// A call for a token: answered already, or under way as long as somebody holds it.
pub enum TokenCall {
    /// Answered from memory.
    Ready(TokenResult),
    /// Under way; [`PendingToken::wait`] moves it on.
    Pending(PendingToken),
}

impl TokenClient {
    /// A client for what the environment points to. Nothing is opened, asked or started yet.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an impossible address.
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

    /// Points the next calls that name no source to the one that a changed environment says, and gives it. Calls that name one
    /// stay with theirs. The gate stays where it was.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an impossible address; nothing is changed then.
    pub fn set_environment(&self, environment: &Environment) -> Result<DetectedSource, Error> {
        self.state.sources.set_environment(environment)
    }

    /// The source that the environment points to.
    pub fn source(&self) -> DetectedSource {
        self.state.sources.current()
    }

    /// The source with this number, where the client has given it.
    pub fn numbered_source(&self, number: u32) -> Option<DetectedSource> {
        self.state.sources.numbered(number)
    }

    /// Asks for a token.
    pub fn get_token(&self, request: &TokenRequest) -> TokenCall {
        let core = &self.state;
        let source = request.source.clone().unwrap_or_else(|| self.source());
        let key = CacheKey {
            source: source.id(),
            selector: request.selector.clone(),
            resource: request.resource.clone(),
        };
        let find =
            || if request.force_refresh { CacheLookup::Miss } else { core.cache.get(&key, core.clock.now()) };
        if let CacheLookup::Hit { token, refresh_due } = find() {
            if refresh_due {
                self.refresh_in_background(&source, &key);
            }
            return TokenCall::Ready(TokenResult { token, origin: TokenOrigin::Cache });
        }
        let cached = || match find() {
            CacheLookup::Hit { token, .. } => Some(token),
            CacheLookup::Miss => None,
        };
        let purpose = if request.force_refresh { Purpose::Forced } else { Purpose::Ordinary };
        // A caller with little time ends its own wait only: others may join who have the usual one.
        let until = core.clock.now() + request.timeout.max(DEFAULT_TIMEOUT);
        let depart = |ticket| TokenFetch::start(core, &source, &key, ticket);
        let (flight, origin) = match core.in_flight.join(&key, purpose, until, cached, depart) {
            Joined::Cached(token) => {
                return TokenCall::Ready(TokenResult { token, origin: TokenOrigin::Cache });
            }
            Joined::Leader(flight) => (flight, TokenOrigin::Service),
            Joined::Follower(flight) => (flight, TokenOrigin::Shared),
        };
        TokenCall::Pending(PendingToken::new(core, key, flight, origin, request))
    }

    fn refresh_in_background(&self, source: &DetectedSource, key: &CacheKey) {
        let core = &self.state;
        let until = core.clock.now() + DEFAULT_TIMEOUT;
        let depart = |ticket| TokenFetch::start(core, source, key, ticket);
        if let Joined::Leader(flight) = core.in_flight.join(key, Purpose::Background, until, || None, depart)
        {
            // Its failure is no loss: the token at hand is good for as long again, and a later caller tries once more.
            (self.spawn)(Box::pin(async move { drop(flight.result.await) }));
        }
    }

    /// Asks for a token where this environment points to, and looks at everything that may be in the way. What this client has in
    /// memory is neither used nor changed. The source that a request names is not asked: it is compared with the one that is.
    /// `more` checks are made at the same time; they stand between those of the request and those of what lies around it.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an impossible address.
    pub fn diagnose(
        &self,
        environment: &Environment,
        request: &TokenRequest,
        more: impl Future<Output = Vec<Check>> + Send + 'static,
    ) -> Result<PendingDiagnosis, Error> {
        let core = Arc::new(self.state.for_diagnosis(environment)?);
        let source = core.sources.current();
        let is_elsewhere = request.source.as_ref().is_some_and(|kept| !kept.is_same(&source));
        let request = TokenRequest { force_refresh: true, source: None, ..request.clone() };
        let call = Self { state: Arc::clone(&core), spawn: Box::new(drop) }.get_token(&request);
        let environment = environment.clone();
        let journal = match &call {
            TokenCall::Ready(_) => Arc::new(ProgressLog::new(Arc::clone(&core.clock))),
            TokenCall::Pending(pending) => Arc::clone(pending.progress()),
        };
        let checks = Box::pin(async move {
            let asked = async {
                match call {
                    TokenCall::Ready(grant) => Ok(grant),
                    TokenCall::Pending(pending) => pending.wait().await,
                }
            };
            let (outcome, more) = join(asked, more).await;
            let findings = DiagnosisInput {
                environment: &environment,
                source: &**source.source(),
                is_changed: is_elsewhere,
                selector: &request.selector,
                resource: &request.resource,
                result: &outcome.map(|grant| grant.token),
                gate: &core.gate.state().await,
                now: core.clock.unix_now(),
            };
            diagnosis::checks(&findings, more)
        });
        Ok(PendingDiagnosis { progress: journal, checks })
    }

    /// The tokens in memory.
    pub fn list_tokens(&self) -> Vec<TokenCacheEntry> {
        self.state.cache.list(self.state.clock.now())
    }

    /// Forgets the tokens of an identity, of one resource or of all; or everything. What is being asked for just now is not kept
    /// either: only who waits for it already gets it. Gives how many were in memory.
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
        // In this order: what lands in between is in memory when that is cleared.
        self.state.in_flight.abandon(unwanted);
        self.state.cache.remove_where(unwanted)
    }

    /// What the gate looks like now.
    pub async fn gate_state(&self) -> GateState {
        self.state.gate.state().await
    }
}

/// A diagnosis under way.
pub struct PendingDiagnosis {
    /// What its request has to tell.
    pub progress: Arc<ProgressLog>,
    /// The checks, once all are made.
    pub checks: Pin<Box<dyn Future<Output = Vec<Check>> + Send>>,
}
