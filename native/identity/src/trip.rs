//! The way of one request to its token: the gate, the service, the verdict, and again as the schedule has it.

use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tollgate_gate::GateError;
use tollgate_http::{Answer, Connection, Failure, Question};

use crate::error::Error;
use crate::flight::{Boxed, Landing, Ticket};
use crate::journal::{Journal, Level};
use crate::key::Key;
use crate::leave::{FRESH, Leave};
use crate::progress::Phase;
use crate::retry::{self, Outcome};
use crate::source::{Pace, Source};
use crate::sources::DetectedSource;
use crate::state::Core;
use crate::token::AccessToken;
use crate::verdict::{self, Failed};

/// How long after a failure a connection is tried once more where a slot is held.
const ANOTHER_DIAL: Duration = Duration::from_millis(200);

/// One request.
pub(crate) struct Trip {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) key: Key,
    pub(crate) ticket: Ticket,
}

impl Trip {
    /// Sets out for a token: what moves it on, and what it has to tell.
    pub(crate) fn begin(
        core: &Arc<Core>,
        source: &DetectedSource,
        key: &Key,
        ticket: Ticket,
    ) -> (Boxed, Arc<Journal>) {
        let trip = Self { source: Arc::clone(source.source()), key: key.clone(), ticket };
        let journal = Arc::new(Journal::new(Arc::clone(&core.clock)));
        let (core, told) = (Arc::clone(core), Arc::clone(&journal));
        (Box::pin(async move { trip.land(&core, &told).await }), journal)
    }

    /// Gets the token, and keeps it unless it was forgotten while it was on its way.
    pub(crate) async fn land(&self, core: &Core, journal: &Journal) -> Landing {
        let landing = self.ask_until_answered(core, journal).await.map(Arc::new);
        let number = self.ticket.number;
        core.flights.land(&self.key, number, || {
            if let Ok(token) = &landing {
                let endpoint = self.source.endpoint().to_string();
                core.cache.put(&self.key, endpoint, number, Arc::clone(token), core.clock.now());
            }
        });
        landing
    }

