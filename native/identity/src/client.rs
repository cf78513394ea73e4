//! The one door: a token from the cache at once, or from the service by way of the gate.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tollgate_gate::{Clock, Gate, GateState, Obstacle};
use tollgate_http::MetadataClient;

use crate::cache::{Cache, CacheEntry, Found, Key};
use crate::detection::detect;
use crate::diagnosis::{self, Check, Findings};
use crate::environment::Environment;
use crate::error::Error;
use crate::flight::{Boxed, Flight, Flights, Joined, Landing};
use crate::journal::{Journal, Level};
use crate::request::{DEFAULT_BUDGET, TokenRequest};
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::Source;
use crate::token::AccessToken;
use crate::trip::Trip;
use crate::window::Window;

/// Runs a future to its end somewhere behind the caller's back.
pub type Spawn = Box<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync>;

/// Tokens for one process. Cheap to share, safe from any thread.
pub struct Client {
    core: Arc<Core>,
    spawn: Spawn,
}

/// What every request needs.
pub(crate) struct Core {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) gate: Gate,
    pub(crate) window: Window,
    pub(crate) http: MetadataClient,
    surroundings: Mutex<Arc<Surroundings>>,
    pub(crate) cache: Cache,
    pub(crate) flights: Flights,
    pub(crate) warned: Mutex<Option<Obstacle>>,
}

/// What the environment says, and the source that it points to.
struct Surroundings {
    environment: Environment,
    source: Arc<dyn Source>,
}

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The service, asked by this call.
    Service,
    /// This process's memory.
    Cache,
    /// The service, asked by another call that was under way.
    Shared,
}

/// A token that was asked for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The token.
    pub token: Arc<AccessToken>,
    /// Where it came from.
    pub origin: Origin,
}

/// A call for a token: answered already, or under way as long as somebody holds it.
pub enum Call {
    /// Answered from memory.
    Ready(Grant),
    /// Under way; [`Pending::landing`] moves it on.
    Pending(Pending),
}

/// A call that waits for the service.
pub struct Pending {
    core: Arc<Core>,
    key: Key,
    flight: Flight,
    origin: Origin,
    budget: Duration,
    any_will_do: bool,
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
        let core = Core {
            gate: Gate::new(environment.gate_directory(), Arc::clone(&clock)),
            window: Window::default(),
            http,
            surroundings: Mutex::new(Surroundings::new(environment)?),
            cache: Cache::default(),
            flights: Flights::default(),
            warned: Mutex::default(),
            clock,
        };
        Ok(Self { core: Arc::new(core), spawn })
    }

    /// Points the next calls to what a changed environment says. Cached tokens of another address are not mixed up
    /// with the new one's. The gate stays where it was.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the environment names an impossible address; nothing is changed then.
    pub fn set_environment(&self, environment: &Environment) -> Result<(), Error> {
        let surroundings = Surroundings::new(environment)?;
        *self.core.surroundings.lock().unwrap_or_else(PoisonError::into_inner) = surroundings;
        Ok(())
    }

    /// Asks for a token.
    pub fn token(&self, request: &TokenRequest) -> Call {
        let core = &self.core;
        let source = Arc::clone(&core.surroundings().source);
        let key = Key {
            source: source.kind().name,
            endpoint: source.endpoint().to_string(),
            selector: request.selector.clone(),
            resource: request.resource.clone(),
        };
        let find =
            || if request.force_refresh { Found::Nothing } else { core.cache.find(&key, core.clock.boot()) };
        if let Found::Fresh { token, refresh_due } = find() {
            if refresh_due {
                self.refresh_behind(source, &key);
            }
            return Call::Ready(Grant { token, origin: Origin::Cache });
        }
        let cached = || match find() {
            Found::Fresh { token, .. } => Some(token),
            Found::Nothing => None,
        };
        let depart = || {
            // Others may join who have more time than the first.
            let budget = request.budget.max(DEFAULT_BUDGET);
            core.depart(Trip { source, key: key.clone(), budget, any_will_do: !request.force_refresh })
        };
        let (flight, origin) = match core.flights.join(&key, cached, depart) {
            Joined::Landed(token) => return Call::Ready(Grant { token, origin: Origin::Cache }),
            Joined::Own(flight) => (flight, Origin::Service),
            Joined::Other(flight) => (flight, Origin::Shared),
        };
        let (core, any_will_do) = (Arc::clone(core), !request.force_refresh);
        Call::Pending(Pending { core, key, flight, origin, budget: request.budget, any_will_do })
    }

    fn refresh_behind(&self, source: Arc<dyn Source>, key: &Key) {
        let depart = || {
            self.core.depart(Trip { source, key: key.clone(), budget: DEFAULT_BUDGET, any_will_do: false })
        };
        if let Joined::Own(flight) = self.core.flights.join(key, || None, depart) {
            // Its failure is no loss: the token at hand is good for as long again, and a later caller tries once more.
            (self.spawn)(Box::pin(async move { drop(flight.landing.await) }));
        }
    }

    /// Asks for a token as [`Client::token`] does, past the cache, and looks at everything that may be in the way.
    pub fn diagnose(&self, request: &TokenRequest) -> Inquiry {
        let core = Arc::clone(&self.core);
        let request = TokenRequest { force_refresh: true, ..request.clone() };
        let call = self.token(&request);
        let journal = match &call {
            Call::Ready(_) => Arc::new(Journal::new(Arc::clone(&core.clock))),
            Call::Pending(pending) => Arc::clone(pending.journal()),
        };
        let checks = Box::pin(async move {
            let outcome = match call {
                Call::Ready(grant) => Ok(grant),
                Call::Pending(pending) => pending.landing().await,
            };
            let surroundings = core.surroundings();
            diagnosis::checks(&Findings {
                environment: &surroundings.environment,
                source: &*surroundings.source,
                selector: &request.selector,
                resource: &request.resource,
                outcome: &outcome.map(|grant| grant.token),
                gate: &core.gate.look().await,
                now: core.clock.unix(),
            })
        });
        Inquiry { journal, checks }
    }

    /// The tokens in memory.
    pub fn cache(&self) -> Vec<CacheEntry> {
        self.core.cache.list(self.core.clock.boot())
    }

    /// Forgets the tokens of an identity, of one resource or of all; or everything. Gives how many that were.
    pub fn forget(&self, only: Option<(&Selector, Option<&Resource>)>) -> usize {
        self.core.cache.forget(|key| match only {
            None => true,
            Some((selector, resource)) => {
                key.selector == *selector && resource.is_none_or(|resource| key.resource == *resource)
            }
        })
    }

    /// What the gate looks like now.
    pub async fn gate(&self) -> GateState {
        self.core.gate.look().await
    }
}

