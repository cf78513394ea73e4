//! One token request: acquire a send permit, send, classify the response, retry on the schedule of [`retry`].

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

/// Delay before the second attempt to connect while a slot is held.
const RECONNECT_DELAY: Duration = Duration::from_millis(200);

/// One token request with its retries.
pub(crate) struct TokenFetch {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) key: CacheKey,
    pub(crate) ticket: FetchTicket,
}

impl TokenFetch {
    /// Returns the future that fetches the token, and its progress log.
    pub(crate) fn start(
        state: &Arc<ClientState>,
        source: &DetectedSource,
        key: &CacheKey,
        ticket: FetchTicket,
    ) -> (BoxedFetch, Arc<ProgressLog>) {
        let fetch = Self { source: Arc::clone(source.source()), key: key.clone(), ticket };
        let progress = Arc::new(ProgressLog::new(Arc::clone(&state.clock)));
        let (state, log) = (Arc::clone(state), Arc::clone(&progress));
        (Box::pin(async move { fetch.fetch_and_cache(&state, &log).await }), progress)
    }

    /// Fetches the token and caches it, unless the fetch was abandoned while in flight.
    pub(crate) async fn fetch_and_cache(&self, state: &ClientState, progress: &ProgressLog) -> FetchResult {
        let result = self.fetch_with_retry(state, progress).await.map(Arc::new);
        let number = self.ticket.number;
        state.in_flight.finish(&self.key, number, || {
            if let Ok(token) = &result {
                let endpoint = self.source.endpoint().to_string();
                state.cache.insert(&self.key, endpoint, number, Arc::clone(token), state.clock.now());
            }
        });
        result
    }

    async fn fetch_with_retry(
        &self,
        state: &ClientState,
        progress: &ProgressLog,
    ) -> Result<AccessToken, Error> {
        let request = self.source.build_request(&self.key.resource, &self.key.selector)?;
        let (mut attempt, mut retries, mut last_class) = (0, 0, RetryClass::Permanent);
        let mut since = state.clock.now();
        loop {
            attempt += 1;
            progress.set_attempt(attempt);
            let failed = match self.attempt(state, &request, attempt, progress).await {
                Ok(token) => return Ok(token),
                Err(failed) => *failed,
            };
            let FailedAttempt { error, class, retry_after } = failed;
            // Each retry class has its own schedule, which starts over when the class changes.
            let now = state.clock.now();
            (retries, since) = if class == last_class { (retries + 1, since) } else { (0, now) };
            last_class = class;
            let delay = match class {
                RetryClass::ConnectFailed if self.source.is_expected() => {
                    retry::delay_while_starting(retries, now.duration_since(since))
                }
                _ => retry::delay(self.source.kind().retry_policy, class, retries, retry_after),
            };
            let delay = delay.map(|delay| tollgate_core::add_jitter(delay, fastrand::f64()));
            // Time in the gate's queue does not count here; each caller has its own timeout in addition.
            let remaining = self.ticket.deadline.remaining(state.clock.now(), progress.time_queued());
            let Some(delay) = delay.filter(|delay| *delay < remaining) else {
                return Err(error);
            };
            progress.log(
                Level::Verbose,
                format!("attempt {attempt} failed, trying again in {:.1} s: {error}", delay.as_secs_f64()),
            );
            progress.set_last_error(error.to_string());
            progress.set_phase(Phase::TokenBackoff, Some(delay));
            tokio::time::sleep(delay).await;
        }
    }

    /// One attempt: a request and, if the response is a challenge, a second request that answers it.
    async fn attempt(
        &self,
        state: &ClientState,
        request: &MetadataRequest,
        attempt: u32,
        progress: &ProgressLog,
    ) -> Result<AccessToken, Box<FailedAttempt>> {
        let source = &*self.source;
        let (kind, endpoint) = (source.kind().name, source.endpoint());
        progress.log(Level::Debug, format!("source: {kind} at {endpoint}, attempt {attempt}"));
        // Connects first: without a connection it takes no reservation and no slot.
        let connection = self.connect(state, attempt).await?;
        let (mut permit, connection) = self.acquire_permit(state, connection, progress).await;
        let mut response = self.send(state, request, attempt, connection, &mut permit, progress).await?;
        let mut challenge_request = None;
        if let Ok(first) = &response {
            match source.respond_to_challenge(first, request) {
                Ok(None) => {}
                Ok(Some(authenticated)) => {
                    response = self.send(state, &authenticated, attempt, None, &mut permit, progress).await?;
                    challenge_request = Some(authenticated);
                }
                Err(error) => {
                    permit.complete().await;
                    return Err(FailedAttempt::permanent(error));
                }
            }
        }
        let mut result = match response {
            Ok(response) => {
                let request = challenge_request.as_ref().unwrap_or(request);
                classify::classify_response(source, &self.key, request, &response, attempt, &*state.clock)
            }
            Err(error) => Err(classify::classify_transport_error(source, &error, attempt)),
        };
        match &mut result {
            Err(failed) if matches!(failed.error, Error::Throttled { .. }) => {
                if let Error::Throttled { waiting, .. } = &mut failed.error {
                    *waiting = progress.queue_length();
                }
                permit.report_throttled(failed.retry_after).await;
            }
            _ => permit.complete().await,
        }
        result
    }

