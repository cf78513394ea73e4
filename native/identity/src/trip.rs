//! The way of one request to its token: the gate, the service, the verdict, and again as the schedule has it.

use std::sync::{Arc, PoisonError};

use tollgate_gate::Obstacle;
use tollgate_http::{Answer, Question};

use crate::cache::Key;
use crate::client::Core;
use crate::error::Error;
use crate::flight::{Landing, Ticket};
use crate::journal::{Journal, Level, Phase};
use crate::leave::Leave;
use crate::retry::{self, Outcome};
use crate::source::{Pace, Source};
use crate::token::AccessToken;
use crate::verdict::{self, Failed};

/// One request.
pub(crate) struct Trip {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) key: Key,
    pub(crate) ticket: Ticket,
}

impl Trip {
    /// Gets the token, and keeps it unless it was forgotten while it was on its way.
    pub(crate) async fn land(&self, core: &Core, journal: &Journal) -> Landing {
        let landing = self.ask_until_answered(core, journal).await.map(Arc::new);
        let number = self.ticket.number;
        core.flights.land(&self.key, number, || {
            if let Ok(token) = &landing {
                let endpoint = self.source.endpoint().to_string();
                core.cache.put(&self.key, endpoint, number, Arc::clone(token), core.clock.boot());
            }
        });
        landing
    }

    async fn ask_until_answered(&self, core: &Core, journal: &Journal) -> Result<AccessToken, Error> {
        let question = self.source.question(&self.key.resource, &self.key.selector)?;
        let (mut attempt, mut retries, mut last) = (0, 0, Outcome::Final);
        loop {
            attempt += 1;
            journal.attempt(attempt);
            let failed = match self.ask(core, &question, attempt, journal).await {
                Ok(token) => return Ok(token),
                Err(failed) => *failed,
            };
            let Failed { error, outcome, retry_after } = failed;
            // Each kind of trouble has its own schedule, which starts over when the kind changes.
            retries = if outcome == last { retries + 1 } else { 0 };
            last = outcome;
            let pause = retry::pause(self.source.kind().rules, outcome, retries, retry_after)
                .map(|pause| retry::jittered(pause, fastrand::f64()));
            let left = self.ticket.deadline.left(core.clock.boot());
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
        let mut leave = Leave::take(core, source.kind().pace, journal).await;
        let mut answer = self.send(core, question, attempt, &mut leave, journal).await?;
        match source.answer_challenge(&answer, question) {
            Ok(None) => {}
            Ok(Some(question)) => answer = self.send(core, &question, attempt, &mut leave, journal).await?,
            Err(error) => return Err(Failed::at_last(error)),
        }
        let result = verdict::of_answer(source, &self.key, &answer, attempt, &*core.clock);
        let Err(mut failed) = result else { return result };
        if let Error::Throttled { waiting, .. } = &mut failed.error {
            *waiting = journal.waiting();
            leave.throttled(failed.retry_after).await;
        }
        Err(failed)
    }

    async fn send(
        &self,
        core: &Core,
        question: &Question,
        attempt: u32,
        leave: &mut Leave<'_>,
        journal: &Journal,
    ) -> Result<Answer, Box<Failed>> {
        let source = &*self.source;
        let failed = |failure| verdict::of_failure(source, &failure, attempt);
        let connection = core.http.connect(source.endpoint(), source.pin()).await.map_err(failed)?;
        leave.depart(journal).await;
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
        let answer = connection.ask(question).await;
        leave.answered().await;
        answer.map_err(failed)
    }
}

/// An obstacle is worth a warning when it is new to this process, and a line for those who listen after that.
fn warn_once(core: &Core, obstacle: Option<&Obstacle>, journal: &Journal) {
    let mut warned = core.warned.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(obstacle) = obstacle {
        let known = warned.as_ref().is_some_and(|warned| warned.is_like(obstacle));
        let level = if known { Level::Verbose } else { Level::Warning };
        journal.say(level, format!("this process paces itself alone, other processes of the machine do not know of it: {obstacle}"));
        *warned = Some(obstacle.clone());
    }
}
