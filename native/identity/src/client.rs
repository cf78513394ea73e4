//! The one door: a token from the cache at once, or from the service by way of the gate.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tollgate_gate::{Clock, Gate, GateState, Obstacle, Stage};
use tollgate_http::MetadataClient;

use crate::cache::{Cache, CacheEntry, Found, Key};
use crate::environment::Environment;
use crate::error::Error;
use crate::flight::{Boxed, Flight, Flights, Joined, Landing};
use crate::journal::{Journal, Level, Phase};
use crate::request::{DEFAULT_BUDGET, TokenRequest};
use crate::resource::Resource;
use crate::retry::{self, Outcome};
use crate::selector::Selector;
use crate::token::AccessToken;
use crate::verdict::{self, Failed};
use crate::virtual_machine::VirtualMachine;

/// Runs a future to its end somewhere behind the caller's back.
pub type Spawn = Box<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync>;

/// Tokens for one process. Cheap to share, safe from any thread.
pub struct Client {
    core: Arc<Core>,
    spawn: Spawn,
}

struct Core {
    clock: Arc<dyn Clock>,
    gate: Gate,
    http: MetadataClient,
    source: Mutex<VirtualMachine>,
    cache: Cache,
    flights: Flights,
    warned: Mutex<Option<Obstacle>>,
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
    flight: Flight,
    origin: Origin,
    budget: Duration,
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
            http,
            source: Mutex::new(environment.source()?),
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
        let source = environment.source()?;
        *self.core.source.lock().unwrap_or_else(PoisonError::into_inner) = source;
        Ok(())
    }

    /// Asks for a token.
    pub fn token(&self, request: &TokenRequest) -> Call {
        let core = &self.core;
        let source = core.source();
        let key = core.key(&source, request);
        let find =
            || if request.force_refresh { Found::Nothing } else { core.cache.find(&key, core.clock.boot()) };
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
        let (flight, origin) =
            match core.flights.join(&key, cached, || core.depart(&source, &key, request.budget)) {
                Joined::Landed(token) => return Call::Ready(Grant { token, origin: Origin::Cache }),
                Joined::Own(flight) => (flight, Origin::Service),
                Joined::Other(flight) => (flight, Origin::Shared),
            };
        Call::Pending(Pending { flight, origin, budget: request.budget })
    }

    fn refresh_behind(&self, source: &VirtualMachine, key: &Key) {
        let depart = || self.core.depart(source, key, DEFAULT_BUDGET);
        if let Joined::Own(flight) = self.core.flights.join(key, || None, depart) {
            // Its failure is no loss: the token at hand is good for as long again, and a later caller tries once more.
            (self.spawn)(Box::pin(async move { drop(flight.landing.await) }));
        }
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
        let Self { flight: Flight { landing, journal }, origin, budget } = self;
        match tokio::time::timeout(budget, landing).await {
            Ok(landing) => landing.map(|token| Grant { token, origin }),
            Err(_) => Err(Error::TimedOut {
                budget,
                attempts: journal.progress().attempt,
                last: journal.last_failure(),
            }),
        }
    }
}

