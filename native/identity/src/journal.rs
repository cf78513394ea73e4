//! What a request has to tell while it is under way: where it stands, and lines for whoever listens.
//! Plain data; it is put into words for a console elsewhere.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tollgate_core::{BootInstant, Clock};
use tollgate_gate::WaitStage;

use crate::progress::{Phase, Progress};
use crate::sends::Sends;

/// How the reason begins of a request that stands at the machine's gate.
pub(crate) const AT_THE_GATE: &str = "it waits at the gate";

/// How loud a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For whoever follows each step.
    Debug,
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
    until: Option<BootInstant>,
    waiting: u32,
    amount: u64,
    last_failure: Option<String>,
    in_line_since: Option<BootInstant>,
    in_line: Duration,
    sends: Sends,
    /// Whether the request that is told of changes something.
    has_changed: bool,
    /// What it waits for at the gate, as far as it was told.
    stage: Option<WaitStage>,
    silent_until: Option<BootInstant>,
    relay: Option<Relay>,
}

/// Another record that shows through, and how many of its lines were taken over.
struct Relay {
    journal: Arc<Journal>,
    taken: usize,
}

impl State {
    /// What is in the way of a request that waits at the gate, with what is left of that.
    fn at_the_gate(&self, left: Duration) -> String {
        let seconds = left.as_secs_f64().ceil();
        let what = match self.stage {
            Some(WaitStage::Queued { pause_remaining: paused, .. } | WaitStage::Send { paused })
                if !paused.is_zero() =>
            {
                format!("the service refused this machine with a 429, and all rest for {seconds} s more")
            }
            Some(WaitStage::Queued { .. }) => format!("its place in line comes in about {seconds} s"),
            Some(WaitStage::Slot) => {
                "its place in line has come, and requests of this machine hold the five slots".to_owned()
            }
            Some(WaitStage::Send { .. }) => {
                "it holds a slot, and waits for the second in which its request may leave".to_owned()
            }
            None => "it waits for the gate's files".to_owned(),
        };
        let waiting = match self.waiting {
            1 => "1 caller of this machine waits".to_owned(),
            count => format!("{count} callers of this machine wait"),
        };
        format!("{AT_THE_GATE}, where {waiting}; {what}")
    }

    /// Takes over what the followed record has said since, so that a line keeps its number for ever.
    fn absorb(&mut self) {
        if let Some(relay) = &mut self.relay {
            while let Some(event) = relay.journal.event(relay.taken) {
                self.events.push(event);
                relay.taken += 1;
            }
        }
    }
}

impl Journal {
    /// An empty record.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Where the request stands.
    pub fn progress(&self) -> Progress {
        let state = self.lock();
        if let Some(relay) = &state.relay {
            return relay.journal.progress();
        }
        let left = state.until.map(|until| until.duration_since(self.clock.now()));
        let State { phase, attempt, waiting, amount, .. } = *state;
        Progress { phase, attempt, left, waiting, amount }
    }

    /// The line with this number, counted from 0, once it is written.
    pub fn event(&self, number: usize) -> Option<Event> {
        let mut state = self.lock();
        state.absorb();
        state.events.get(number).cloned()
    }

    /// Why the last try failed; for a request that stands in line, that it does, and with how many.
    pub fn last_failure(&self) -> Option<String> {
        let state = self.lock();
        if state.in_line_since.is_some() {
            let left = state.until.map(|until| until.duration_since(self.clock.now())).unwrap_or_default();
            return Some(state.at_the_gate(left));
        }
        state.relay.as_ref().and_then(|relay| relay.journal.last_failure()).or(state.last_failure.clone())
    }

    /// Writes a line. Nothing secret may stand in it.
    pub fn say(&self, level: Level, text: String) {
        let mut state = self.lock();
        state.absorb();
        state.events.push(Event { level, text });
    }

    /// Notes what is waited for now and, where that is known, how long.
    pub fn enter(&self, phase: Phase, left: Option<Duration>) {
        let until = left.map(|left| self.clock.now() + left);
        let mut state = self.lock();
        (state.phase, state.until, state.amount) = (phase, until, 0);
    }