/// A diagnosis under way.
pub struct Inquiry {
    /// What its request has to tell.
    pub journal: Arc<Journal>,
    /// The checks, once all are made.
    pub checks: Pin<Box<dyn Future<Output = Vec<Check>> + Send>>,
}

impl Surroundings {
    fn new(environment: &Environment) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Self { source: detect(environment)?, environment: environment.clone() }))
    }
}

impl Pending {
    /// What the request has to tell while it is under way.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.flight.journal
    }

    /// Waits for the token.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn landing(self) -> Result<Grant, Error> {
        let Self { core, key, flight: Flight { landing, journal }, origin, budget, any_will_do } = self;
        if let Ok(landing) = tokio::time::timeout(budget, landing).await {
            return landing.map(|token| Grant { token, origin });
        }
        let (attempts, last) = (journal.progress().attempt, journal.last_failure());
        let error = Error::TimedOut { budget, attempts, last };
        let token = if any_will_do { core.make_do(&key, &journal, error)? } else { return Err(error) };
        Ok(Grant { token, origin: Origin::Cache })
    }
}

impl Core {
    fn surroundings(&self) -> Arc<Surroundings> {
        Arc::clone(&self.surroundings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// When no new token can be had for now, the one at hand is better than none, to its very end.
    pub(crate) fn make_do(&self, key: &Key, journal: &Journal, error: Error) -> Landing {
        let Some(token) = self.cache.last_resort(key, self.clock.boot()) else { return Err(error) };
        journal.say(Level::Warning, format!("no new token could be had, the one at hand ends soon: {error}"));
        Ok(token)
    }

    fn depart(self: &Arc<Self>, trip: Trip) -> (Boxed, Arc<Journal>) {
        let journal = Arc::new(Journal::new(Arc::clone(&self.clock)));
        let (core, told) = (Arc::clone(self), Arc::clone(&journal));
        let future = Box::pin(async move {
            let landing = trip.land(&core, &told).await;
            core.flights.land(&trip.key);
            landing
        });
        (future, journal)
    }
}
