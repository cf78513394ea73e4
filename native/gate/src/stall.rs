//! When a wait at the gate is no wait any more but a standstill. Pure: what a caller saw, and when.
//!
//! The ledger is everybody's to write, so what it says proves little: a pause and a counter that grows are believed for
//! a minute. Only the locks of the slots tell for certain that requests come and go, and give another minute.

use std::time::Duration;

use tollgate_core::Boot;

use crate::ledger::Ledger;
use crate::limits::{REQUEST_TIMEOUT, SLOTS};
use crate::machine::{Slots, Taken};

/// How long nothing may move before a caller goes on alone.
pub(crate) const STALL: Duration = Duration::from_secs(10);

/// The same when the gate could not be passed just before.
pub(crate) const SHORT_STALL: Duration = Duration::from_millis(50);

/// The same for a send then, and the furthest place that is waited for.
pub(crate) const NEAR: Duration = Duration::from_secs(2);

/// How long signs of movement are believed after the arrival, or after requests were last seen to come and go.
pub(crate) const TRUST: Duration = Duration::from_secs(60);

/// After how much of that time a caller looks at the slots too.
const EARLY: Duration = Duration::from_secs(5);

/// How much longer than it was meant to a sleep may be on a busy machine.
const OVERSLEEP: Duration = Duration::from_secs(1);

/// How much of a sleep was none of the caller's: the whole machine or its process stood still, and nobody can have
/// been seen to move in that time.
pub(crate) fn frozen(slept: Duration, meant: Duration) -> Duration {
    slept.saturating_sub(meant + OVERSLEEP)
}

/// What one caller has seen of the gate's movement.
#[derive(Clone, Debug)]
pub(crate) struct Stall {
    /// Its arrival, or when a slot was last seen free that had been taken.
    proven_at: Boot,
    /// How long nothing may move.
    patience: Duration,
    moved_at: Boot,
    taken: Taken,
    /// From when on each slot has been seen taken at every look.
    taken_since: [Boot; SLOTS],
    gone: Option<u64>,
    pause: Option<Pause>,
    /// Whether requests were seen to come and go since the last pause began.
    may_pause: bool,
}

/// A pause that goes on.
#[derive(Clone, Copy, Debug)]
struct Pause {
    since: Boot,
    /// Whether it began after requests were seen to come and go: it is then believed for a minute of its own.
    is_granted: bool,
}

impl Stall {
    /// For who arrives now, and waits for the gate or, where that could not be passed just before, only tries it.
    pub(crate) fn new(arrived: Boot, is_patient: bool) -> Self {
        Self {
            patience: if is_patient { STALL } else { SHORT_STALL },
            proven_at: arrived,
            moved_at: arrived,
            taken: [false; SLOTS],
            taken_since: [arrived; SLOTS],
            gone: None,
            pause: None,
            may_pause: false,
        }
    }

    /// The same for one that has come to a slot now: the send is waited for, though not for long by who only tries.
    pub(crate) fn of_slot_holder(self, now: Boot) -> Self {
        if self.is_patient() { self } else { Self { patience: NEAR, moved_at: now, ..self } }
    }

    /// Whether the gate is waited for, and not only tried.
    pub(crate) fn is_patient(&self) -> bool {
        self.patience == STALL
    }

    /// Notes the end of a sleep. A process that was frozen in it has seen nothing, so it does not count as a standstill.
    /// Gives for how long it was.
    pub(crate) fn wake(&mut self, slept_from: Boot, meant: Duration, now: Boot) -> Duration {
        let frozen = frozen(now.since(slept_from), meant);
        self.skip(frozen, now);
        frozen
    }

    fn skip(&mut self, frozen: Duration, now: Boot) {
        let skip = |moment: &mut Boot| *moment = (*moment + frozen).min(now);
        skip(&mut self.proven_at);
        skip(&mut self.moved_at);
        self.taken_since.iter_mut().for_each(skip);
        if let Some(pause) = &mut self.pause {
            skip(&mut pause.since);
        }
    }

