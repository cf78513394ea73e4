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
pub struct ProgressLog {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: Vec<Event>,
    phase: Phase,
    attempt: u32,
    until: Option<BootInstant>,
    queue_length: u32,
    bytes_received: u64,
    last_error: Option<String>,
    queued_since: Option<BootInstant>,
    time_queued: Duration,
    sends: Sends,
    /// Whether the request that is told of changes something.
    has_changed: bool,
    /// What it waits for at the gate, as far as it was told.
    stage: Option<WaitStage>,
    unresponsive_until: Option<BootInstant>,
    child: Option<Child>,
}

/// Another record that shows through, and how many of its lines were taken over.
struct Child {
    log: Arc<ProgressLog>,
    taken: usize,
}

impl State {
    /// What is in the way of a request that waits at the gate, with what is left of that.
    fn gate_message(&self, left: Duration) -> String {
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
        let waiting = match self.queue_length {
            1 => "1 caller of this machine waits".to_owned(),
            count => format!("{count} callers of this machine wait"),
        };
        format!("{AT_THE_GATE}, where {waiting}; {what}")
    }

    /// Takes over what the followed record has said since, so that a line keeps its number for ever.
    fn drain_child(&mut self) {
        if let Some(relay) = &mut self.child {
            while let Some(event) = relay.log.event(relay.taken) {
                self.events.push(event);
                relay.taken += 1;
            }
        }
    }
}

impl ProgressLog {
    /// An empty record.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Where the request stands.
    pub fn progress(&self) -> Progress {
        let state = self.lock();
        if let Some(relay) = &state.child {
            return relay.log.progress();
        }
        let left = state.until.map(|until| until.duration_since(self.clock.now()));
        let State { phase, attempt, queue_length: waiting, bytes_received: amount, .. } = *state;
        Progress { phase, attempt, remaining: left, queue_length: waiting, bytes_received: amount }
    }

    /// The line with this number, counted from 0, once it is written.
    pub fn event(&self, number: usize) -> Option<Event> {
        let mut state = self.lock();
        state.drain_child();
        state.events.get(number).cloned()
    }

    /// Why the last try failed; for a request that stands in line, that it does, and with how many.
    pub fn last_error(&self) -> Option<String> {
        let state = self.lock();
        if state.queued_since.is_some() {
            let left = state.until.map(|until| until.duration_since(self.clock.now())).unwrap_or_default();
            return Some(state.gate_message(left));
        }
        state.child.as_ref().and_then(|relay| relay.log.last_error()).or(state.last_error.clone())
    }

    /// Writes a line. Nothing secret may stand in it.
    pub fn log(&self, level: Level, text: String) {
        let mut state = self.lock();
        state.drain_child();
        state.events.push(Event { level, text });
    }

    /// Notes what is waited for now and, where that is known, how long.
    pub fn set_phase(&self, phase: Phase, left: Option<Duration>) {
        let until = left.map(|left| self.clock.now() + left);
        let mut state = self.lock();
        (state.phase, state.until, state.bytes_received) = (phase, until, 0);
    }

    /// Notes how many bytes of a body have come.
    pub fn set_bytes_received(&self, amount: u64) {
        self.lock().bytes_received = amount;
    }

    /// Lets another record show through, lines and progress, until [`ProgressLog::detach`].
    pub fn attach(&self, journal: Arc<Self>) {
        let mut state = self.lock();
        state.drain_child();
        state.child = Some(Child { log: journal, taken: 0 });
    }

    /// Ends that. What the other has said stays.
    pub fn detach(&self) {
        let mut state = self.lock();
        state.drain_child();
        state.child = None;
    }

    /// Notes where a request stands at the machine's gate.
    pub(crate) fn set_stage(&self, stage: WaitStage) {
        match stage {
            WaitStage::Queued { pause_remaining: paused, .. } | WaitStage::Send { paused }
                if !paused.is_zero() =>
            {
                self.set_phase(Phase::Paused, Some(paused));
            }
            WaitStage::Queued { remaining: left, .. } => self.set_phase(Phase::Queued, Some(left)),
            WaitStage::Slot | WaitStage::Send { .. } => self.set_phase(Phase::AwaitingSlot, None),
        }
        let mut state = self.lock();
        state.stage = Some(stage);
        if let WaitStage::Queued { queue_length: waiting, .. } = stage {
            state.queue_length = waiting;
        }
    }

    /// Notes that it waits at the machine's gate from now on.
    pub(crate) fn begin_queueing(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        (state.queued_since, state.stage) = (Some(now), None);
    }

    /// Notes that it does so no more.
    pub(crate) fn end_queueing(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        if let Some(since) = state.queued_since.take() {
            state.time_queued += now.duration_since(since);
        }
    }

    /// How long it has waited at the machine's gate by now.
    pub(crate) fn time_queued(&self) -> Duration {
        let now = self.clock.now();
        let state = self.lock();
        state.time_queued + state.queued_since.map(|since| now.duration_since(since)).unwrap_or_default()
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
    pub fn record_sent(&self, changes: bool) {
        let mut state = self.lock();
        if changes || !state.has_changed {
            state.sends.count += 1;
            state.sends.may_be_done |= changes;
        }
    }

    /// Notes that an answer came, so that it is known what became of the request.
    pub fn record_response(&self, changes: bool) {
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
    pub(crate) fn allow_unresponsive(&self, time: Duration) {
        let until = self.clock.now() + time;
        let mut state = self.lock();
        state.unresponsive_until = state.unresponsive_until.max(Some(until));
    }

    /// How long the service may stay silent now by what callers named; zero where none named a time.
    pub(crate) fn unresponsive_remaining(&self) -> Duration {
        let now = self.clock.now();
        self.lock().unresponsive_until.map(|until| until.duration_since(now)).unwrap_or_default()
    }

    /// Notes which try this is.
    pub fn set_attempt(&self, attempt: u32) {
        self.lock().attempt = attempt;
    }

    /// Notes why the last try failed.
    pub fn set_last_error(&self, failure: String) {
        self.lock().last_error = Some(failure);
    }

    pub(crate) fn queue_length(&self) -> u32 {
        self.lock().queue_length
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