    async fn connect(&self, state: &ClientState, attempt: u32) -> Result<Connection, Box<FailedAttempt>> {
        let source = &*self.source;
        let connecting = state.http.connect(source.endpoint(), source.pin());
        connecting.await.map_err(|error| classify::classify_transport_error(source, &error, attempt))
    }

    /// Connects while holding a slot, with one retry: after the wait for the slot one failure must not lose it.
    async fn connect_again(
        &self,
        state: &ClientState,
        attempt: u32,
    ) -> Result<Connection, Box<FailedAttempt>> {
        if let Ok(connection) = self.connect(state, attempt).await {
            return Ok(connection);
        }
        tokio::time::sleep(RECONNECT_DELAY).await;
        self.connect(state, attempt).await
    }

    /// Waits for the permit. Keeps the connection open for at most [`MAX_CONNECTION_AGE`]: none idles while queued.
    async fn acquire_permit<'state>(
        &self,
        state: &'state ClientState,
        connection: Connection,
        progress: &ProgressLog,
    ) -> (SendPermit<'state>, Option<Connection>) {
        let mut permit = pin!(SendPermit::acquire(state, self.source.kind().rate_limit, progress));
        match tokio::time::timeout(MAX_CONNECTION_AGE, &mut permit).await {
            Ok(permit) => (permit, Some(connection)),
            Err(_) => {
                drop(connection);
                (permit.await, None)
            }
        }
    }

    /// Sends the request once the permit allows it. The outer error means that this request was not sent.
    async fn send(
        &self,
        state: &ClientState,
        request: &MetadataRequest,
        attempt: u32,
        mut connection: Option<Connection>,
        permit: &mut SendPermit<'_>,
        progress: &ProgressLog,
    ) -> Result<Result<MetadataResponse, MetadataTransportError>, Box<FailedAttempt>> {
        let source = &*self.source;
        let connection = loop {
            let ready = match connection.take() {
                Some(connection) => connection,
                None => self.connect_again(state, attempt).await?,
            };
            if permit.wait_to_send(progress).await {
                break ready;
            }
        };
        warn_once(state, permit.fallback_reason(), progress);
        progress.set_phase(Phase::AwaitingToken, None);
        let waited = match source.kind().rate_limit {
            RateLimit::None => String::new(),
            RateLimit::MachineGate | RateLimit::SlidingWindow => {
                format!(" (waited {:.1} s at the gate)", permit.waited().as_secs_f64())
            }
        };
        progress.log(
            Level::Verbose,
            format!(
                "asking {} at {} for a token of {} for {}{waited}",
                source.kind().name,
                source.endpoint(),
                self.key.selector,
                self.key.resource,
            ),
        );
        progress.record_sent(false);
        progress.log(Level::Debug, format!("send: request {} leaves", progress.sends().count));
        let sent = state.clock.now();
        // Other callers at the gate rely on IMDS to respond within the usual timeout. A service configured in its
        // place, such as pod identity's, may take longer by design.
        let is_imds = source.kind().rate_limit == RateLimit::MachineGate && source.configured_by().is_none();
        let extended_timeout = if is_imds { Duration::ZERO } else { progress.unresponsive_remaining() };
        let response = connection.send_within(request, extended_timeout).await;
        let after = state.clock.now().duration_since(sent).as_millis();
        let what = match &response {
            Ok(response) => format!("HTTP {}", response.status),
            Err(error) => format!("none, {error}"),
        };
        progress.log(Level::Debug, format!("answer: {what}, after {after} ms"));
        Ok(response)
    }
}

/// Logs the fallback reason: as a warning if its kind differs from the last one logged, else as a verbose event.
fn warn_once(state: &ClientState, reason: Option<&GateError>, progress: &ProgressLog) {
    let mut warned = state.last_warning.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(reason) = reason {
        let known = warned.as_ref().is_some_and(|warned| warned.is_same_kind(reason));
        let level = if known { Level::Verbose } else { Level::Warning };
        progress.log(
            level,
            format!(
                "this process paces itself alone, other processes of the machine do not know of it: {reason}"
            ),
        );
        *warned = Some(reason.clone());
    }
}