    /// Looks at the slots, and notes what their locks tell.
    pub(crate) fn look_at(&mut self, slots: &mut dyn Slots, now: Boot) {
        let taken = slots.taken(self.taken);
        self.see_slots(taken, now);
    }

    /// Notes what the locks of the slots tell. One that was held for longer than a request may take proves nothing when it
    /// becomes free: its holder was stuck, and goes on alone.
    pub(crate) fn see_slots(&mut self, taken: Taken, now: Boot) {
        let mut was_freed = false;
        for ((before, taken), since) in self.taken.iter().zip(taken).zip(&mut self.taken_since) {
            match (before, taken) {
                (true, false) => was_freed |= now.since(*since) <= REQUEST_TIMEOUT,
                (false, true) => *since = now,
                _ => {}
            }
        }
        // In a pause nobody sends. A slot that is given up then was held by somebody who goes on alone.
        if was_freed && self.pause.is_none() {
            self.proven_at = now;
            self.moved_at = now;
            self.may_pause = true;
        }
        self.taken = taken;
    }

    /// Notes what the ledger tells: a pause, requests that have left or were given up, and whether one of those that hold a
    /// slot is under way and within its time.
    pub(crate) fn see_ledger(&mut self, ledger: &Ledger, now: Boot) {
        let is_aloft = (0..SLOTS).any(|slot| self.taken[slot] && ledger.is_aloft(slot, now));
        let gone = ledger.gone();
        let has_moved = self.gone.replace(gone).is_some_and(|before| before != gone);
        self.see_pause(ledger, now);
        if (has_moved || is_aloft) && now <= self.trusted_until() {
            self.moved_at = now;
        }
    }

    /// Notes a pause and nothing else: for who has a slot and waits for its own request to leave.
    pub(crate) fn see_pause(&mut self, ledger: &Ledger, now: Boot) {
        if ledger.paused_for(now) > Duration::ZERO {
            self.pause.get_or_insert(Pause { since: now, is_granted: self.may_pause });
            self.may_pause = false;
            if self.is_patient() && now <= self.trusted_until() {
                self.moved_at = now;
            }
        } else if let Some(pause) = self.pause.take().filter(|pause| pause.is_granted) {
            // Nothing could be proven in it.
            self.proven_at = self.proven_at + now.since(pause.since).min(TRUST);
        }
    }

    /// Notes a wait for the ledger's lock that came to its end. It moves, however slowly. What it took beyond that the
    /// process was frozen.
    pub(crate) fn wait_for_lock(&mut self, from: Boot, waited: Duration, now: Boot) {
        self.skip(now.since(from).saturating_sub(waited), now);
        if now <= self.trusted_until() {
            self.moved_at = (self.moved_at + waited).min(now);
        }
    }

    /// Whether all slots were seen taken.
    pub(crate) fn is_full(&self) -> bool {
        self.taken.iter().all(|taken| *taken)
    }

    /// How long nothing has moved, once that is too long.
    pub(crate) fn is_over(&self, now: Boot) -> Option<Duration> {
        let still = now.since(self.moved_at);
        (still >= self.patience).then_some(still)
    }

    /// How long a lock may be waited for.
    pub(crate) fn lock_bound(&self, now: Boot) -> Duration {
        (self.trusted_until() + STALL).since(now).min(self.patience)
    }

    /// Whether the slots are worth a look with each look at the ledger.
    pub(crate) fn wants_slots(&self, now: Boot) -> bool {
        now.since(self.proven_at) >= EARLY
    }

    /// How long requests were not seen to come and go; nothing in a pause, in which they do not.
    pub(crate) fn unproven_for(&self, now: Boot) -> Option<Duration> {
        self.pause.is_none().then(|| now.since(self.proven_at))
    }

    /// What is left until it is over, if nothing moves.
    pub(crate) fn left(&self, now: Boot) -> Duration {
        (self.moved_at + STALL).since(now)
    }

    fn trusted_until(&self) -> Boot {
        match self.pause {
            Some(pause) if pause.is_granted => pause.since + TRUST,
            _ => self.proven_at + TRUST,
        }
    }
}

#[cfg(test)]
mod tests;
