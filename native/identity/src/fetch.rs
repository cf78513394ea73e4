//! The way of one request to its token: the gate, the service, the verdict, and again as the schedule has it.

pub(crate) mod classify;
pub(crate) mod retry;
pub(crate) mod send_permit;
pub(crate) mod single_flight;
pub(crate) mod sliding_window;
pub(crate) mod timeout;

use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tollgate_gate::GateError;
use tollgate_http::{Connection, MetadataRequest, MetadataResponse, MetadataTransportError};

use crate::cache_key::CacheKey;
use crate::client_state::ClientState;
use crate::error::Error;
use crate::fetch::classify::FailedAttempt;
use crate::fetch::retry::RetryClass;
use crate::fetch::send_permit::{MAX_CONNECTION_AGE, SendPermit};
use crate::fetch::single_flight::{BoxedFetch, FetchResult, FetchTicket};
use crate::progress::Phase;
use crate::progress_log::{Level, ProgressLog};
use crate::source::{RateLimit, Source};
use crate::sources::DetectedSource;
use crate::token::AccessToken;

/// How long after a failure a connection is tried once more where a slot is held.
const RECONNECT_DELAY: Duration = Duration::from_millis(200);

/// One request.
pub(crate) struct TokenFetch {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) key: CacheKey,
    pub(crate) ticket: FetchTicket,
}

impl TokenFetch {
    /// Sets out for a token: what moves it on, and what it has to tell.
    pub(crate) fn start(
        core: &Arc<ClientState>,
        source: &DetectedSource,
        key: &CacheKey,
        ticket: FetchTicket,
    ) -> (BoxedFetch, Arc<ProgressLog>) {
        let trip = Self { source: Arc::clone(source.source()), key: key.clone(), ticket };
        let journal = Arc::new(ProgressLog::new(Arc::clone(&core.clock)));
        let (core, told) = (Arc::clone(core), Arc::clone(&journal));
        (Box::pin(async move { trip.fetch_and_cache(&core, &told).await }), journal)
    }

    /// Gets the token, and keeps it unless it was forgotten while it was on its way.
    pub(crate) async fn fetch_and_cache(&self, core: &ClientState, journal: &ProgressLog) -> FetchResult {
        let landing = self.fetch_with_retry(core, journal).await.map(Arc::new);
        let number = self.ticket.number;
        core.in_flight.finish(&self.key, number, || {
            if let Ok(token) = &landing {
                let endpoint = self.source.endpoint().to_string();
                core.cache.insert(&self.key, endpoint, number, Arc::clone(token), core.clock.now());
            }
        });
        landing
    }

    async fn fetch_with_retry(
        &self,
        core: &ClientState,
        journal: &ProgressLog,
    ) -> Result<AccessToken, Error> {
        let question = self.source.build_request(&self.key.resource, &self.key.selector)?;
        let (mut attempt, mut retries, mut last) = (0, 0, RetryClass::Permanent);
        let mut since = core.clock.now();
        loop {
            attempt += 1;
            journal.set_attempt(attempt);
            let failed = match self.attempt(core, &question, attempt, journal).await {
                Ok(token) => return Ok(token),
                Err(failed) => *failed,
            };
            let FailedAttempt { error, class: outcome, retry_after } = failed;
            // Each kind of trouble has its own schedule, which starts over when the kind changes.
            let now = core.clock.now();
            (retries, since) = if outcome == last { (retries + 1, since) } else { (0, now) };
            last = outcome;
            let pause = match outcome {
                RetryClass::ConnectFailed if self.source.is_expected() => {
                    retry::delay_while_starting(retries, now.duration_since(since))
                }
                _ => retry::delay(self.source.kind().retry_policy, outcome, retries, retry_after),
            };
            let pause = pause.map(|pause| tollgate_core::add_jitter(pause, fastrand::f64()));
            // The line is not this request's doing, and each caller has a clock of its own besides.
            let left = self.ticket.deadline.remaining(core.clock.now(), journal.time_queued());
            let Some(pause) = pause.filter(|pause| *pause < left) else {
                return Err(error);
            };
            journal.log(
                Level::Verbose,
                format!("attempt {attempt} failed, trying again in {:.1} s: {error}", pause.as_secs_f64()),
            );
            journal.set_last_error(error.to_string());
            journal.set_phase(Phase::TokenBackoff, Some(pause));
            tokio::time::sleep(pause).await;
        }
    }

