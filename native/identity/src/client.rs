//! The one door: a token from the cache at once, or from the service by way of the gate.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::join;
use tollgate_core::Clock;
use tollgate_gate::{Gate, GateState};
use tollgate_http::MetadataClient;

use crate::cache::{CacheEntry, Found};
use crate::diagnosis::{self, Check, Findings};
use crate::environment::Environment;
use crate::error::Error;
use crate::flight::{Joined, Purpose};
use crate::grant::{Grant, Origin};
use crate::journal::Journal;
use crate::key::Key;
use crate::pending::Pending;
use crate::request::{DEFAULT_BUDGET, Identity, TokenRequest};
use crate::resource::Resource;
use crate::sources::DetectedSource;
use crate::state::Core;
use crate::trip::Trip;

/// Runs a future to its end somewhere behind the caller's back.
pub type Spawn = Box<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync>;

/// Tokens for one process. Cheap to share, safe from any thread.
pub struct Client {
    core: Arc<Core>,
    spawn: Spawn,
}

/// A call for a token: answered already, or under way as long as somebody holds it.
pub enum Call {
    /// Answered from memory.
    Ready(Grant),
    /// Under way; [`Pending::landing`] moves it on.
    Pending(Pending),
}

impl Client {
    /// A client for what the environment points to. Nothing is opened, asked or started yet.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an impossible address.
    pub fn new(
        environment: &Environment,
        http: MetadataClient,
        clock: Arc<dyn Clock>,
        spawn: Spawn,
    ) -> Result<Self, Error> {
        let gate = Gate::new(environment.gate_directory(), Arc::clone(&clock));
        Ok(Self { core: Arc::new(Core::new(environment, (gate, Arc::default()), http, clock)?), spawn })
    }

    /// Points the next calls that name no source to the one that a changed environment says, and gives it. Calls that name one
    /// stay with theirs. The gate stays where it was.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an impossible address; nothing is changed then.
    pub fn set_environment(&self, environment: &Environment) -> Result<DetectedSource, Error> {
        self.core.sources.set_environment(environment)
    }

    /// The source that the environment points to.
    pub fn source(&self) -> DetectedSource {
        self.core.sources.current()
    }

    /// The source with this number, where the client has given it.
    pub fn numbered_source(&self, number: u32) -> Option<DetectedSource> {
        self.core.sources.numbered(number)
    }

    /// Asks for a token.
    pub fn token(&self, request: &TokenRequest) -> Call {
        let core = &self.core;
        let source = request.source.clone().unwrap_or_else(|| self.source());
        let key = Key {
            source: source.id(),
            selector: request.selector.clone(),
            resource: request.resource.clone(),
        };
        let find =
            || if request.force_refresh { Found::Nothing } else { core.cache.find(&key, core.clock.now()) };
        if let Found::Fresh { token, refresh_due } = find() {
            if refresh_due {
                self.refresh_behind(&source, &key);
            }
            return Call::Ready(Grant { token, origin: Origin::Cache });
        }
        let cached = || match find() {
            Found::Fresh { token, .. } => Some(token),
            Found::Nothing => None,
        };
        let purpose = if request.force_refresh { Purpose::Forced } else { Purpose::Ordinary };
        // A caller with little time ends its own wait only: others may join who have the usual one.
        let until = core.clock.now() + request.budget.max(DEFAULT_BUDGET);
        let depart = |ticket| Trip::begin(core, &source, &key, ticket);
        let (flight, origin) = match core.flights.join(&key, purpose, until, cached, depart) {
            Joined::Landed(token) => return Call::Ready(Grant { token, origin: Origin::Cache }),
            Joined::Own(flight) => (flight, Origin::Service),
            Joined::Other(flight) => (flight, Origin::Shared),
        };
        Call::Pending(Pending::new(core, key, flight, origin, request))
    }

    fn refresh_behind(&self, source: &DetectedSource, key: &Key) {
        let core = &self.core;
        let until = core.clock.now() + DEFAULT_BUDGET;
        let depart = |ticket| Trip::begin(core, source, key, ticket);
        if let Joined::Own(flight) = core.flights.join(key, Purpose::Background, until, || None, depart) {
            // Its failure is no loss: the token at hand is good for as long again, and a later caller tries once more.
            (self.spawn)(Box::pin(async move { drop(flight.landing.await) }));
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
    ) -> Result<Inquiry, Error> {
        let core = Arc::new(self.core.apart(environment)?);
        let source = core.sources.current();
        let is_elsewhere = request.source.as_ref().is_some_and(|kept| !kept.is_same(&source));
        let request = TokenRequest { force_refresh: true, source: None, ..request.clone() };
        let call = Self { core: Arc::clone(&core), spawn: Box::new(drop) }.token(&request);
        let environment = environment.clone();
        let journal = match &call {
            Call::Ready(_) => Arc::new(Journal::new(Arc::clone(&core.clock))),
            Call::Pending(pending) => Arc::clone(pending.journal()),
        };
        let checks = Box::pin(async move {
            let asked = async {
                match call {
                    Call::Ready(grant) => Ok(grant),
                    Call::Pending(pending) => pending.landing().await,
                }
            };
            let (outcome, more) = join(asked, more).await;
            let findings = Findings {
                environment: &environment,
                source: &**source.source(),
                is_elsewhere,
                selector: &request.selector,
                resource: &request.resource,
                outcome: &outcome.map(|grant| grant.token),
                gate: &core.gate.state().await,
                now: core.clock.unix_now(),
            };
            diagnosis::checks(&findings, more)
        });
        Ok(Inquiry { journal, checks })
    }

    /// The tokens in memory.
    pub fn cache(&self) -> Vec<CacheEntry> {
        self.core.cache.list(self.core.clock.now())
    }

    /// Forgets the tokens of an identity, of one resource or of all; or everything. What is being asked for just now is not kept
    /// either: only who waits for it already gets it. Gives how many were in memory.
    pub fn forget(&self, only: Option<(&Identity, Option<&Resource>)>) -> usize {
        let only = only.map(|(Identity { selector, source }, resource)| {
            (source.as_ref().map_or_else(|| self.source().id(), DetectedSource::id), selector, resource)
        });
        let unwanted = |key: &Key| {
            only.is_none_or(|(source, selector, resource)| {
                key.source == source
                    && key.selector == *selector
                    && resource.is_none_or(|resource| key.resource == *resource)
            })
        };
        // In this order: what lands in between is in memory when that is cleared.
        self.core.flights.give_up(unwanted);
        self.core.cache.forget(unwanted)
    }

    /// What the gate looks like now.
    pub async fn gate(&self) -> GateState {
        self.core.gate.state().await
    }
}

/// A diagnosis under way.
pub struct Inquiry {
    /// What its request has to tell.
    pub journal: Arc<Journal>,
    /// The checks, once all are made.
    pub checks: Pin<Box<dyn Future<Output = Vec<Check>> + Send>>,
}
