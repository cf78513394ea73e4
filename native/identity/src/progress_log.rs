//! Progress of a request in flight, and its events. Plain data; callers phrase it for a console.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tollgate_core::{BootInstant, Clock};
use tollgate_gate::WaitStage;

use crate::progress::{Phase, Progress};
use crate::sends::Sends;

/// Start of the reason that describes a request waiting at the machine's gate.
pub(crate) const AT_THE_GATE: &str = "it waits at the gate";

/// Verbosity of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Details of each step.
    Debug,
    /// Shown on request.
    Verbose,
    /// Always shown.
    Warning,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its verbosity.
    pub level: Level,
    /// Its text; never contains a secret.
    pub text: String,
}

/// Progress and events of one request: one writer, many readers.
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
    /// Whether the request that `sends` describes changes something.
    has_changed: bool,
    /// Current stage at the gate, if reported.
    stage: Option<WaitStage>,
    unresponsive_until: Option<BootInstant>,
    child: Option<Child>,
}

/// An attached log, and how many of its events have been copied.
struct Child {
    log: Arc<ProgressLog>,
    taken: usize,
}

impl State {
    /// Why the request waits at the gate, with the remaining time.
    fn gate_message(&self, remaining: Duration) -> String {
        let seconds = remaining.as_secs_f64().ceil();
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

    /// Copies new events of the attached log, so that the number of an event never changes.
    fn drain_child(&mut self) {
        if let Some(child) = &mut self.child {
            while let Some(event) = child.log.event(child.taken) {
                self.events.push(event);
                child.taken += 1;
            }
        }
    }
}

impl ProgressLog {
    /// An empty log.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Current progress; that of the attached log while there is one.
    pub fn progress(&self) -> Progress {
        let state = self.lock();
        if let Some(child) = &state.child {
            return child.log.progress();
        }
        let remaining = state.until.map(|until| until.duration_since(self.clock.now()));
        let State { phase, attempt, queue_length, bytes_received, .. } = *state;
        Progress { phase, attempt, remaining, queue_length, bytes_received }
    }

    /// The event with this number, counted from 0; `None` until it is logged.
    pub fn event(&self, number: usize) -> Option<Event> {
        let mut state = self.lock();
        state.drain_child();
        state.events.get(number).cloned()
    }

    /// Error of the last attempt; for a request that waits at the gate, the reason and the queue length.
    pub fn last_error(&self) -> Option<String> {
        let state = self.lock();
        if state.queued_since.is_some() {
            let remaining =
                state.until.map(|until| until.duration_since(self.clock.now())).unwrap_or_default();
            return Some(state.gate_message(remaining));
        }
        state.child.as_ref().and_then(|child| child.log.last_error()).or(state.last_error.clone())
    }

    /// Appends an event. The text must not contain a secret.
    pub fn log(&self, level: Level, text: String) {
        let mut state = self.lock();
        state.drain_child();
        state.events.push(Event { level, text });
    }

    /// Sets the phase and its remaining time, if known; resets the bytes received.
    pub fn set_phase(&self, phase: Phase, remaining: Option<Duration>) {
        let until = remaining.map(|remaining| self.clock.now() + remaining);
        let mut state = self.lock();
        (state.phase, state.until, state.bytes_received) = (phase, until, 0);
    }

    /// Sets the number of body bytes received.
    pub fn set_bytes_received(&self, bytes: u64) {
        self.lock().bytes_received = bytes;
    }

    /// Shows the progress and events of another log until [`ProgressLog::detach`].
    pub fn attach(&self, log: Arc<Self>) {
        let mut state = self.lock();
        state.drain_child();
        state.child = Some(Child { log, taken: 0 });
    }

    /// Detaches the other log. Its events so far stay.
    pub fn detach(&self) {
        let mut state = self.lock();
        state.drain_child();
        state.child = None;
    }

    /// Sets the stage at the machine's gate.
    pub(crate) fn set_stage(&self, stage: WaitStage) {
        match stage {
            WaitStage::Queued { pause_remaining: paused, .. } | WaitStage::Send { paused }
                if !paused.is_zero() =>
            {
                self.set_phase(Phase::Paused, Some(paused));
            }
            WaitStage::Queued { remaining, .. } => self.set_phase(Phase::Queued, Some(remaining)),
            WaitStage::Slot | WaitStage::Send { .. } => self.set_phase(Phase::AwaitingSlot, None),
        }
        let mut state = self.lock();
        state.stage = Some(stage);
        if let WaitStage::Queued { queue_length, .. } = stage {
            state.queue_length = queue_length;
        }
    }

    /// Marks the start of a wait at the machine's gate.
    pub(crate) fn begin_queueing(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        (state.queued_since, state.stage) = (Some(now), None);
    }

    /// Marks the end of that wait.
    pub(crate) fn end_queueing(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        if let Some(since) = state.queued_since.take() {
            state.time_queued += now.duration_since(since);
        }
    }

    /// Total time at the machine's gate so far.
    pub(crate) fn time_queued(&self) -> Duration {
        let now = self.clock.now();
        let state = self.lock();
        state.time_queued + state.queued_since.map(|since| now.duration_since(since)).unwrap_or_default()
    }

    /// Starts the account of another request, of which nothing has been sent.
    ///
    /// `changes`: whether the request changes anything at the service. Requests that only read after one that does,
    /// such as status polls, leave its account unchanged.
    pub fn begin_request(&self, changes: bool) {
        let mut state = self.lock();
        if changes || !state.has_changed {
            (state.sends, state.has_changed) = (Sends::default(), changes);
        }
    }

    /// Records that a request was sent, or may have been. `changes` as in [`ProgressLog::begin_request`].
    pub fn record_sent(&self, changes: bool) {
        let mut state = self.lock();
        if changes || !state.has_changed {
            state.sends.count += 1;
            state.sends.may_be_done |= changes;
        }
    }

    /// Records that a response arrived, so that the outcome of the request is known.
    pub fn record_response(&self, changes: bool) {
        let mut state = self.lock();
        if changes || !state.has_changed {
            state.sends.may_be_done = false;
        }
    }

    /// The sends of this log's own request, not of an attached log's.
    pub fn sends(&self) -> Sends {
        self.lock().sends
    }

    /// Allows the service this response time from now on, because a caller set a timeout.
    pub(crate) fn allow_unresponsive(&self, time: Duration) {
        let until = self.clock.now() + time;
        let mut state = self.lock();
        state.unresponsive_until = state.unresponsive_until.max(Some(until));
    }

    /// Remaining response time that callers' timeouts allow; zero if none set one.
    pub(crate) fn unresponsive_remaining(&self) -> Duration {
        let now = self.clock.now();
        self.lock().unresponsive_until.map(|until| until.duration_since(now)).unwrap_or_default()
    }

    /// Sets the number of the current attempt, from 1.
    pub fn set_attempt(&self, attempt: u32) {
        self.lock().attempt = attempt;
    }

    /// Sets the error of the last attempt.
    pub fn set_last_error(&self, error: String) {
        self.lock().last_error = Some(error);
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
