//! What a request has to tell while it is under way: where it stands, and lines for whoever listens.
//! Plain data; it is put into words for a console elsewhere.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tollgate_gate::{Boot, Clock};

use crate::error::times;

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

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has happened yet.
    #[default]
    Starting,
    /// In line at the gate.
    Queued,
    /// At the gate, while the machine rests because the service refused somebody with a 429.
    Paused,
    /// Waiting for one of the slots.
    Slot,
    /// The question is in the air.
    Asking,
    /// Waiting before the next try.
    Retry,
    /// Waiting for Azure's answer.
    Answering,
    /// Waiting before Azure is asked again.
    Pausing,
    /// Waiting for an operation of Azure's to come to its end.
    Polling,
    /// An answer's body is coming in.
    Receiving,
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
    /// Bytes of the body that have come.
    pub amount: u64,
}

/// What has left of a request, for whoever gives it up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sends {
    /// How often it was sent.
    pub count: u32,
    /// Whether it may have been carried out without anybody having heard of it.
    pub may_be_done: bool,
}

impl fmt::Display for Sends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            0 => f.write_str("the request was not sent"),
            count => write!(f, "the request was sent {}", times(count)),
        }?;
        if self.may_be_done { f.write_str(", and may have been carried out") } else { Ok(()) }
    }
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
    amount: u64,
    last_failure: Option<String>,
    in_line_since: Option<Boot>,
    in_line: Duration,
    sends: Sends,
    /// Whether the request that is told of changes something.
    has_changed: bool,
    /// Whether it holds a slot and waits for the second to send.
    holds_slot: bool,
    silent_until: Option<Boot>,
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
        let what = match self.phase {
            Phase::Paused => {
                format!("the service refused this machine with a 429, and all rest for {seconds} s more")
            }
            Phase::Queued => format!("its place in line comes in about {seconds} s"),
            _ if self.holds_slot => {
                "it holds a slot, and waits for the second in which its request may leave".to_owned()
            }
            Phase::Slot => {
                "its place in line has come, and requests of this machine hold the five slots".to_owned()
            }
            _ => "it waits for the gate's files".to_owned(),
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
        let left = state.until.map(|until| until.since(self.clock.boot()));
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
            let left = state.until.map(|until| until.since(self.clock.boot())).unwrap_or_default();
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
        let until = left.map(|left| self.clock.boot() + left);
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

    /// Notes that it waits for its place in line, and whether all wait because the service refused somebody.
    pub(crate) fn queue(&self, left: Duration, waiting: u32, paused: Duration) {
        if paused.is_zero() {
            self.enter(Phase::Queued, Some(left));
        } else {
            self.enter(Phase::Paused, Some(paused));
        }
        let mut state = self.lock();
        (state.waiting, state.holds_slot) = (waiting, false);
    }

    /// Notes that it waits for a slot, or holds one and waits for the second to send.
    pub(crate) fn at_slots(&self, holds_one: bool) {
        self.enter(Phase::Slot, None);
        self.lock().holds_slot = holds_one;
    }

    /// Notes that it waits at the machine's gate from now on.
    pub(crate) fn line_up(&self) {
        let now = self.clock.boot();
        self.lock().in_line_since = Some(now);
    }

    /// Notes that it does so no more.
    pub(crate) fn leave_line(&self) {
        let now = self.clock.boot();
        let mut state = self.lock();
        if let Some(since) = state.in_line_since.take() {
            state.in_line += now.since(since);
        }
    }

    /// How long it has waited at the machine's gate by now.
    pub(crate) fn time_in_line(&self) -> Duration {
        let now = self.clock.boot();
        let state = self.lock();
        state.in_line + state.in_line_since.map(|since| now.since(since)).unwrap_or_default()
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
    pub fn note_answered(&self) {
        self.lock().sends.may_be_done = false;
    }

    /// What has left of the request; of the record's own, whatever shows through.
    pub fn sends(&self) -> Sends {
        self.lock().sends
    }

    /// Lets the service stay silent for so long from now on, where a caller named that time.
    pub(crate) fn allow_silence(&self, time: Duration) {
        let until = self.clock.boot() + time;
        let mut state = self.lock();
        state.silent_until = state.silent_until.max(Some(until));
    }

    /// How long the service may stay silent now by what callers named; zero where none named a time.
    pub(crate) fn silence_left(&self) -> Duration {
        let now = self.clock.boot();
        self.lock().silent_until.map(|until| until.since(now)).unwrap_or_default()
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
mod tests {
    use tollgate_gate::SystemClock;

    use super::*;

    fn journal() -> Arc<Journal> {
        Arc::new(Journal::new(Arc::new(SystemClock)))
    }

    fn lines(journal: &Journal) -> Vec<String> {
        (0..).map_while(|number| journal.event(number)).map(|event| event.text).collect()
    }

    #[test]
    fn a_line_keeps_its_number_while_other_records_show_through() {
        let (own, first, second) = (journal(), journal(), journal());
        let say = |journal: &Journal, text: &str| journal.say(Level::Verbose, text.to_owned());
        say(&own, "1");
        say(&first, "2");
        own.follow(Arc::clone(&first));
        assert_eq!(lines(&own), ["1", "2"]);
        say(&first, "3");
        say(&own, "4");
        own.follow(Arc::clone(&second));
        say(&first, "of no concern any more");
        say(&second, "5");
        own.follow_no_more();
        say(&second, "of no concern any more");
        assert_eq!(lines(&own), ["1", "2", "3", "4", "5"]);
    }

    #[test]
    fn what_has_left_is_told_and_what_was_answered_is_not_in_doubt() {
        let journal = journal();
        assert_eq!(journal.sends().to_string(), "the request was not sent");
        journal.note_sent(false);
        assert_eq!(journal.sends().to_string(), "the request was sent once");
        journal.note_sent(true);
        assert_eq!(
            journal.sends().to_string(),
            "the request was sent 2 times, and may have been carried out"
        );
        journal.note_answered();
        assert_eq!(journal.sends().to_string(), "the request was sent 2 times");
        journal.begin_request(false);
        assert_eq!(journal.sends(), Sends::default());
        journal.begin_request(true);
        journal.note_sent(true);
        journal.note_answered();
        journal.begin_request(false);
        journal.note_sent(false);
        assert_eq!(
            journal.sends().to_string(),
            "the request was sent once",
            "what asks after a write is not the write"
        );
    }

    #[test]
    fn progress_and_failure_are_the_followed_records_while_it_is_followed() {
        let (own, other) = (journal(), journal());
        own.enter(Phase::Receiving, None);
        own.received(7);
        other.enter(Phase::Slot, None);
        other.failed("trouble".to_owned());
        own.follow(other);
        assert_eq!((own.progress().phase, own.progress().amount), (Phase::Slot, 0));
        assert_eq!(own.last_failure().as_deref(), Some("trouble"));
        own.follow_no_more();
        assert_eq!((own.progress().phase, own.progress().amount), (Phase::Receiving, 7));
        assert_eq!(own.last_failure(), None);
    }
}
