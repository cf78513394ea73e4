//! Sends one request: acquires the token, sends, follows redirects, and retries on a schedule.

pub(crate) mod claims_challenge;
pub(crate) mod content_encoding;
pub(crate) mod download;
pub(crate) mod paging;
pub(crate) mod prepared_request;
pub(crate) mod rate_limit_headers;
pub(crate) mod raw_response;
pub(crate) mod retry;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::HeaderMap;
use tollgate_core::BootInstant;
use tollgate_http::{CloudRequest, CloudRequestBody, CloudResponse, CloudTransportError, IDLE_TIMEOUT};
use tollgate_identity::{
    AccessToken, Identity, Level, Phase, ProgressLog, Resource, ServiceError, TokenCall, redact,
};
use url::Url;

use crate::error::Error;
use crate::error_response;
use crate::pipeline::download::DownloadFile;
use crate::pipeline::prepared_request::PreparedRequest;
use crate::pipeline::raw_response::{RawResponse, read_response};
use crate::pipeline::retry::AttemptOutcome;
use crate::request::Method;
use crate::state::AzureState;
use crate::trust::audience::AudiencePolicy;
use crate::trust::{origin, redirect};

mod attempt;
mod effort;
mod sent_tokens;

use attempt::is_of_parent;
pub(crate) use attempt::{AttemptError, map_transport_error};
pub(crate) use effort::Effort;
use sent_tokens::SentTokens;

/// Sends the requests of one operation.
pub(crate) struct Pipeline {
    pub(crate) state: Arc<AzureState>,
    pub(crate) progress: Arc<ProgressLog>,
    pub(crate) policy: AudiencePolicy,
    identity: Identity,
    effort: Effort,
    started: BootInstant,
    /// The timeout of the whole operation.
    timeout: Option<Duration>,
    /// Whether a warning of throttling was logged.
    warned: AtomicBool,
    /// Whether a request has left, so that the endpoint is reachable.
    reached: AtomicBool,
    sent_tokens: SentTokens,
}

/// How much later than the operation an attempt times out, so that the operation's own timeout is reported.
const MIN_TIME_LEFT: Duration = Duration::from_secs(1);

impl Pipeline {
    /// The timeout starts now. All tokens come from one source: the identity's own, else the detected one.
    pub(crate) fn new(
        state: Arc<AzureState>,
        progress: Arc<ProgressLog>,
        mut identity: Identity,
        policy: AudiencePolicy,
        effort: Effort,
        timeout: Option<Duration>,
    ) -> Self {
        identity.source.get_or_insert_with(|| state.client.source());
        let started = state.clock.now();
        let (warned, reached) = (AtomicBool::new(false), AtomicBool::new(false));
        let sent_tokens = SentTokens::default();
        Self { state, progress, identity, policy, effort, started, timeout, warned, reached, sent_tokens }
    }

    /// Whether a request of this pipeline has ever left, so that the endpoint is reachable, whatever came of it.
    pub(crate) fn has_reached(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }

