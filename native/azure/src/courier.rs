//! The way of one request to its answer: the token, the question, redirects, and again as the schedule has it.

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

use crate::answer::{self, Answer};
use crate::audience::Permit;
use crate::challenge;
use crate::download::Download;
use crate::errand::Errand;
use crate::error::Error;
use crate::origin;
use crate::quota;
use crate::redirect;
use crate::refusal;
use crate::request::Method;
use crate::retry::{self, Outcome};
use crate::state::Core;

mod effort;
mod failure;
mod sent_tokens;

pub(crate) use effort::Effort;
use failure::is_of_parent;
pub(crate) use failure::{Setback, failed};
use sent_tokens::SentTokens;

/// Whoever carries requests of one undertaking.
pub(crate) struct Courier {
    pub(crate) core: Arc<Core>,
    pub(crate) journal: Arc<ProgressLog>,
    pub(crate) permit: Permit,
    identity: Identity,
    effort: Effort,
    started: BootInstant,
    /// The time there is in all.
    budget: Option<Duration>,
    /// Whether it was warned of throttling.
    warned: AtomicBool,
    /// Whether a request has left, so that somebody is there.
    reached: AtomicBool,
    sent: SentTokens,
}

/// How much later than the undertaking a try ends, so that it is the undertaking that ends.
const AFTER: Duration = Duration::from_secs(1);

impl Courier {
    /// A courier whose time begins now. All of its tokens come from one source: where none is named, the one that the
    /// environment points to now.
    pub(crate) fn new(
        core: Arc<Core>,
        journal: Arc<ProgressLog>,
        mut identity: Identity,
        permit: Permit,
        effort: Effort,
        budget: Option<Duration>,
    ) -> Self {
        identity.source.get_or_insert_with(|| core.client.source());
        let started = core.clock.now();
        let (warned, reached) = (AtomicBool::new(false), AtomicBool::new(false));
        let sent = SentTokens::default();
        Self { core, journal, identity, permit, effort, started, budget, warned, reached, sent }
    }

    /// Whether a request of this courier's has ever left, so that somebody is there, whatever came of it.
    pub(crate) fn has_reached(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }

    /// Asks until there is an answer to stand by, whatever its status. A good one's body goes to the file, if there is one.
    pub(crate) async fn send(
        &self,
        errand: &Errand,
        mut file: Option<&mut Download>,
    ) -> Result<Answer, Error> {
        self.permit.check(&errand.url)?;
        self.journal.begin_request(!errand.method.is_safe());
        let (mut attempts, mut anew, mut renewed) = (0, false, false);
        loop {
            attempts += 1;
            // Whether an earlier try may have done what it was for.
            let may_be_done = self.journal.sends().may_be_done;
            // Once is enough: the next try finds the new one in memory.
            let token = self.token(std::mem::take(&mut anew)).await?;
            self.sent.remember(&token);
            self.journal.set_attempt(attempts);
            let (outcome, told, result) = match self.try_once(errand, &token, file.as_deref_mut()).await {
                Ok(mut answer) => {
                    answer.attempts = attempts;
                    // What an earlier try did nobody knows yet, nor what stands behind a gateway that gave up.
                    if !may_be_done && answer.status < 500 {
                        self.journal.record_response(!errand.method.is_safe());
                    }
                    if answer.status < 400 {
                        return Ok(answer);
                    }
                    let said = self.said(&answer);
                    let is_gone = answer.status == 404 && !is_of_parent(&errand.url, &said);
                    if may_be_done && errand.method == Method::Delete && is_gone {
                        let text = "what was to be deleted is gone: an earlier try seems to have done it, of which no answer came";
                        self.journal.log(Level::Verbose, text.to_owned());
                        return Ok(answer.into_no_content());
                    }
                    // What a stranger thinks of a token that it was not shown is of no concern.
                    let shown = answer.url.origin() == errand.url.origin();
                    let refused = shown && answer.status == 401 && !renewed;
                    if refused && challenge::wants_new_token(&answer.headers, &said) {
                        (anew, renewed) = (true, true);
                        self.journal.log(Level::Verbose, format!("asking for a new token: {said}"));
                        continue;
                    }
                    let outcome = Outcome::Answered { status: answer.status, wait: said.retry_after };
                    (outcome, said.to_string(), Ok(answer))
                }
                Err(Setback::Final(error)) => return Err(error),
                Err(Setback::Failure(failure, url)) => {
                    let told = failure.to_string();
                    let outcome = match &failure {
                        failure if failure.is_after_sending() => Outcome::Broken,
                        CloudTransportError::Connect { .. } => Outcome::Unsent,
                        _ => return Err(failed(failure, &url, attempts, self.journal.sends())),
                    };
                    (outcome, told, Err(failed(failure, &url, attempts, self.journal.sends())))
                }
            };
            let left = self.left();
            let most = self.effort.attempts(self.has_reached());
            let pause = retry::pause(errand.method, outcome, attempts, most, left, fastrand::f64());
            let Some(pause) = pause else {
                self.tell_wait(outcome);
                return result;
            };
            self.pause(pause, attempts, outcome, told).await;
        }
    }

