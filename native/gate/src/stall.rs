//! Detects that the gate no longer makes progress. Pure: depends only on what a caller observed, and when.
//!
//! Every user can write the ledger, so it proves little: a pause and a growing counter are trusted for 60 s. Only the
//! locks of the slots prove that requests come and go; seeing one change hands extends the trust by another 60 s.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::ledger::Ledger;
use crate::limits::{REQUEST_TIMEOUT, SLOTS};
use crate::machine::{Slots, Taken};

/// How long without progress before a caller falls back to the process-local limiter.
pub(crate) const STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The same after a recent fallback.
pub(crate) const STALL_TIMEOUT_AFTER_FALLBACK: Duration = Duration::from_millis(50);

/// After a recent fallback: the same for a slot holder's send, and how far ahead a reservation may be due.
pub(crate) const MAX_WAIT_AFTER_FALLBACK: Duration = Duration::from_secs(2);

/// How long signs of progress are trusted after the arrival, or after a slot was last seen to change hands.
pub(crate) const UNPROVEN_TIMEOUT: Duration = Duration::from_secs(60);

/// After how much of that time a caller also checks the slots.
const CHECK_SLOTS_AFTER: Duration = Duration::from_secs(5);

/// How much longer than intended a sleep may take on a busy machine.
const OVERSLEEP: Duration = Duration::from_secs(1);

/// For how much of a sleep the process or the machine was suspended, when no progress can be observed. `meant` is the
/// intended duration.
pub(crate) fn suspended(slept: Duration, meant: Duration) -> Duration {
    slept.saturating_sub(meant + OVERSLEEP)
}

/// What one caller has observed of the gate's progress.
#[derive(Clone, Debug)]
pub(crate) struct StallDetector {
    /// The caller's arrival, or when a taken slot was last seen to become free.
    proven_at: BootInstant,
    /// How long there may be no progress.
    timeout: Duration,
    /// When progress was last observed.
    moved_at: BootInstant,
    taken: Taken,
    /// Since when each slot has been seen taken at every check.
    taken_since: [BootInstant; SLOTS],
    slots_passed: Option<u64>,
    pause: Option<Pause>,
    /// Whether a slot was seen to change hands since the last pause began.
    may_pause: bool,
}

/// The current pause.
#[derive(Clone, Copy, Debug)]
struct Pause {
    since: BootInstant,
    /// Whether it began after a slot was seen to change hands; it is then trusted for 60 s of its own.
    is_granted: bool,
}

impl StallDetector {
    /// For a caller that arrives now. After a recent fallback it is not patient: it uses the short timeouts.
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

    /// For a caller that gets a slot now. One that is not patient may then wait [`MAX_WAIT_AFTER_FALLBACK`] to send.
    pub(crate) fn for_slot_holder(self, now: BootInstant) -> Self {
        if self.waits() { self } else { Self { timeout: MAX_WAIT_AFTER_FALLBACK, moved_at: now, ..self } }
    }

    /// Whether the caller is patient: it waits for the gate with the full timeout.
    pub(crate) fn waits(&self) -> bool {
        self.timeout == STALL_TIMEOUT
    }

    /// Records the end of a sleep. Time in which the process was suspended does not count as a stall, as it observed
    /// nothing. Returns that time.
    pub(crate) fn observe_sleep(
        &mut self,
        slept_from: BootInstant,
        meant: Duration,
        now: BootInstant,
    ) -> Duration {
        let suspended = suspended(now.duration_since(slept_from), meant);
        self.skip(suspended, now);
        suspended
    }

    fn skip(&mut self, suspended: Duration, now: BootInstant) {
        let skip = |time: &mut BootInstant| *time = (*time + suspended).min(now);
        skip(&mut self.proven_at);
        skip(&mut self.moved_at);
        self.taken_since.iter_mut().for_each(skip);
        if let Some(pause) = &mut self.pause {
            skip(&mut pause.since);
        }
    }

