//! Sends one request: gets the token, sends, follows redirects, retries as the schedule says.

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
    /// The time there is in all.
    timeout: Option<Duration>,
    /// Whether it was warned of throttling.
    warned: AtomicBool,
    /// Whether a request has left, so that somebody is there.
    reached: AtomicBool,
    sent_tokens: SentTokens,
}

/// How much later than the operation an attempt times out, so that the operation's own timeout is reported.
const MIN_TIME_LEFT: Duration = Duration::from_secs(1);

impl Pipeline {
    /// The timeout begins now. All tokens come from one source: unless one is named, the one the environment points to.
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

    /// Whether a request of this pipeline has ever left, so that somebody is there, whatever came of it.
    pub(crate) fn has_reached(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }

    /// Asks until there is an answer to stand by, whatever its status. A good one's body goes to the file, if there is one.
    pub(crate) async fn send(
        &self,
        errand: &PreparedRequest,
        mut file: Option<&mut DownloadFile>,
    ) -> Result<RawResponse, Error> {
        self.policy.check(&errand.url)?;
        self.progress.begin_request(!errand.method.is_safe());
        let (mut attempts, mut anew, mut renewed) = (0, false, false);
        loop {
            attempts += 1;
            // Whether an earlier try may have done what it was for.
            let may_be_done = self.progress.sends().may_be_done;
            // Once is enough: the next try finds the new one in memory.
            let token = self.token(std::mem::take(&mut anew)).await?;
            self.sent_tokens.remember(&token);
            self.progress.set_attempt(attempts);
            let (outcome, told, result) = match self.send_once(errand, &token, file.as_deref_mut()).await {
                Ok(mut answer) => {
                    answer.attempts = attempts;
                    // What an earlier try did nobody knows yet, nor what stands behind a gateway that gave up.
                    if !may_be_done && answer.status < 500 {
                        self.progress.record_response(!errand.method.is_safe());
                    }
                    if answer.status < 400 {
                        return Ok(answer);
                    }
                    let said = self.parse_error(&answer);
                    let is_gone = answer.status == 404 && !is_of_parent(&errand.url, &said);
                    if may_be_done && errand.method == Method::Delete && is_gone {
                        let text = "what was to be deleted is gone: an earlier try seems to have done it, of which no answer came";
                        self.progress.log(Level::Verbose, text.to_owned());
                        return Ok(answer.into_no_content());
                    }
                    // What a stranger thinks of a token that it was not shown is of no concern.
                    let shown = answer.url.origin() == errand.url.origin();
                    let refused = shown && answer.status == 401 && !renewed;
                    if refused && claims_challenge::needs_new_token(&answer.headers, &said) {
                        (anew, renewed) = (true, true);
                        self.progress.log(Level::Verbose, format!("asking for a new token: {said}"));
                        continue;
                    }
                    let outcome =
                        AttemptOutcome::Response { status: answer.status, retry_after: said.retry_after };
                    (outcome, said.to_string(), Ok(answer))
                }
                Err(AttemptError::Final(error)) => return Err(error),
                Err(AttemptError::Transport(failure, url)) => {
                    let told = failure.to_string();
                    let outcome = match &failure {
                        failure if failure.is_after_sending() => AttemptOutcome::ConnectionLost,
                        CloudTransportError::Connect { .. } => AttemptOutcome::NotSent,
                        _ => return Err(map_transport_error(failure, &url, attempts, self.progress.sends())),
                    };
                    (outcome, told, Err(map_transport_error(failure, &url, attempts, self.progress.sends())))
                }
            };
            let left = self.remaining();
            let most = self.effort.max_attempts(self.has_reached());
            let pause = retry::delay(errand.method, outcome, attempts, most, left, fastrand::f64());
            let Some(pause) = pause else {
                self.log_wait(outcome);
                return result;
            };
            self.back_off(pause, attempts, outcome, told).await;
        }
    }

    /// The time there still is; nothing for no end.
    fn remaining(&self) -> Option<Duration> {
        self.timeout.map(|budget| budget.saturating_sub(self.state.clock.now().duration_since(self.started)))
    }

    /// How long the service may stay silent. Where a time is named it is that, and the whole undertaking ends first.
    fn idle_timeout(&self) -> Duration {
        self.timeout.map_or(IDLE_TIMEOUT, |budget| budget.saturating_add(MIN_TIME_LEFT))
    }

    /// What an answer with the status of an error says.
    pub(crate) fn parse_error(&self, answer: &RawResponse) -> ServiceError {
        let clock = &*self.state.clock;
        self.sent_tokens.with(|secrets| {
            error_response::parse(answer.status, &answer.headers, &answer.body, clock, secrets)
        })
    }

    /// A text that a service wrote, without the token that it was sent.
    pub(crate) fn redacted(&self, text: &str) -> String {
        self.sent_tokens.with(|secrets| redact(text, secrets))
    }

    /// An answer may stand for itself, and whoever reads it need not find the line that says when to come back.
    fn log_wait(&self, outcome: AttemptOutcome) {
        let AttemptOutcome::Response { status: 429 | 503, retry_after: Some(wait) } = outcome else { return };
        if self.effort != Effort::Once && wait >= Duration::from_secs(1) {
            let text = format!(
                "Azure asks to wait {:.0} s before the next request, which is not waited for",
                wait.as_secs_f64()
            );
            self.progress.log(Level::Warning, text);
        }
    }

    async fn back_off(&self, pause: Duration, attempts: u32, outcome: AttemptOutcome, told: String) {
        let journal = &self.progress;
        let seconds = pause.as_secs_f64();
        if matches!(outcome, AttemptOutcome::Response { status: 429, .. })
            && !self.warned.swap(true, Ordering::Relaxed)
        {
            journal.log(
                Level::Warning,
                format!("Azure throttles this identity; waiting {seconds:.0} s as it asks"),
            );
        }
        journal.log(
            Level::Verbose,
            format!("attempt {attempts} failed, trying again in {seconds:.1} s: {told}"),
        );
        journal.set_last_error(told);
        journal.set_phase(Phase::Backoff, Some(pause));
        tokio::time::sleep(pause).await;
    }

    /// The token, from memory or from the service.
    pub(crate) async fn token(&self, anew: bool) -> Result<Arc<AccessToken>, Error> {
        let resource = Resource::parse(&self.policy.audience).map_err(|_| Error::InvalidArgument {
            field: "ResourceId",
            fault: "must be one audience, without spaces".to_owned(),
        })?;
        let mut request = self.identity.request(resource);
        request.force_refresh = anew;
        if let Some(budget) = self.timeout {
            (request.timeout, request.counts_line) = (budget, true);
        }
        match self.state.client.get_token(&request) {
            TokenCall::Ready(grant) => Ok(grant.token),
            TokenCall::Pending(pending) => {
                self.progress.attach(Arc::clone(pending.progress()));
                let landing = pending.wait().await;
                self.progress.detach();
                Ok(landing?.token)
            }
        }
    }

    /// One attempt: the request, and where responses redirect, the requests that follow.
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