    /// The time there still is; nothing for no end.
    fn left(&self) -> Option<Duration> {
        self.budget.map(|budget| budget.saturating_sub(self.core.clock.now().duration_since(self.started)))
    }

    /// How long the service may stay silent. Where a time is named it is that, and the whole undertaking ends first.
    fn silence(&self) -> Duration {
        self.budget.map_or(IDLE_TIMEOUT, |budget| budget.saturating_add(AFTER))
    }

    /// What an answer with the status of an error says.
    pub(crate) fn said(&self, answer: &Answer) -> ServiceError {
        let clock = &*self.core.clock;
        self.sent.with(|secrets| refusal::read(answer.status, &answer.headers, &answer.body, clock, secrets))
    }

    /// A text that a service wrote, without the token that it was sent.
    pub(crate) fn redacted(&self, text: &str) -> String {
        self.sent.with(|secrets| redact(text, secrets))
    }

    /// An answer may stand for itself, and whoever reads it need not find the line that says when to come back.
    fn tell_wait(&self, outcome: Outcome) {
        let Outcome::Answered { status: 429 | 503, wait: Some(wait) } = outcome else { return };
        if self.effort != Effort::Once && wait >= Duration::from_secs(1) {
            let text = format!(
                "Azure asks to wait {:.0} s before the next request, which is not waited for",
                wait.as_secs_f64()
            );
            self.journal.log(Level::Warning, text);
        }
    }

    async fn pause(&self, pause: Duration, attempts: u32, outcome: Outcome, told: String) {
        let journal = &self.journal;
        let seconds = pause.as_secs_f64();
        if matches!(outcome, Outcome::Answered { status: 429, .. })
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
        let resource = Resource::parse(&self.permit.audience).map_err(|_| Error::InvalidArgument {
            field: "ResourceId",
            fault: "must be one audience, without spaces".to_owned(),
        })?;
        let mut request = self.identity.request(resource);
        request.force_refresh = anew;
        if let Some(budget) = self.budget {
            (request.timeout, request.counts_line) = (budget, true);
        }
        match self.core.client.get_token(&request) {
            TokenCall::Ready(grant) => Ok(grant.token),
            TokenCall::Pending(pending) => {
                self.journal.attach(Arc::clone(pending.progress()));
                let landing = pending.wait().await;
                self.journal.detach();
                Ok(landing?.token)
            }
        }
    }

    /// One try: the question, and where answers lead on, the questions that follow.
    async fn try_once(
        &self,
        errand: &Errand,
        token: &AccessToken,
        file: Option<&mut Download>,
    ) -> Result<Answer, Setback> {
        let (mut url, mut own) = (errand.url.clone(), true);
        for _ in 0..=redirect::MOST {
            // Whoever is not asked by the user gets neither the token nor the user's lines nor the body.
            let (headers, payload) = match own {
                true => (errand.headers_with(token.secret())?, errand.payload().await?),
                false => (errand.headers_for_strangers(), CloudRequestBody::None),
            };
            let head = self.ask(errand.method, url.clone(), headers, payload).await?;
            let next = match errand.method.is_safe() {
                true => redirect::target(head.status, &head.headers, &url)?,
                false => None,
            };
            let Some(next) = next else {
                let unpack = !errand.names_encoding();
                return answer::take(head, errand.method, url, file, unpack, &self.journal).await;
            };
            // Once away from its origin the token stays behind, wherever the way leads after that.
            own = own && next.origin() == url.origin() && !self.permit.leaves_token_at_redirects;
            let with = if own { "with" } else { "without" };
            let to = self.redacted(&origin::and_path(&next));
            self.journal.log(Level::Verbose, format!("redirected to {to}, {with} the token"));
            url = next;
        }
        let fault = format!("it redirects more than {} times", redirect::MOST);
        Err(Error::NotTrusted { endpoint: origin::of(&url), fault }.into())
    }

    async fn ask(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        payload: CloudRequestBody,
    ) -> Result<CloudResponse, Setback> {
        let safe = method.is_safe();
        let method = http::Method::from_bytes(method.as_str().as_bytes()).unwrap_or_default();
        self.journal.set_phase(Phase::AwaitingResponse, None);
        self.journal
            .log(Level::Verbose, format!("asking {method} {}", self.redacted(&origin::and_path(&url))));
        let holder = quota::holder(&self.identity, &url);
        let question = CloudRequest {
            method,
            url: url.clone(),
            headers,
            body: payload,
            connect_timeout: self.effort.patience(),
            idle_timeout: self.silence(),
        };
        let sent = || {
            self.reached.store(true, Ordering::Relaxed);
            self.journal.record_sent(!safe);
        };
        let answer = self.core.cloud().send(question, sent).await;
        let answer = answer.map_err(|failure| Setback::Failure(failure, url))?;
        for warning in self.core.quota.warnings(&answer.headers, &holder) {
            self.journal.log(Level::Warning, warning);
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests;
