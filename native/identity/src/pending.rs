//! A call that waits for the service. The request may be shared; how long this caller waits for it, and what it makes do with
//! when nothing comes of it, is this caller's own affair.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::flight::{Flight, Purpose};
use crate::grant::{Grant, Origin};
use crate::journal::{Journal, Level};
use crate::key::Key;
use crate::patience::within;
use crate::request::TokenRequest;
use crate::state::Core;

/// A call that waits for the service.
pub struct Pending {
    core: Arc<Core>,
    key: Key,
    flight: Flight,
    origin: Origin,
    budget: Duration,
    counts_line: bool,
    forced: bool,
    journal: Arc<Journal>,
}

impl Pending {
    pub(crate) fn new(
        core: &Arc<Core>,
        key: Key,
        flight: Flight,
        origin: Origin,
        request: &TokenRequest,
    ) -> Self {
        // What is said of this caller's own wait is for this caller.
        let journal = Arc::new(Journal::new(Arc::clone(&core.clock)));
        let found = if origin == Origin::Shared {
            "one that is under way is waited for"
        } else {
            "the service is asked"
        };
        let (selector, resource) = (&key.selector, &key.resource);
        let why =
            if request.force_refresh { "a new one was wished for" } else { "none is in memory that lasts" };
        journal.say(Level::Debug, format!("token of {selector} for {resource}: {why}, {found}"));
        journal.follow(Arc::clone(&flight.journal));
        if request.counts_line {
            flight.journal.allow_silence(request.budget);
        }
        let (core, budget, forced) = (Arc::clone(core), request.budget, request.force_refresh);
        Self { core, key, flight, origin, budget, counts_line: request.counts_line, forced, journal }
    }

    /// What the request has to tell while it is under way.
    pub const fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Waits for the token.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn landing(self) -> Result<Grant, Error> {
        let Self { core, key, flight, origin, budget, counts_line, forced, journal } = self;
        let error = match within(budget, counts_line, &flight.journal, flight.landing).await {
            Some(Ok(token)) => return Ok(Grant { token, origin }),
            Some(Err(error)) => error,
            None => {
                let (attempts, last) = (journal.progress().attempt, journal.last_failure());
                Error::TimedOut { budget, attempts, sends: flight.journal.sends(), last }
            }
        };
        // When no new token can be had for now, the one at hand is better than none, to its very end. To who wished for a new one it
        // is none; and to who only waited along for a renewal behind somebody's back, a failure of that is no reason to fail.
        let may_make_do = !forced && (error.is_passing() || flight.purpose == Purpose::Background);
        let at_hand = || core.cache.last_resort(&key, core.clock.now());
        let Some(token) = may_make_do.then(at_hand).flatten() else { return Err(error) };
        journal.say(Level::Warning, format!("no new token could be had, the one at hand ends soon: {error}"));
        Ok(Grant { token, origin: Origin::Cache })
    }
}
