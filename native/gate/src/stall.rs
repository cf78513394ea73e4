//! When a wait at the gate is no wait any more but a standstill. Pure: what a caller saw, and when.
//!
//! The ledger is everybody's to write, so what it says proves little: a pause and a counter that grows are believed for
//! a minute. Only the locks of the slots tell for certain that requests come and go, and give another minute.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::ledger::Ledger;
use crate::limits::{REQUEST_TIMEOUT, SLOTS};
use crate::machine::{Slots, Taken};

/// How long nothing may move before a caller goes on alone.
pub(crate) const STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The same when the gate could not be passed just before.
pub(crate) const STALL_TIMEOUT_AFTER_FALLBACK: Duration = Duration::from_millis(50);

/// The same for a send then, and the furthest place that is waited for.
pub(crate) const MAX_WAIT_AFTER_FALLBACK: Duration = Duration::from_secs(2);

/// How long signs of movement are believed after the arrival, or after requests were last seen to come and go.
pub(crate) const UNPROVEN_TIMEOUT: Duration = Duration::from_secs(60);

/// After how much of that time a caller looks at the slots too.
const CHECK_SLOTS_AFTER: Duration = Duration::from_secs(5);

/// How much longer than it was meant to a sleep may be on a busy machine.
const OVERSLEEP: Duration = Duration::from_secs(1);

/// How much of a sleep was none of the caller's: the whole machine or its process stood still, and nobody can have
/// been seen to move in that time.
pub(crate) fn suspended(slept: Duration, meant: Duration) -> Duration {
    slept.saturating_sub(meant + OVERSLEEP)
}

/// What one caller has seen of the gate's movement.
#[derive(Clone, Debug)]
pub(crate) struct StallDetector {
    /// Its arrival, or when a slot was last seen free that had been taken.
    proven_at: BootInstant,
    /// How long nothing may move.
    timeout: Duration,
    moved_at: BootInstant,
    taken: Taken,
    /// From when on each slot has been seen taken at every look.
    taken_since: [BootInstant; SLOTS],
    slots_passed: Option<u64>,
    pause: Option<Pause>,
    /// Whether requests were seen to come and go since the last pause began.
    may_pause: bool,
}

/// A pause that goes on.
#[derive(Clone, Copy, Debug)]
struct Pause {
    since: BootInstant,
    /// Whether it began after requests were seen to come and go: it is then believed for a minute of its own.
    is_granted: bool,
}

impl StallDetector {
    /// For who arrives now, and waits for the gate or, where that could not be passed just before, only tries it.
    pub(crate) fn new(arrived: BootInstant, is_patient: bool) -> Self {
        Self {
            timeout: if is_patient { STALL_TIMEOUT } else { STALL_TIMEOUT_AFTER_FALLBACK },
            proven_at: arrived,
            moved_at: arrived,
            taken: [false; SLOTS],
            taken_since: [arrived; SLOTS],
            slots_passed: None,
            pause: None,
            may_pause: false,
        }
    }

    /// The same for one that has come to a slot now: the send is waited for, though not for long by who only tries.
    pub(crate) fn for_slot_holder(self, now: BootInstant) -> Self {
        if self.waits() { self } else { Self { timeout: MAX_WAIT_AFTER_FALLBACK, moved_at: now, ..self } }
    }

    /// Whether the gate is waited for, and not only tried.
    pub(crate) fn waits(&self) -> bool {
        self.timeout == STALL_TIMEOUT
    }

    /// Notes the end of a sleep. A process that was frozen in it has seen nothing, so it does not count as a standstill.
    /// Gives for how long it was.
    pub(crate) fn observe_sleep(
        &mut self,
        slept_from: BootInstant,
        meant: Duration,
        now: BootInstant,
    ) -> Duration {
        let frozen = suspended(now.duration_since(slept_from), meant);
        self.skip(frozen, now);
        frozen
    }

    fn skip(&mut self, frozen: Duration, now: BootInstant) {
        let skip = |moment: &mut BootInstant| *moment = (*moment + frozen).min(now);
        skip(&mut self.proven_at);
        skip(&mut self.moved_at);
        self.taken_since.iter_mut().for_each(skip);
        if let Some(pause) = &mut self.pause {
            skip(&mut pause.since);
        }
    }

