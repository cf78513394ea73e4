//! The way of one request to its answer: the token, the question, redirects, and again as the schedule has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use tollgate_gate::Boot;
use tollgate_http::{CloudAnswer, CloudFailure, CloudQuestion, Patience, SILENCE, append};
use tollgate_identity::{
    AccessToken, Call, Journal, Level, Phase, Resource, Selector, ServiceError, TokenRequest,
};
use url::Url;
use zeroize::Zeroizing;

use crate::audience::Permit;
use crate::azure::Core;
use crate::challenge;
use crate::download::Download;
use crate::errand::Errand;
use crate::error::Error;
use crate::origin;
use crate::redirect;
use crate::refusal;
use crate::request::Method;
use crate::retry::{self, Outcome};

/// The most bytes of an answer that are kept in memory.
const MEMORY: usize = 256 << 20;

/// Whoever carries requests of one undertaking.
pub(crate) struct Courier {
    pub(crate) core: Arc<Core>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) permit: Permit,
    selector: Selector,
    /// How often is asked in all; 1 for no retry.
    tries: u32,
    patience: Patience,
    started: Boot,
    /// The time there is in all.
    budget: Option<Duration>,
    /// Whether it was warned of throttling.
    warned: AtomicBool,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) version: &'static str,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// How it was asked.
    pub(crate) method: Method,
    /// What was asked last.
    pub(crate) url: Url,
    /// How often was asked.
    pub(crate) attempts: u32,
}

/// Why a try came to nothing: trouble on the way, which may pass, or what no further try will change.
enum Setback {
    Failure(CloudFailure, Url),
    Final(Error),
}

impl From<Error> for Setback {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

impl Courier {
    /// A courier whose time begins now.
    pub(crate) fn new(
        core: Arc<Core>,
        journal: Arc<Journal>,
        selector: Selector,
        permit: Permit,
        tries: u32,
        patience: Patience,
        budget: Option<Duration>,
    ) -> Self {
        let (started, warned) = (core.clock.boot(), AtomicBool::new(false));
        Self { core, journal, selector, permit, tries, patience, started, budget, warned }
    }

    /// Asks until there is an answer to stand by, whatever its status. A good one's body goes to the file, if there is one.
    pub(crate) async fn send(
        &self,
        errand: &Errand,
        mut file: Option<&mut Download>,
    ) -> Result<Answer, Error> {
        self.permit.check(&errand.url)?;
        let (mut attempts, mut anew, mut renewed) = (0, false, false);
        loop {
            attempts += 1;
            // Once is enough: the next try finds the new one in memory.
            let token = self.token(std::mem::take(&mut anew)).await?;
            self.journal.attempt(attempts);
            let (outcome, told, result) = match self.try_once(errand, &token, file.as_deref_mut()).await {
                Ok(mut answer) => {
                    answer.attempts = attempts;
                    if answer.status < 400 {
                        return Ok(answer);
                    }
                    let said = self.said(&answer);
                    // What a stranger thinks of a token that it was not shown is of no concern.
                    let shown = answer.url.origin() == errand.url.origin();
                    let refused = shown && answer.status == 401 && !renewed;
                    if refused && challenge::wants_new_token(&answer.headers, &said) {
                        (anew, renewed) = (true, true);
                        self.journal.say(Level::Verbose, format!("asking for a new token: {said}"));
                        continue;
                    }
                    let outcome = Outcome::Answered { status: answer.status, wait: said.retry_after };
                    (outcome, said.to_string(), Ok(answer))
                }
                Err(Setback::Final(error)) => return Err(error),
                Err(Setback::Failure(failure, url)) => {
                    let told = failure.to_string();
                    let outcome = match &failure {
                        CloudFailure::Unreachable { before_sent: true, .. } => Outcome::Unsent,
                        CloudFailure::Unreachable { .. }
                        | CloudFailure::TimedOut(_)
                        | CloudFailure::Truncated => Outcome::Broken,
                        _ => return Err(failed(failure, &url, attempts)),
                    };
                    (outcome, told, Err(failed(failure, &url, attempts)))
                }
            };
            let left =
                self.budget.map(|budget| budget.saturating_sub(self.core.clock.boot().since(self.started)));
            let pause = retry::pause(errand.method, outcome, attempts, self.tries, left, fastrand::f64());
            let Some(pause) = pause else { return result };
            self.pause(pause, attempts, outcome, told).await;
        }
    }

    /// What an answer with the status of an error says.
    pub(crate) fn said(&self, answer: &Answer) -> ServiceError {
        refusal::read(answer.status, &answer.headers, &answer.body, &*self.core.clock)
    }