    /// Sends until a response is final, whatever its status. The body of a successful one goes to `file`, if given.
    pub(crate) async fn send(
        &self,
        request: &PreparedRequest,
        mut file: Option<&mut DownloadFile>,
    ) -> Result<RawResponse, Error> {
        self.policy.check(&request.url)?;
        self.progress.begin_request(!request.method.is_safe());
        let (mut attempts, mut force_refresh, mut token_renewed) = (0, false, false);
        loop {
            attempts += 1;
            // Whether an earlier attempt may have been carried out.
            let may_be_done = self.progress.sends().may_be_done;
            // Once is enough: the next attempt finds the new token in the cache.
            let token = self.token(std::mem::take(&mut force_refresh)).await?;
            self.sent_tokens.remember(&token);
            self.progress.set_attempt(attempts);
            let (outcome, message, result) = match self.send_once(request, &token, file.as_deref_mut()).await
            {
                Ok(mut response) => {
                    response.attempts = attempts;
                    // After an earlier attempt, or a gateway's 5xx, it is unknown what was carried out.
                    if !may_be_done && response.status < 500 {
                        self.progress.record_response(!request.method.is_safe());
                    }
                    if response.status < 400 {
                        return Ok(response);
                    }
                    let service_error = self.parse_error(&response);
                    let is_gone = response.status == 404 && !is_of_parent(&request.url, &service_error);
                    if may_be_done && request.method == Method::Delete && is_gone {
                        let text = "what was to be deleted is gone: an earlier try seems to have done it, of which no answer came";
                        self.progress.log(Level::Verbose, text.to_owned());
                        return Ok(response.into_no_content());
                    }
                    // Only the origin that received the token can reject it: no other origin is sent it.
                    let same_origin = response.url.origin() == request.url.origin();
                    let rejected = same_origin && response.status == 401 && !token_renewed;
                    if rejected && claims_challenge::needs_new_token(&response.headers, &service_error) {
                        (force_refresh, token_renewed) = (true, true);
                        self.progress.log(Level::Verbose, format!("asking for a new token: {service_error}"));
                        continue;
                    }
                    let (status, retry_after) = (response.status, service_error.retry_after);
                    let outcome = AttemptOutcome::Response { status, retry_after };
                    (outcome, service_error.to_string(), Ok(response))
                }
                Err(AttemptError::Final(error)) => return Err(error),
                Err(AttemptError::Transport(failure, url)) => {
                    let message = failure.to_string();
                    let outcome = match &failure {
                        failure if failure.is_after_sending() => AttemptOutcome::ConnectionLost,
                        CloudTransportError::Connect { .. } => AttemptOutcome::NotSent,
                        _ => return Err(map_transport_error(failure, &url, attempts, self.progress.sends())),
                    };
                    let error = map_transport_error(failure, &url, attempts, self.progress.sends());
                    (outcome, message, Err(error))
                }
            };
            let (remaining, random) = (self.remaining(), fastrand::f64());
            let max_attempts = self.effort.max_attempts(self.has_reached());
            let delay = retry::delay(request.method, outcome, attempts, max_attempts, remaining, random);
            let Some(delay) = delay else {
                self.log_wait(outcome);
                return result;
            };
            self.back_off(delay, attempts, outcome, message).await;
        }
    }

    /// The remaining time; `None` without a timeout.
    fn remaining(&self) -> Option<Duration> {
        self.timeout
            .map(|timeout| timeout.saturating_sub(self.state.clock.now().duration_since(self.started)))
    }

    /// The longest time without data; with a timeout 1 s more than that, so that the operation times out first.
    fn idle_timeout(&self) -> Duration {
        self.timeout.map_or(IDLE_TIMEOUT, |timeout| timeout.saturating_add(MIN_TIME_LEFT))
    }

    /// The error in a response with an error status.
    pub(crate) fn parse_error(&self, response: &RawResponse) -> ServiceError {
        let clock = &*self.state.clock;
        self.sent_tokens.with(|secrets| {
            error_response::parse(response.status, &response.headers, &response.body, clock, secrets)
        })
    }

    /// A service's text without the tokens that it was sent.
    pub(crate) fn redacted(&self, text: &str) -> String {
        self.sent_tokens.with(|secrets| redact(text, secrets))
    }

    /// Warns of a delay that is not waited for: a caller who reads the response may miss its `Retry-After`.
    fn log_wait(&self, outcome: AttemptOutcome) {
        let AttemptOutcome::Response { status: 429 | 503, retry_after: Some(retry_after) } = outcome else {
            return;
        };
        if self.effort != Effort::Once && retry_after >= Duration::from_secs(1) {
            let text = format!(
                "Azure asks to wait {:.0} s before the next request, which is not waited for",
                retry_after.as_secs_f64()
            );
            self.progress.log(Level::Warning, text);
        }
    }

