//! What a request has to tell while it is under way: where it stands, and lines for whoever listens.
//! Plain data; it is put into words for a console elsewhere.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tollgate_gate::{Boot, Clock};

/// How loud a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For whoever wants to know.
    Verbose,
    /// For everybody.
    Warning,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// How loud.
    pub level: Level,
    /// What; never a secret.
    pub text: String,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has happened yet.
    #[default]
    Starting,
    /// In line at the gate.
    Queued,
    /// Waiting for one of the slots.
    Slot,
    /// The question is in the air.
    Asking,
    /// Waiting before the next try.
    Retry,
}

/// Where a request stands now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The phase.
    pub phase: Phase,
    /// The try this is; the first is 1.
    pub attempt: u32,
    /// What is left of this phase, where that is known.
    pub left: Option<Duration>,
    /// Callers of this machine with a place still to come.
    pub waiting: u32,
}

/// The record of one request, written by one and read by many.
pub struct Journal {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: Vec<Event>,
    phase: Phase,
    attempt: u32,
    until: Option<Boot>,
    waiting: u32,
    last_failure: Option<String>,
}

impl Journal {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Where the request stands.
    pub fn progress(&self) -> Progress {
        let state = self.lock();
        let left = state.until.map(|until| until.since(self.clock.boot()));
        Progress { phase: state.phase, attempt: state.attempt, left, waiting: state.waiting }
    }

    /// The line with this number, counted from 0, once it is written.
    pub fn event(&self, number: usize) -> Option<Event> {
        self.lock().events.get(number).cloned()
    }

    /// Why the last try failed.
    pub(crate) fn last_failure(&self) -> Option<String> {
        self.lock().last_failure.clone()
    }

    pub(crate) fn say(&self, level: Level, text: String) {
        self.lock().events.push(Event { level, text });
    }

    pub(crate) fn enter(&self, phase: Phase, left: Option<Duration>) {
        let until = left.map(|left| self.clock.boot() + left);
        let mut state = self.lock();
        (state.phase, state.until) = (phase, until);
    }

    pub(crate) fn queue(&self, left: Duration, waiting: u32) {
        self.enter(Phase::Queued, Some(left));
        self.lock().waiting = waiting;
    }

    pub(crate) fn attempt(&self, attempt: u32) {
        self.lock().attempt = attempt;
    }

    pub(crate) fn failed(&self, failure: String) {
        self.lock().last_failure = Some(failure);
    }

    pub(crate) fn waiting(&self) -> u32 {
        self.lock().waiting
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