    /// Looks at the slots, and notes what their locks tell.
    pub(crate) fn check_slots(&mut self, slots: &mut dyn Slots, now: BootInstant) {
        let taken = slots.taken(self.taken);
        self.observe_slots(taken, now);
    }

    /// Notes what the locks of the slots tell. One that was held for longer than a request may take proves nothing when it
    /// becomes free: its holder was stuck, and goes on alone.
    pub(crate) fn observe_slots(&mut self, taken: Taken, now: BootInstant) {
        let mut was_freed = false;
        for ((before, taken), since) in self.taken.iter().zip(taken).zip(&mut self.taken_since) {
            match (before, taken) {
                (true, false) => was_freed |= now.duration_since(*since) <= REQUEST_TIMEOUT,
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
    pub(crate) fn observe_ledger(&mut self, ledger: &Ledger, now: BootInstant) {
        let is_aloft = (0..SLOTS).any(|slot| self.taken[slot] && ledger.is_in_flight(slot, now));
        let gone = ledger.slots_passed();
        let has_moved = self.slots_passed.replace(gone).is_some_and(|before| before != gone);
        self.observe_pause(ledger, now);
        if (has_moved || is_aloft) && now <= self.trusted_until() {
            self.moved_at = now;
        }
    }

    /// Notes a pause and nothing else: for who has a slot and waits for its own request to leave.
    pub(crate) fn observe_pause(&mut self, ledger: &Ledger, now: BootInstant) {
        if ledger.pause_remaining(now) > Duration::ZERO {
            self.pause.get_or_insert(Pause { since: now, is_granted: self.may_pause });
            self.may_pause = false;
            if self.waits() && now <= self.trusted_until() {
                self.moved_at = now;
            }
        } else if let Some(pause) = self.pause.take().filter(|pause| pause.is_granted) {
            // Nothing could be proven in it.
            self.proven_at = self.proven_at + now.duration_since(pause.since).min(UNPROVEN_TIMEOUT);
        }
    }

    /// Notes a wait for the ledger's lock that came to its end. It moves, however slowly. What it took beyond that the
    /// process was frozen.
    pub(crate) fn observe_lock_wait(&mut self, from: BootInstant, waited: Duration, now: BootInstant) {
        self.skip(now.duration_since(from).saturating_sub(waited), now);
        if now <= self.trusted_until() {
            self.moved_at = (self.moved_at + waited).min(now);
        }
    }

    /// Whether all slots were seen taken.
    pub(crate) fn is_full(&self) -> bool {
        self.taken.iter().all(|taken| *taken)
    }

    /// How long nothing has moved, once that is too long.
    pub(crate) fn stalled_for(&self, now: BootInstant) -> Option<Duration> {
        let still = now.duration_since(self.moved_at);
        (still >= self.timeout).then_some(still)
    }

    /// How long a lock may be waited for.
    pub(crate) fn lock_timeout(&self, now: BootInstant) -> Duration {
        (self.trusted_until() + STALL_TIMEOUT).duration_since(now).min(self.timeout)
    }

    /// Whether the slots are worth a look with each look at the ledger.
    pub(crate) fn is_slot_check_due(&self, now: BootInstant) -> bool {
        now.duration_since(self.proven_at) >= CHECK_SLOTS_AFTER
    }

    /// How long requests were not seen to come and go; nothing in a pause, in which they do not.
    pub(crate) fn unproven_for(&self, now: BootInstant) -> Option<Duration> {
        self.pause.is_none().then(|| now.duration_since(self.proven_at))
    }

    /// What is left until it is over, if nothing moves.
    pub(crate) fn remaining(&self, now: BootInstant) -> Duration {
        (self.moved_at + STALL_TIMEOUT).duration_since(now)
    }

    fn trusted_until(&self) -> BootInstant {
        match self.pause {
            Some(pause) if pause.is_granted => pause.since + UNPROVEN_TIMEOUT,
            _ => self.proven_at + UNPROVEN_TIMEOUT,
        }
    }
}

#[cfg(test)]
mod tests;