    /// Notes how many bytes of a body have come.
    pub fn received(&self, amount: u64) {
        self.lock().amount = amount;
    }

    /// Lets another record show through, lines and progress, until [`Journal::follow_no_more`].
    pub fn follow(&self, journal: Arc<Self>) {
        let mut state = self.lock();
        state.absorb();
        state.relay = Some(Relay { journal, taken: 0 });
    }

    /// Ends that. What the other has said stays.
    pub fn follow_no_more(&self) {
        let mut state = self.lock();
        state.absorb();
        state.relay = None;
    }

    /// Notes where a request stands at the machine's gate.
    pub(crate) fn stand(&self, stage: WaitStage) {
        match stage {
            WaitStage::Queued { pause_remaining: paused, .. } | WaitStage::Send { paused }
                if !paused.is_zero() =>
            {
                self.enter(Phase::Paused, Some(paused));
            }
            WaitStage::Queued { remaining: left, .. } => self.enter(Phase::Queued, Some(left)),
            WaitStage::Slot | WaitStage::Send { .. } => self.enter(Phase::Slot, None),
        }
        let mut state = self.lock();
        state.stage = Some(stage);
        if let WaitStage::Queued { queue_length: waiting, .. } = stage {
            state.waiting = waiting;
        }
    }

    /// Notes that it waits at the machine's gate from now on.
    pub(crate) fn line_up(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        (state.in_line_since, state.stage) = (Some(now), None);
    }

    /// Notes that it does so no more.
    pub(crate) fn leave_line(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        if let Some(since) = state.in_line_since.take() {
            state.in_line += now.duration_since(since);
        }
    }

    /// How long it has waited at the machine's gate by now.
    pub(crate) fn time_in_line(&self) -> Duration {
        let now = self.clock.now();
        let state = self.lock();
        state.in_line + state.in_line_since.map(|since| now.duration_since(since)).unwrap_or_default()
    }

    /// Notes that another request begins, of which nothing has left.
    ///
    /// `changes` tells whether it changes anything where it arrives. What only reads after that, such as the questions
    /// what became of it, leaves the account of it as it is.
    pub fn begin_request(&self, changes: bool) {
        let mut state = self.lock();
        if changes || !state.has_changed {
            (state.sends, state.has_changed) = (Sends::default(), changes);
        }
    }

    /// Notes that a request has left, or may have; and whether it changes anything where it arrives.
    pub fn note_sent(&self, changes: bool) {
        let mut state = self.lock();
        if changes || !state.has_changed {
            state.sends.count += 1;
            state.sends.may_be_done |= changes;
        }
    }

    /// Notes that an answer came, so that it is known what became of the request.
    pub fn note_answered(&self, changes: bool) {
        let mut state = self.lock();
        if changes || !state.has_changed {
            state.sends.may_be_done = false;
        }
    }

    /// What has left of the request; of the record's own, whatever shows through.
    pub fn sends(&self) -> Sends {
        self.lock().sends
    }

    /// Lets the service stay silent for so long from now on, where a caller named that time.
    pub(crate) fn allow_silence(&self, time: Duration) {
        let until = self.clock.now() + time;
        let mut state = self.lock();
        state.silent_until = state.silent_until.max(Some(until));
    }

    /// How long the service may stay silent now by what callers named; zero where none named a time.
    pub(crate) fn silence_left(&self) -> Duration {
        let now = self.clock.now();
        self.lock().silent_until.map(|until| until.duration_since(now)).unwrap_or_default()
    }

    /// Notes which try this is.
    pub fn attempt(&self, attempt: u32) {
        self.lock().attempt = attempt;
    }

    /// Notes why the last try failed.
    pub fn failed(&self, failure: String) {
        self.lock().last_failure = Some(failure);
    }

    pub(crate) fn waiting(&self) -> u32 {
        self.lock().waiting
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
