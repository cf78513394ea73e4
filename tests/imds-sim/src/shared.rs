//! What the server and the handle that tests hold share: the options, the clock and one mutex, never held across a wait.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::counts::Counts;
use crate::endpoint::Endpoint;
use crate::faults::Fault;
use crate::hosts;
use crate::limits::{Meter, Verdict};
use crate::options::Options;
use crate::plan::{Planned, Queue};
use crate::token::Mint;

pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) mint: Mint,
    pub(crate) endpoint: Box<dyn Endpoint>,
    started: Instant,
    state: Mutex<State>,
    changed: Condvar,
    released: watch::Sender<()>,
}

pub(crate) struct State {
    pub(crate) counts: Counts,
    pub(crate) latency: Duration,
    pub(crate) lifetime: i64,
    pub(crate) tokens: Vec<String>,
    faults: Queue,
    meter: Meter,
}

impl Shared {
    pub(crate) fn new(options: Options) -> io::Result<Self> {
        Ok(Self {
            endpoint: hosts::endpoint(&options)?,
            mint: Mint::new(&options.tenant_id, options.token_padding),
            started: Instant::now(),
            state: Mutex::new(State {
                counts: Counts::default(),
                latency: options.latency,
                lifetime: options.token_lifetime,
                tokens: Vec::new(),
                faults: Queue::default(),
                meter: Meter::new(options.limits, options.host),
            }),
            changed: Condvar::new(),
            released: watch::Sender::new(()),
            options,
        })
    }

    /// Time since the start: the clock of the limits.
    pub(crate) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes whoever waits for a change of it.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.announce();
        result
    }

    /// Wakes whoever waits for a change of the state.
    pub(crate) fn announce(&self) {
        self.changed.notify_all();
    }

    /// The counts as soon as they are as wanted, if they are in time.
    pub(crate) fn wait_until(&self, wanted: impl Fn(&Counts) -> bool, timeout: Duration) -> Option<Counts> {
        let (state, waited) = self
            .changed
            .wait_timeout_while(self.lock(), timeout, |state| !wanted(&state.counts))
            .unwrap_or_else(PoisonError::into_inner);
        (!waited.timed_out()).then(|| state.counts.clone())
    }

    /// Forgets what was seen and planned; options are as at the start again.
    pub(crate) fn reset(&self) {
        self.update(|state| {
            state.counts.forget();
            state.latency = self.options.latency;
            state.lifetime = self.options.token_lifetime;
            state.tokens.clear();
            state.faults.clear();
            state.meter.forget();
        });
        self.release();
    }

    /// Lets go what is held now, not what will be.
    pub(crate) fn release(&self) {
        self.released.send_replace(());
    }

    /// Waits for the next release.
    pub(crate) async fn hold(&self) {
        let mut released = self.released.subscribe();
        let _held = Held::new(self);
        // The sender lives as long as `self`.
        let _ = released.changed().await;
    }
}

impl State {
    pub(crate) fn plan(&mut self, planned: Planned) {
        self.faults.push(planned);
    }

    pub(crate) fn plan_anew(&mut self, planned: impl IntoIterator<Item = Planned>) {
        self.faults.clear();
        planned.into_iter().for_each(|fault| self.faults.push(fault));
    }

    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    pub(crate) fn take_fault(&mut self) -> Option<Fault> {
        let fault = self.faults.take()?;
        self.counts.faults += 1;
        Some(fault)
    }

    /// A request served here is in flight until [`State::leave`].
    pub(crate) fn arrive_identity(&mut self, arrival: Duration) -> Verdict {
        let verdict = self.meter.arrive_identity(arrival);
        match verdict {
            Verdict::Served => {
                self.counts.served_at(arrival);
                self.counts.in_flight = self.meter.in_flight();
                self.counts.max_in_flight = self.counts.max_in_flight.max(self.meter.in_flight());
                self.counts.max_per_second = self.counts.max_per_second.max(self.meter.in_this_window());
            }
            Verdict::TooFast => self.counts.refused_by_rate += 1,
            Verdict::TooMany => self.counts.refused_by_concurrency += 1,
        }
        verdict
    }

    /// After which there is room for another identity request.
    pub(crate) fn wait(&self, now: Duration) -> Duration {
        self.meter.wait(now)
    }

    pub(crate) fn leave(&mut self) {
        self.meter.leave();
        self.counts.in_flight = self.meter.in_flight();
    }

    pub(crate) fn arrive_other(&mut self, arrival: Duration) -> Verdict {
        let verdict = self.meter.arrive_other(arrival);
        match verdict {
            Verdict::Served => self.counts.other_served += 1,
            Verdict::TooFast | Verdict::TooMany => self.counts.other_refused += 1,
        }
        verdict
    }
}

/// One request that a fault holds, counted for as long as its client stays.
struct Held<'a>(&'a Shared);

impl<'a> Held<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.update(|state| state.counts.held += 1);
        Self(shared)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.update(|state| state.counts.held -= 1);
    }
}