    async fn back_off(&self, delay: Duration, attempts: u32, outcome: AttemptOutcome, message: String) {
        let seconds = delay.as_secs_f64();
        let throttled = matches!(outcome, AttemptOutcome::Response { status: 429, .. });
        if throttled && !self.warned.swap(true, Ordering::Relaxed) {
            let text = format!("Azure throttles this identity; waiting {seconds:.0} s as it asks");
            self.progress.log(Level::Warning, text);
        }
        let text = format!("attempt {attempts} failed, trying again in {seconds:.1} s: {message}");
        self.progress.log(Level::Verbose, text);
        self.progress.set_last_error(message);
        self.progress.set_phase(Phase::Backoff, Some(delay));
        tokio::time::sleep(delay).await;
    }

    /// The token, from the cache or from the token service.
    pub(crate) async fn token(&self, force_refresh: bool) -> Result<Arc<AccessToken>, Error> {
        let resource = Resource::parse(&self.policy.audience).map_err(|_| Error::InvalidArgument {
            field: "ResourceId",
            fault: "must be one audience, without spaces".to_owned(),
        })?;
        let mut request = self.identity.request(resource);
        request.force_refresh = force_refresh;
        if let Some(timeout) = self.timeout {
            (request.timeout, request.counts_line) = (timeout, true);
        }
        match self.state.client.get_token(&request) {
            TokenCall::Ready(result) => Ok(result.token),
            TokenCall::Pending(pending) => {
                self.progress.attach(Arc::clone(pending.progress()));
                let result = pending.wait().await;
                self.progress.detach();
                Ok(result?.token)
            }
        }
    }

    /// One attempt: the request and the redirects that follow.
    async fn send_once(
        &self,
        request: &PreparedRequest,
        token: &AccessToken,
        file: Option<&mut DownloadFile>,
    ) -> Result<RawResponse, AttemptError> {
        let (mut url, mut same_origin) = (request.url.clone(), true);
        for _ in 0..=redirect::MAX_REDIRECTS {
            // A host that the user did not name gets neither the token nor the user's headers nor the body.
            let (headers, body) = match same_origin {
                true => (request.headers_with_token(token.secret())?, request.open_body().await?),
                false => (request.cross_origin_headers(), CloudRequestBody::None),
            };
            let head = self.send_to(request.method, url.clone(), headers, body).await?;
            let may_follow = request.method.is_safe();
            let next = may_follow.then(|| redirect::target(head.status, &head.headers, &url)).transpose()?;
            let Some(next) = next.flatten() else {
                let unpack = !request.names_encoding();
                let method = request.method;
                return read_response(head, method, url, file, unpack, &self.progress).await;
            };
            // After one redirect to another origin no later request carries the token.
            same_origin =
                same_origin && next.origin() == url.origin() && !self.policy.strips_token_at_redirects;
            let with = if same_origin { "with" } else { "without" };
            let to = self.redacted(&origin::without_query(&next));
            self.progress.log(Level::Verbose, format!("redirected to {to}, {with} the token"));
            url = next;
        }
        let fault = format!("it redirects more than {} times", redirect::MAX_REDIRECTS);
        Err(Error::EndpointNotTrusted { endpoint: origin::origin_string(&url), fault }.into())
    }

    async fn send_to(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: CloudRequestBody,
    ) -> Result<CloudResponse, AttemptError> {
        let is_safe = method.is_safe();
        let method = http::Method::from_bytes(method.as_str().as_bytes()).unwrap_or_default();
        self.progress.set_phase(Phase::AwaitingResponse, None);
        let to = self.redacted(&origin::without_query(&url));
        self.progress.log(Level::Verbose, format!("asking {method} {to}"));
        let bucket = rate_limit_headers::bucket_key(&self.identity, &url);
        let request = CloudRequest {
            method,
            url: url.clone(),
            headers,
            body,
            connect_timeout: self.effort.connect_timeout(),
            idle_timeout: self.idle_timeout(),
        };
        let sent = || {
            self.reached.store(true, Ordering::Relaxed);
            self.progress.record_sent(!is_safe);
        };
        let response =
            self.state.cloud().send(request, sent).await.map_err(|e| AttemptError::Transport(e, url))?;
        for warning in self.state.rate_limits.warnings(&response.headers, &bucket) {
            self.progress.log(Level::Warning, warning);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests;
