//! Reservations: places in time, given first come first served, put off together and used in their order.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::ledger::ring::RING_SIZE;
use crate::ledger::waiters::WAITER_TIMEOUT;
use crate::ledger::{Ledger, ORDERED_PERIOD};
use crate::limits::WINDOW;

/// How many later callers may take a slot before one that waits for it.
pub(crate) const MAX_OVERTAKERS: u64 = 5;

/// A wait for a slot from which on the slots are given in order. While they are free sooner, whoever is due takes one.
pub(crate) const SHORT_WAIT: Duration = Duration::from_millis(200);

/// How long somebody with a lower number who waits to send is given way to, and for how long at a time.
const YIELD_TIMEOUT: Duration = Duration::from_millis(250);
const YIELD_INTERVAL: Duration = Duration::from_millis(3);

/// The longest time that one look at taken slots can account for.
const MAX_POSTPONEMENT: Duration = Duration::from_millis(500);

/// A reservation, with what tells later whether it is still good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reservation {
    /// When its holder may expect to send, as known when it was taken.
    pub(crate) at: BootInstant,
    /// Reservations are numbered from 1 in the order in which they are taken.
    pub(crate) number: u64,
    generation: u64,
    postponed: u64,
    /// The place that was forgotten for it; nothing where it has a number only and no place of its own.
    displaced: Option<BootInstant>,
}

impl Ledger {
    /// Takes the next place in line: the moment at which its holder may expect to send.
    pub(crate) fn reserve(&mut self, now: BootInstant) -> Reservation {
        let newest = self.reservations.newest();
        let full = self.reservations.nth_newest(self.category.limit());
        let place = self.earliest(full, newest, now).max(newest.unwrap_or_default());
        let forgotten = self.reservations.push(place);
        self.reservations_made = self.reservations_made.saturating_add(1);
        Reservation {
            at: place,
            number: self.reservations_made,
            generation: self.generation,
            postponed: self.postponed,
            displaced: Some(forgotten),
        }
    }

    /// When the holder of a reservation may expect to send by now; nothing when the reservation is not known any more.
    pub(crate) fn due(&self, ticket: &Reservation) -> Option<BootInstant> {
        let moved = self.postponed.checked_sub(ticket.postponed)?;
        let is_known = self.generation == ticket.generation && self.reservations_made >= ticket.number;
        is_known.then(|| ticket.at + Duration::from_nanos(moved))
    }

    /// Gives a reservation back that will not be used. That is possible for the newest only, on which no other rests.
    pub(crate) fn cancel(&mut self, ticket: &Reservation) {
        self.waiters.remove(ticket.number);
        self.ready_to_send.remove(ticket.number);
        if self.generation == ticket.generation && self.reservations_made == ticket.number {
            if let Some(forgotten) = ticket.displaced {
                self.reservations.undo_push(forgotten);
            }
            self.reservations_made -= 1;
        }
    }

    /// Withdraws the places of a line that does not move: their holders are gone.
    pub(crate) fn cancel_reservations(&mut self, now: BootInstant) {
        self.reservations = self.arrivals;
        self.generation = self.generation.saturating_add(1).max(now.as_nanos());
    }

    /// Puts off all places that are still to come.
    pub(super) fn postpone(&mut self, by: Duration, now: BootInstant) {
        self.postponed = self.postponed.saturating_add(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX));
        for place in self.reservations.0.iter_mut().filter(|place| **place > now) {
            *place = *place + by;
        }
    }

    /// Enters a caller that is due and has waited so long for a slot. Tells how many are before it that must go first:
    /// when there is nobody, it may take a slot that is free.
    pub(crate) fn wait_for_slot(
        &mut self,
        ticket: &mut Reservation,
        waited: Duration,
        now: BootInstant,
    ) -> u64 {
        if self.due(ticket).is_none() {
            // Whoever stands at the slots stays there; only its number has to be one of this ledger's.
            self.reservations_made = self.reservations_made.saturating_add(1);
            let (number, line, moved) = (self.reservations_made, self.generation, self.postponed);
            *ticket = Reservation { at: now, number, generation: line, postponed: moved, displaced: None };
        }
        self.waiters.refresh(ticket.number, now);
        if waited >= SHORT_WAIT {
            self.ordered_until = now + ORDERED_PERIOD;
        }
        match self.waiters.first(now, WAITER_TIMEOUT) {
            Some(first) if now < self.ordered_until => {
                ticket.number.saturating_sub(first.saturating_add(MAX_OVERTAKERS))
            }
            _ => 0,
        }
    }

    /// Enters a request that leaves now in a slot, or says from when it may. Of several that hold a slot and wait for
    /// that, the one with the lowest number goes first.
    pub(crate) fn try_record_send(
        &mut self,
        number: u64,
        slot: usize,
        now: BootInstant,
    ) -> Result<(), BootInstant> {
        self.waiters.remove(number);
        // The slot's last holder went without a word: its request has arrived by now, if ever. Once noted, that stays so: it
        // must not seem to arrive anew whenever somebody asks.
        self.record_response(slot, now);
        let left = self.check_send(now).and_then(|()| {
            let first = self.ready_to_send.first(now, YIELD_TIMEOUT);
            if first.is_some_and(|first| first < number) { Err(now + YIELD_INTERVAL) } else { Ok(()) }
        });
        match left {
            Ok(()) => {
                self.record_send(slot, now);
                self.ready_to_send.remove(number);
            }
            Err(_) if number != 0 => self.ready_to_send.refresh(number, now),
            Err(_) => {}
        }
        left
    }

    /// Notes that a caller found all slots taken, at its last look and now. When the first in line waits longer than a
    /// period for them, the service is slower than its limit, and the line stands still with it: a place that comes up
    /// before there is a slot for it only moves the crowd from the line to the slots.
    pub(crate) fn record_full_slots(
        &mut self,
        ticket: &Reservation,
        looked_at: BootInstant,
        now: BootInstant,
    ) {
        let is_late = self.due(ticket).is_some_and(|due| now.duration_since(due) >= WINDOW);
        if is_late && self.waiters.first(now, WAITER_TIMEOUT) == Some(ticket.number) {
            let stood_still = now.duration_since(self.postponed_until.max(looked_at)).min(MAX_POSTPONEMENT);
            self.postpone(stood_still, now);
            self.postponed_until = now;
        }
    }

    /// What a caller that arrives now would wait for its place.
    pub(crate) fn estimated_wait(&self, now: BootInstant) -> Duration {
        self.clone().reserve(now).at.duration_since(now)
    }

    /// How many hold a place that is still to come. Beyond the ring's length it follows from the pace.
    pub(crate) fn queue_length(&self, now: BootInstant) -> u32 {
        let in_ring = self.reservations.count_after(now);
        let beyond = match self.reservations.oldest() {
            Some(oldest) if in_ring == RING_SIZE => {
                // Before the oldest known one come all that fit between now and it.
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
