//! The way of one request to its token: the gate, the service, the verdict, and again as the schedule has it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tollgate_gate::{Obstacle, Stage};

use crate::cache::Key;
use crate::client::Core;
use crate::error::Error;
use crate::flight::Landing;
use crate::journal::{Journal, Level, Phase};
use crate::retry::{self, Outcome};
use crate::token::AccessToken;
use crate::verdict::{self, Failed};
use crate::virtual_machine::VirtualMachine;

/// One request.
pub(crate) struct Trip {
    pub(crate) source: VirtualMachine,
    pub(crate) key: Key,
    pub(crate) budget: Duration,
    /// Whether a token that is at hand may serve when no new one can be had.
    pub(crate) any_will_do: bool,
}

impl Trip {
    /// Gets the token and keeps it.
    pub(crate) async fn land(&self, core: &Core, journal: &Journal) -> Landing {
        let error = match self.ask_until_answered(core, journal).await {
            Ok(token) => {
                let token = Arc::new(token);
                core.cache.put(self.key.clone(), Arc::clone(&token));
                return Ok(token);
            }
            Err(error) => error,
        };
        if self.any_will_do
            && error.is_passing()
            && let Some(token) = core.cache.last_resort(&self.key, core.clock.boot())
        {
            journal.say(
                Level::Warning,
                format!("no new token could be had, the one at hand ends soon: {error}"),
            );
            return Ok(token);
        }
        Err(error)
    }

    async fn ask_until_answered(&self, core: &Core, journal: &Journal) -> Result<AccessToken, Error> {
        let started = core.clock.boot();
        let (mut attempt, mut retries, mut last) = (0, 0, Outcome::Final);
        loop {
            attempt += 1;
            journal.attempt(attempt);
            let failed = match self.ask(core, attempt, journal).await {
                Ok(token) => return Ok(token),
                Err(failed) => *failed,
            };
            let Failed { error, outcome, retry_after } = failed;
            // Each kind of trouble has its own schedule, which starts over when the kind changes.
            retries = if outcome == last { retries + 1 } else { 0 };
            last = outcome;
            let pause = retry::pause(outcome, retries, retry_after)
                .map(|pause| retry::jittered(pause, fastrand::f64()));
            let left = self.budget.saturating_sub(core.clock.boot().since(started));
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

    async fn ask(&self, core: &Core, attempt: u32, journal: &Journal) -> Result<AccessToken, Box<Failed>> {
        let arrived = core.clock.boot();
        let watch = |stage| match stage {
            Stage::Place { left, waiting } => journal.queue(left, waiting),
            Stage::Slot => journal.enter(Phase::Slot, None),
        };
        let mut admission = core.gate.admit(&watch).await;
        let connection = core
            .http
            .connect(self.source.endpoint())
            .await
            .map_err(|failure| verdict::of_failure(&self.source, &failure, attempt))?;
        admission.depart().await;
        warn_once(core, admission.obstacle(), journal);
        let waited = core.clock.boot().since(arrived);
        journal.enter(Phase::Asking, None);
        journal.say(
            Level::Verbose,
            format!(
                "asking {} for a token of {} for {} (waited {:.1} s at the gate)",
                self.key.endpoint,
                self.key.selector,
                self.key.resource,
                waited.as_secs_f64()
            ),
        );
        let answer = connection
            .get(&self.source.path(&self.key.resource, &self.key.selector), &self.source.headers())
            .await;
        admission.answered().await;
        let answer = answer.map_err(|failure| verdict::of_failure(&self.source, &failure, attempt))?;
        let result = verdict::of_answer(&self.source, &self.key, &answer, attempt, &*core.clock);
        let Err(mut failed) = result else { return result };
        if let Error::Throttled { waiting, .. } = &mut failed.error {
            *waiting = journal.waiting();
            admission.throttled(failed.retry_after).await;
        }
        Err(failed)
    }
}

/// An obstacle is worth a warning when it is new to this process, and a line for those who listen after that.
fn warn_once(core: &Core, obstacle: Option<&Obstacle>, journal: &Journal) {
    let mut warned = core.warned.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(obstacle) = obstacle {
        let level = if warned.as_ref() == Some(obstacle) { Level::Verbose } else { Level::Warning };
        journal.say(level, format!("this process paces itself alone, other processes of the machine do not know of it: {obstacle}"));
    }
    *warned = obstacle.cloned();
}
