//! Reservations: send times assigned first come first served, postponed together and used in order.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::ledger::ring::RING_SIZE;
use crate::ledger::waiters::WAITER_TIMEOUT;
use crate::ledger::{Ledger, ORDERED_PERIOD};
use crate::limits::WINDOW;

/// How many later callers may overtake one that waits for a slot.
pub(crate) const MAX_OVERTAKERS: u64 = 5;

/// From this wait for a slot on, slots are assigned in order. With shorter waits, any caller that is due takes one.
pub(crate) const SHORT_WAIT: Duration = Duration::from_millis(200);

/// How long after it was last seen a lower number that is ready to send goes first, and the retry delay of the others.
const YIELD_TIMEOUT: Duration = Duration::from_millis(250);
const YIELD_INTERVAL: Duration = Duration::from_millis(3);

/// The longest postponement by one check that finds all slots taken.
const MAX_POSTPONEMENT: Duration = Duration::from_millis(500);

/// A reservation, with what is needed to check later whether it is still valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reservation {
    /// When its holder can expect to send, as known when it was made.
    pub(crate) at: BootInstant,
    /// Reservations are numbered from 1 in the order in which they are made.
    pub(crate) number: u64,
    generation: u64,
    postponed: u64,
    /// The entry that it pushed out of the ring; `None` if it has a number but no entry of its own.
    displaced: Option<BootInstant>,
}

impl Ledger {
    /// Makes the next reservation: the time at which its holder can expect to send.
    pub(crate) fn reserve(&mut self, now: BootInstant) -> Reservation {
        let newest = self.reservations.newest();
        let full = self.reservations.nth_newest(self.category.limit());
        let at = self.earliest(full, newest, now).max(newest.unwrap_or_default());
        let displaced = self.reservations.push(at);
        self.reservations_made = self.reservations_made.saturating_add(1);
        Reservation {
            at,
            number: self.reservations_made,
            generation: self.generation,
            postponed: self.postponed,
            displaced: Some(displaced),
        }
    }

    /// When the holder of a reservation can now expect to send; `None` if the reservation is no longer valid.
    pub(crate) fn due(&self, reservation: &Reservation) -> Option<BootInstant> {
        let postponed_by = self.postponed.checked_sub(reservation.postponed)?;
        let is_known =
            self.generation == reservation.generation && self.reservations_made >= reservation.number;
        is_known.then(|| reservation.at + Duration::from_nanos(postponed_by))
    }

    /// Cancels an unused reservation. Only the newest leaves the ring, as no later one was derived from it.
    pub(crate) fn cancel(&mut self, reservation: &Reservation) {
        self.waiters.remove(reservation.number);
        self.ready_to_send.remove(reservation.number);
        if self.generation == reservation.generation && self.reservations_made == reservation.number {
            if let Some(displaced) = reservation.displaced {
                self.reservations.undo_push(displaced);
            }
            self.reservations_made -= 1;
        }
    }

    /// Cancels all reservations, for a queue that makes no progress because their holders are gone.
    pub(crate) fn cancel_reservations(&mut self, now: BootInstant) {
        self.reservations = self.arrivals;
        self.generation = self.generation.saturating_add(1).max(now.as_nanos());
    }

    /// Postpones all reservations that are not due yet.
    pub(super) fn postpone(&mut self, by: Duration, now: BootInstant) {
        self.postponed = self.postponed.saturating_add(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX));
        for due in self.reservations.0.iter_mut().filter(|due| **due > now) {
            *due = *due + by;
        }
    }

    /// Registers a caller that is due and has waited for a slot for `waited`. Returns how many callers must go before
    /// it; at 0 it may take a free slot.
    pub(crate) fn wait_for_slot(
        &mut self,
        reservation: &mut Reservation,
        waited: Duration,
        now: BootInstant,
    ) -> u64 {
        if self.due(reservation).is_none() {
            // It need not queue again, but its number must be one of this ledger's.
            self.reservations_made = self.reservations_made.saturating_add(1);
            let (number, generation, postponed) = (self.reservations_made, self.generation, self.postponed);
            *reservation = Reservation { at: now, number, generation, postponed, displaced: None };
        }
        self.waiters.refresh(reservation.number, now);
        if waited >= SHORT_WAIT {
            self.ordered_until = now + ORDERED_PERIOD;
        }
        match self.waiters.first(now, WAITER_TIMEOUT) {
            Some(first) if now < self.ordered_until => {
                reservation.number.saturating_sub(first.saturating_add(MAX_OVERTAKERS))
            }
            _ => 0,
        }
    }

    /// Records a send now in `slot`. Of several slot holders that wait to send, the one with the lowest `number` goes
    /// first; 0 stands for no reservation.
    ///
    /// # Errors
    /// The time from which to try again.
    pub(crate) fn try_record_send(
        &mut self,
        number: u64,
        slot: usize,
        now: BootInstant,
    ) -> Result<(), BootInstant> {
        self.waiters.remove(number);
        // A request still in flight here is that of a vanished holder: it has arrived by now, if ever. It is recorded
        // once, so that it does not count as arriving again at each check.
        self.record_response(slot, now);
        let result = self.check_send(now).and_then(|()| {
            let first = self.ready_to_send.first(now, YIELD_TIMEOUT);
            if first.is_some_and(|first| first < number) { Err(now + YIELD_INTERVAL) } else { Ok(()) }
        });
        match result {
            Ok(()) => {
                self.record_send(slot, now);
                self.ready_to_send.remove(number);
            }
            Err(_) if number != 0 => self.ready_to_send.refresh(number, now),
            Err(_) => {}
        }
        result
    }

    /// Records that a caller found all slots taken, at `checked_at` and now. When the first in the queue waits longer
    /// than [`WINDOW`], the service is slower than its limit, so the queue stands still too: a reservation that is due
    /// before a slot is free would only move the crowd from the queue to the slots.
    pub(crate) fn record_full_slots(
        &mut self,
        reservation: &Reservation,
        checked_at: BootInstant,
        now: BootInstant,
    ) {
        let is_late = self.due(reservation).is_some_and(|due| now.duration_since(due) >= WINDOW);
        if is_late && self.waiters.first(now, WAITER_TIMEOUT) == Some(reservation.number) {
            let stood_still = now.duration_since(self.postponed_until.max(checked_at)).min(MAX_POSTPONEMENT);
            self.postpone(stood_still, now);
            self.postponed_until = now;
        }
    }

    /// How long a caller that arrives now would wait until its reservation is due.
    pub(crate) fn estimated_wait(&self, now: BootInstant) -> Duration {
        self.clone().reserve(now).at.duration_since(now)
    }

    /// How many reservations are not due yet. Beyond the ring's length it is estimated from the rate limit.
    pub(crate) fn queue_length(&self, now: BootInstant) -> u32 {
        let in_ring = self.reservations.count_after(now);
        let beyond = match self.reservations.oldest() {
            Some(oldest) if in_ring == RING_SIZE => {
                // Assumes that all reservations that fit between now and the oldest known one exist.
                let spacing = self.category.paced_interval();
                let first = if self.is_paced(now) { spacing } else { WINDOW };
                oldest.duration_since(now).saturating_sub(first).as_nanos().div_ceil(spacing.as_nanos())
            }
            _ => 0,
        };
        u32::try_from(in_ring as u128 + beyond).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