    /// One attempt: a question, and where the answer is a challenge, the question that meets it.
    async fn attempt(
        &self,
        core: &ClientState,
        question: &MetadataRequest,
        attempt: u32,
        journal: &ProgressLog,
    ) -> Result<AccessToken, Box<FailedAttempt>> {
        let source = &*self.source;
        let (kind, endpoint) = (source.kind().name, source.endpoint());
        journal.log(Level::Debug, format!("source: {kind} at {endpoint}, attempt {attempt}"));
        // Who has nobody to connect to takes no place and holds no slot.
        let connection = self.connect(core, attempt).await?;
        let (mut leave, connection) = self.acquire_permit(core, connection, journal).await;
        let mut answer = self.send(core, question, attempt, connection, &mut leave, journal).await?;
        let mut second = None;
        if let Ok(first) = &answer {
            match source.respond_to_challenge(first, question) {
                Ok(None) => {}
                Ok(Some(question)) => {
                    answer = self.send(core, &question, attempt, None, &mut leave, journal).await?;
                    second = Some(question);
                }
                Err(error) => {
                    leave.complete().await;
                    return Err(FailedAttempt::permanent(error));
                }
            }
        }
        let mut result = match answer {
            Ok(answer) => {
                let question = second.as_ref().unwrap_or(question);
                classify::classify_response(source, &self.key, question, &answer, attempt, &*core.clock)
            }
            Err(failure) => Err(classify::classify_transport_error(source, &failure, attempt)),
        };
        match &mut result {
            Err(failed) if matches!(failed.error, Error::Throttled { .. }) => {
                if let Error::Throttled { waiting, .. } = &mut failed.error {
                    *waiting = journal.queue_length();
                }
                leave.report_throttled(failed.retry_after).await;
            }
            _ => leave.complete().await,
        }
        result
    }

    async fn connect(&self, core: &ClientState, attempt: u32) -> Result<Connection, Box<FailedAttempt>> {
        let source = &*self.source;
        let connecting = core.http.connect(source.endpoint(), source.pin());
        connecting.await.map_err(|failure| classify::classify_transport_error(source, &failure, attempt))
    }

    /// Connects with a slot held, for which was waited: one failure is not enough to lose it.
    async fn connect_again(
        &self,
        core: &ClientState,
        attempt: u32,
    ) -> Result<Connection, Box<FailedAttempt>> {
        if let Ok(connection) = self.connect(core, attempt).await {
            return Ok(connection);
        }
        tokio::time::sleep(RECONNECT_DELAY).await;
        self.connect(core, attempt).await
    }

    /// Waits for leave, and for a short while with the connection open: none stands idle for as long as a line is.
    async fn acquire_permit<'core>(
        &self,
        core: &'core ClientState,
        connection: Connection,
        journal: &ProgressLog,
    ) -> (SendPermit<'core>, Option<Connection>) {
        let mut leave = pin!(SendPermit::acquire(core, self.source.kind().rate_limit, journal));
        match tokio::time::timeout(MAX_CONNECTION_AGE, &mut leave).await {
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
        core: &ClientState,
        question: &MetadataRequest,
        attempt: u32,
        mut connection: Option<Connection>,
        leave: &mut SendPermit<'_>,
        journal: &ProgressLog,
    ) -> Result<Result<MetadataResponse, MetadataTransportError>, Box<FailedAttempt>> {
        let source = &*self.source;
        let connection = loop {
            let ready = match connection.take() {
                Some(connection) => connection,
                None => self.connect_again(core, attempt).await?,
            };
            if leave.wait_to_send(journal).await {
                break ready;
            }
        };
        warn_once(core, leave.fallback_reason(), journal);
        journal.set_phase(Phase::AwaitingToken, None);
        let waited = match source.kind().rate_limit {
            RateLimit::None => String::new(),
            RateLimit::MachineGate | RateLimit::SlidingWindow => {
                format!(" (waited {:.1} s at the gate)", leave.waited().as_secs_f64())
            }
        };
        journal.log(
            Level::Verbose,
            format!(
                "asking {} at {} for a token of {} for {}{waited}",
                source.kind().name,
                source.endpoint(),
                self.key.selector,
                self.key.resource,
            ),
        );
        journal.record_sent(false);
        journal.log(Level::Debug, format!("send: request {} leaves", journal.sends().count));
        let sent = core.clock.now();
        // Others at the gate count on an answer of the machine's own service within its time; one that stands in its place, as
        // that of pod identity does, may take longer by design.
        let is_machines =
            source.kind().rate_limit == RateLimit::MachineGate && source.configured_by().is_none();
        let silence = if is_machines { Duration::ZERO } else { journal.unresponsive_remaining() };
        let answer = connection.send_within(question, silence).await;
        let after = core.clock.now().duration_since(sent).as_millis();
        let what = match &answer {
            Ok(answer) => format!("HTTP {}", answer.status),
            Err(failure) => format!("none, {failure}"),
        };
        journal.log(Level::Debug, format!("answer: {what}, after {after} ms"));
        Ok(answer)
    }
}

/// An obstacle is worth a warning when it is new to this process, and a line for those who listen after that.
fn warn_once(core: &ClientState, obstacle: Option<&GateError>, journal: &ProgressLog) {
    let mut warned = core.last_warning.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(obstacle) = obstacle {
        let known = warned.as_ref().is_some_and(|warned| warned.is_same_kind(obstacle));
        let level = if known { Level::Verbose } else { Level::Warning };
        journal.log(level, format!("this process paces itself alone, other processes of the machine do not know of it: {obstacle}"));
        *warned = Some(obstacle.clone());
    }
}