    async fn pause(&self, pause: Duration, attempts: u32, outcome: Outcome, told: String) {
        let journal = &self.journal;
        let seconds = pause.as_secs_f64();
        if matches!(outcome, Outcome::Answered { status: 429, .. })
            && !self.warned.swap(true, Ordering::Relaxed)
        {
            journal.say(
                Level::Warning,
                format!("Azure throttles this identity; waiting {seconds:.0} s as it asks"),
            );
        }
        journal.say(
            Level::Verbose,
            format!("attempt {attempts} failed, trying again in {seconds:.1} s: {told}"),
        );
        journal.failed(told);
        journal.enter(Phase::Pausing, Some(pause));
        tokio::time::sleep(pause).await;
    }

    /// The token, from memory or from the service.
    pub(crate) async fn token(&self, anew: bool) -> Result<Arc<AccessToken>, Error> {
        let resource = Resource::parse(&self.permit.audience).map_err(|_| Error::InvalidArgument {
            field: "ResourceId",
            fault: "must be one audience, without spaces".to_owned(),
        })?;
        let mut request = TokenRequest::new(resource, self.selector.clone());
        request.force_refresh = anew;
        request.budget = self.budget.unwrap_or(request.budget);
        match self.core.client.token(&request) {
            Call::Ready(grant) => Ok(grant.token),
            Call::Pending(pending) => {
                self.journal.follow(Arc::clone(pending.journal()));
                let landing = pending.landing().await;
                self.journal.follow_no_more();
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
            let headers =
                if own { errand.headers_with(token.secret())? } else { errand.headers_for_strangers() };
            let head = self.ask(errand, url.clone(), headers).await?;
            let next = match errand.method.is_safe() {
                true => redirect::target(head.status, &head.headers, &url)?,
                false => None,
            };
            let Some(next) = next else {
                return self.receive(head, errand.method, url, file).await;
            };
            // Once away from its origin the token stays behind, wherever the way leads after that.
            own = own && next.origin() == url.origin();
            let with = if own { "with" } else { "without" };
            self.journal
                .say(Level::Verbose, format!("redirected to {}, {with} the token", origin::and_path(&next)));
            url = next;
        }
        let fault = format!("it redirects more than {} times", redirect::MOST);
        Err(Error::NotTrusted { endpoint: origin::of(&url), fault }.into())
    }

    async fn ask(&self, errand: &Errand, url: Url, headers: HeaderMap) -> Result<CloudAnswer, Setback> {
        let payload = errand.payload().await?;
        let method = http::Method::from_bytes(errand.method.as_str().as_bytes()).unwrap_or_default();
        self.journal.enter(Phase::Answering, None);
        self.journal.say(Level::Verbose, format!("asking {method} {}", origin::and_path(&url)));
        let question = CloudQuestion {
            method,
            url: url.clone(),
            headers,
            payload,
            patience: self.patience,
            silence: SILENCE,
        };
        let answer =
            self.core.cloud().ask(question).await.map_err(|failure| Setback::Failure(failure, url))?;
        for warning in self.core.quota.warnings(&answer.headers) {
            self.journal.say(Level::Warning, warning);
        }
        Ok(answer)
    }

    /// Takes the body: of a good answer to the file where there is one, else to memory.
    async fn receive(
        &self,
        mut head: CloudAnswer,
        method: Method,
        url: Url,
        file: Option<&mut Download>,
    ) -> Result<Answer, Setback> {
        self.journal.enter(Phase::Receiving, None);
        let mut file = file.filter(|_| (200..300).contains(&head.status));
        if let Some(file) = &mut file {
            file.rewind().await?;
        }
        let too_large = || {
            let fault = format!("its body is larger than {} MiB; use -OutFile", MEMORY >> 20);
            Setback::Final(Error::Malformed { endpoint: origin::of(&url), fault })
        };
        let announced =
            head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if file.is_none() && method != Method::Head && announced.is_some_and(|length: usize| length > MEMORY)
        {
            return Err(too_large());
        }
        let mut body = Zeroizing::new(Vec::new());
        loop {
            let piece = match head.piece().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(failure) => return Err(Setback::Failure(failure, url)),
            };
            let amount = match &mut file {
                Some(file) => file.add(&piece).await?,
                None if body.len() + piece.len() > MEMORY => return Err(too_large()),
                None => {
                    append(&mut body, &piece);
                    body.len() as u64
                }
            };
            self.journal.received(amount);
        }
        let CloudAnswer { status, version, headers, .. } = head;
        Ok(Answer { status, version, headers, body, method, url, attempts: 0 })
    }
}

/// The error that trouble on the way is.
fn failed(failure: CloudFailure, url: &Url, attempts: u32) -> Error {
    let endpoint = origin::of(url);
    match failure {
        CloudFailure::BadProxy { variable, fault } => {
            Error::InvalidArgument { field: variable, fault: fault.to_owned() }
        }
        CloudFailure::NotTrusted(fault) => Error::NotTrusted { endpoint, fault },
        CloudFailure::Truncated => Error::Malformed { endpoint, fault: failure.to_string() },
        _ => Error::Unreachable { endpoint, fault: failure.to_string(), attempts },
    }
}