impl Core {
    fn source(&self) -> VirtualMachine {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn key(&self, source: &VirtualMachine, request: &TokenRequest) -> Key {
        Key {
            endpoint: source.endpoint().to_string(),
            selector: request.selector.clone(),
            resource: request.resource.clone(),
        }
    }

    fn depart(
        self: &Arc<Self>,
        source: &VirtualMachine,
        key: &Key,
        budget: Duration,
    ) -> (Boxed, Arc<Journal>) {
        let journal = Arc::new(Journal::new(Arc::clone(&self.clock)));
        let (core, source, key, told) = (Arc::clone(self), source.clone(), key.clone(), Arc::clone(&journal));
        // Others may join who have more time than the first.
        let budget = budget.max(DEFAULT_BUDGET);
        let future = Box::pin(async move {
            let landing = core.fly(&source, &key, budget, &told).await;
            core.flights.land(&key);
            landing
        });
        (future, journal)
    }

    async fn fly(&self, source: &VirtualMachine, key: &Key, budget: Duration, journal: &Journal) -> Landing {
        match self.ask_until_answered(source, key, budget, journal).await {
            Ok(token) => {
                let token = Arc::new(token);
                self.cache.put(key.clone(), Arc::clone(&token));
                Ok(token)
            }
            Err(error) if error.is_passing() => match self.cache.last_resort(key, self.clock.boot()) {
                Some(token) => {
                    journal.say(
                        Level::Warning,
                        format!("no new token could be had, the one at hand ends soon: {error}"),
                    );
                    Ok(token)
                }
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    async fn ask_until_answered(
        &self,
        source: &VirtualMachine,
        key: &Key,
        budget: Duration,
        journal: &Journal,
    ) -> Result<AccessToken, Error> {
        let started = self.clock.boot();
        let (mut attempt, mut retries, mut last) = (0, 0, Outcome::Final);
        loop {
            attempt += 1;
            journal.attempt(attempt);
            let failed = match self.ask(source, key, attempt, journal).await {
                Ok(token) => return Ok(token),
                Err(failed) => *failed,
            };
            let Failed { error, outcome, retry_after } = failed;
            // Each kind of trouble has its own schedule, which starts over when the kind changes.
            retries = if outcome == last { retries + 1 } else { 0 };
            last = outcome;
            let pause = retry::pause(outcome, retries, retry_after)
                .map(|pause| retry::jittered(pause, fastrand::f64()));
            let left = budget.saturating_sub(self.clock.boot().since(started));
            let Some(pause) = pause.filter(|pause| *pause < left) else {
                return Err(error);
            };
            journal.say(
                Level::Verbose,
                format!("attempt {attempt} failed, trying again in {:.1} s: {error}", pause.as_secs_f64()),
            );
            journal.failed(error.to_string());
            journal.enter(Phase::Retry, Some(pause));
            tokio::time::sleep(pause).await;
        }
    }

    async fn ask(
        &self,
        source: &VirtualMachine,
        key: &Key,
        attempt: u32,
        journal: &Journal,
    ) -> Result<AccessToken, Box<Failed>> {
        let arrived = self.clock.boot();
        let watch = |stage| match stage {
            Stage::Place { left, waiting } => journal.queue(left, waiting),
            Stage::Slot => journal.enter(Phase::Slot, None),
        };
        let mut admission = self.gate.admit(&watch).await;
        let connection = self
            .http
            .connect(source.endpoint())
            .await
            .map_err(|failure| verdict::of_failure(source, &failure, attempt))?;
        admission.depart().await;
        self.warn_once(admission.obstacle(), journal);
        let waited = self.clock.boot().since(arrived);
        journal.enter(Phase::Asking, None);
        journal.say(
            Level::Verbose,
            format!(
                "asking {} for a token of {} for {} (waited {:.1} s at the gate)",
                key.endpoint,
                key.selector,
                key.resource,
                waited.as_secs_f64()
            ),
        );
        let answer = connection.get(&source.path(&key.resource, &key.selector), &source.headers()).await;
        admission.answered().await;
        let answer = answer.map_err(|failure| verdict::of_failure(source, &failure, attempt))?;
        let result = verdict::of_answer(source, key, &answer, attempt, &*self.clock);
        let Err(mut failed) = result else { return result };
        if let Error::Throttled { waiting, .. } = &mut failed.error {
            *waiting = journal.waiting();
            admission.throttled(failed.retry_after).await;
        }
        Err(failed)
    }

    /// An obstacle is worth a warning when it is new to this process, and a line for those who listen after that.
    fn warn_once(&self, obstacle: Option<&Obstacle>, journal: &Journal) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(obstacle) = obstacle {
            let level = if warned.as_ref() == Some(obstacle) { Level::Verbose } else { Level::Warning };
            journal.say(level, format!("this process paces itself alone, other processes of the machine do not know of it: {obstacle}"));
        }
        *warned = obstacle.cloned();
    }
}