    async fn ask_until_answered(&self, core: &Core, journal: &Journal) -> Result<AccessToken, Error> {
        let question = self.source.question(&self.key.resource, &self.key.selector)?;
        let (mut attempt, mut retries, mut last) = (0, 0, Outcome::Final);
        let mut since = core.clock.now();
        loop {
            attempt += 1;
            journal.attempt(attempt);
            let failed = match self.ask(core, &question, attempt, journal).await {
                Ok(token) => return Ok(token),
                Err(failed) => *failed,
            };
            let Failed { error, outcome, retry_after } = failed;
            // Each kind of trouble has its own schedule, which starts over when the kind changes.
            let now = core.clock.now();
            (retries, since) = if outcome == last { (retries + 1, since) } else { (0, now) };
            last = outcome;
            let pause = match outcome {
                Outcome::Unreachable if self.source.is_expected() => {
                    retry::pause_while_starting(retries, now.duration_since(since))
                }
                _ => retry::pause(self.source.kind().rules, outcome, retries, retry_after),
            };
            let pause = pause.map(|pause| tollgate_core::add_jitter(pause, fastrand::f64()));
            // The line is not this request's doing, and each caller has a clock of its own besides.
            let left = self.ticket.deadline.left(core.clock.now(), journal.time_in_line());
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

    /// One attempt: a question, and where the answer is a challenge, the question that meets it.
    async fn ask(
        &self,
        core: &Core,
        question: &Question,
        attempt: u32,
        journal: &Journal,
    ) -> Result<AccessToken, Box<Failed>> {
        let source = &*self.source;
        let (kind, endpoint) = (source.kind().name, source.endpoint());
        journal.say(Level::Debug, format!("source: {kind} at {endpoint}, attempt {attempt}"));
        // Who has nobody to connect to takes no place and holds no slot.
        let connection = self.connect(core, attempt).await?;
        let (mut leave, connection) = self.line_up(core, connection, journal).await;
        let mut answer = self.send(core, question, attempt, connection, &mut leave, journal).await?;
        let mut second = None;
        if let Ok(first) = &answer {
            match source.answer_challenge(first, question) {
                Ok(None) => {}
                Ok(Some(question)) => {
                    answer = self.send(core, &question, attempt, None, &mut leave, journal).await?;
                    second = Some(question);
                }
                Err(error) => {
                    leave.complete().await;
                    return Err(Failed::at_last(error));
                }
            }
        }
        let mut result = match answer {
            Ok(answer) => {
                let question = second.as_ref().unwrap_or(question);
                verdict::of_answer(source, &self.key, question, &answer, attempt, &*core.clock)
            }
            Err(failure) => Err(verdict::of_failure(source, &failure, attempt)),
        };
        match &mut result {
            Err(failed) if matches!(failed.error, Error::Throttled { .. }) => {
                if let Error::Throttled { waiting, .. } = &mut failed.error {
                    *waiting = journal.waiting();
                }
                leave.complete_throttled(failed.retry_after).await;
            }
            _ => leave.complete().await,
        }
        result
    }

    async fn connect(&self, core: &Core, attempt: u32) -> Result<Connection, Box<Failed>> {
        let source = &*self.source;
        let connecting = core.http.connect(source.endpoint(), source.pin());
        connecting.await.map_err(|failure| verdict::of_failure(source, &failure, attempt))
    }

    /// Connects with a slot held, for which was waited: one failure is not enough to lose it.
    async fn connect_again(&self, core: &Core, attempt: u32) -> Result<Connection, Box<Failed>> {
        if let Ok(connection) = self.connect(core, attempt).await {
            return Ok(connection);
        }
        tokio::time::sleep(ANOTHER_DIAL).await;
        self.connect(core, attempt).await
    }

    /// Waits for leave, and for a short while with the connection open: none stands idle for as long as a line is.
    async fn line_up<'core>(
        &self,
        core: &'core Core,
        connection: Connection,
        journal: &Journal,
    ) -> (Leave<'core>, Option<Connection>) {
        let mut leave = pin!(Leave::take(core, self.source.kind().pace, journal));
        match tokio::time::timeout(FRESH, &mut leave).await {
            Ok(leave) => (leave, Some(connection)),
            Err(_) => {
                drop(connection);
                (leave.await, None)
            }
        }
    }

    /// Sends a question when it may leave. The outer failure is one of before: nothing was sent.
    async fn send(
        &self,
        core: &Core,
        question: &Question,
        attempt: u32,
        mut connection: Option<Connection>,
        leave: &mut Leave<'_>,
        journal: &Journal,
    ) -> Result<Result<Answer, Failure>, Box<Failed>> {
        let source = &*self.source;
        let connection = loop {
            let ready = match connection.take() {
                Some(connection) => connection,
                None => self.connect_again(core, attempt).await?,
            };
            if leave.depart(journal).await {
                break ready;
            }
        };
        warn_once(core, leave.obstacle(), journal);
        journal.enter(Phase::Asking, None);
        let waited = match source.kind().pace {
            Pace::None => String::new(),
            Pace::Gate | Pace::Window => {
                format!(" (waited {:.1} s at the gate)", leave.waited().as_secs_f64())
            }
        };
        journal.say(
            Level::Verbose,
            format!(
                "asking {} at {} for a token of {} for {}{waited}",
                source.kind().name,
                source.endpoint(),
                self.key.selector,
                self.key.resource,
            ),
        );
        journal.note_sent(false);
        journal.say(Level::Debug, format!("send: request {} leaves", journal.sends().count));
        let sent = core.clock.now();
        // Others at the gate count on an answer of the machine's own service within its time; one that stands in its place, as
        // that of pod identity does, may take longer by design.
        let is_machines = source.kind().pace == Pace::Gate && source.named_by().is_none();
        let silence = if is_machines { Duration::ZERO } else { journal.silence_left() };
        let answer = connection.ask_within(question, silence).await;
        let after = core.clock.now().duration_since(sent).as_millis();
        let what = match &answer {
            Ok(answer) => format!("HTTP {}", answer.status),
            Err(failure) => format!("none, {failure}"),
        };
        journal.say(Level::Debug, format!("answer: {what}, after {after} ms"));
        Ok(answer)
    }
}

/// An obstacle is worth a warning when it is new to this process, and a line for those who listen after that.
fn warn_once(core: &Core, obstacle: Option<&GateError>, journal: &Journal) {
    let mut warned = core.warned.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(obstacle) = obstacle {
        let known = warned.as_ref().is_some_and(|warned| warned.is_same_kind(obstacle));
        let level = if known { Level::Verbose } else { Level::Warning };
        journal.say(level, format!("this process paces itself alone, other processes of the machine do not know of it: {obstacle}"));
        *warned = Some(obstacle.clone());
    }
}