    /// Checks the slots and records the state of their locks.
    pub(crate) fn check_slots(&mut self, slots: &mut dyn Slots, now: BootInstant) {
        let taken = slots.taken(self.taken);
        self.observe_slots(taken, now);
    }

    /// Records the state of the slots' locks. A slot that becomes free after more than [`REQUEST_TIMEOUT`] proves
    /// nothing: its holder was stuck, and falls back.
    pub(crate) fn observe_slots(&mut self, taken: Taken, now: BootInstant) {
        let mut was_freed = false;
        for ((before, taken), since) in self.taken.iter().zip(taken).zip(&mut self.taken_since) {
            match (before, taken) {
                (true, false) => was_freed |= now.duration_since(*since) <= REQUEST_TIMEOUT,
                (false, true) => *since = now,
                _ => {}
            }
        }
        // In a pause no request is sent. A slot that becomes free then was held by a caller that falls back.
        if was_freed && self.pause.is_none() {
            self.proven_at = now;
            self.moved_at = now;
            self.may_pause = true;
        }
        self.taken = taken;
    }

    /// Records what the ledger contains: a pause, slots passed, and whether the request of a taken slot is in flight
    /// and within [`REQUEST_TIMEOUT`].
    pub(crate) fn observe_ledger(&mut self, ledger: &Ledger, now: BootInstant) {
        let is_in_flight = (0..SLOTS).any(|slot| self.taken[slot] && ledger.is_in_flight(slot, now));
        let slots_passed = ledger.slots_passed();
        let has_moved = self.slots_passed.replace(slots_passed).is_some_and(|before| before != slots_passed);
        self.observe_pause(ledger, now);
        if (has_moved || is_in_flight) && now <= self.trusted_until() {
            self.moved_at = now;
        }
    }

    /// Records only whether there is a pause: for a slot holder that waits to send.
    pub(crate) fn observe_pause(&mut self, ledger: &Ledger, now: BootInstant) {
        if ledger.pause_remaining(now) > Duration::ZERO {
            self.pause.get_or_insert(Pause { since: now, is_granted: self.may_pause });
            self.may_pause = false;
            if self.waits() && now <= self.trusted_until() {
                self.moved_at = now;
            }
        } else if let Some(pause) = self.pause.take().filter(|pause| pause.is_granted) {
            // Nothing could be proven during the pause.
            self.proven_at = self.proven_at + now.duration_since(pause.since).min(UNPROVEN_TIMEOUT);
        }
    }

    /// Records a successful wait of `waited` for the ledger's lock, which is progress, however slow. The rest of the
    /// time since `from` the process was suspended.
    pub(crate) fn observe_lock_wait(&mut self, from: BootInstant, waited: Duration, now: BootInstant) {
        self.skip(now.duration_since(from).saturating_sub(waited), now);
        if now <= self.trusted_until() {
            self.moved_at = (self.moved_at + waited).min(now);
        }
    }

    /// Whether all slots were taken at the last check.
    pub(crate) fn is_full(&self) -> bool {
        self.taken.iter().all(|taken| *taken)
    }

    /// How long there has been no progress, once that reaches the timeout.
    pub(crate) fn stalled_for(&self, now: BootInstant) -> Option<Duration> {
        let stalled = now.duration_since(self.moved_at);
        (stalled >= self.timeout).then_some(stalled)
    }

    /// How long to wait for a lock.
    pub(crate) fn lock_timeout(&self, now: BootInstant) -> Duration {
        (self.trusted_until() + STALL_TIMEOUT).duration_since(now).min(self.timeout)
    }

    /// Whether to check the slots whenever the ledger is read.
    pub(crate) fn is_slot_check_due(&self, now: BootInstant) -> bool {
        now.duration_since(self.proven_at) >= CHECK_SLOTS_AFTER
    }

    /// How long no slot was seen to change hands; `None` in a pause, in which none does.
    pub(crate) fn unproven_for(&self, now: BootInstant) -> Option<Duration> {
        self.pause.is_none().then(|| now.duration_since(self.proven_at))
    }

    /// The time until [`STALL_TIMEOUT`] expires without progress.
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
