//! Reservations: places in time, given first come first served, put off together and used in their order.

use std::time::Duration;

use tollgate_core::Boot;

use crate::ledger::waiters::HEARD;
use crate::ledger::{Ledger, ORDERED};
use crate::limits::PERIOD;
use crate::ring::RING;

/// How many later callers may take a slot before one that waits for it.
pub(crate) const OVERTAKERS: u64 = 5;

/// A wait for a slot from which on the slots are given in order. While they are free sooner, whoever is due takes one.
pub(crate) const SHORT_WAIT: Duration = Duration::from_millis(200);

/// How long somebody with a lower number who waits to send is given way to, and for how long at a time.
const GIVE_WAY: Duration = Duration::from_millis(250);
const STEP_BACK: Duration = Duration::from_millis(3);

/// The longest time that one look at taken slots can account for.
const LONGEST_LOOK: Duration = Duration::from_millis(500);

/// A reservation, with what tells later whether it is still good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// When its holder may expect to send, as known when it was taken.
    pub(crate) place: Boot,
    /// Reservations are numbered from 1 in the order in which they are taken.
    pub(crate) number: u64,
    line: u64,
    moved: u64,
    /// The place that was forgotten for it; nothing where it has a number only and no place of its own.
    forgotten: Option<Boot>,
}

impl Ledger {
    /// Takes the next place in line: the moment at which its holder may expect to send.
    pub(crate) fn reserve(&mut self, now: Boot) -> Ticket {
        let newest = self.places.newest();
        let full = self.places.newest_but(self.category.limit());
        let place = self.earliest(full, newest, now).max(newest.unwrap_or_default());
        let forgotten = self.places.push(place);
        self.issued = self.issued.saturating_add(1);
        Ticket { place, number: self.issued, line: self.line, moved: self.moved, forgotten: Some(forgotten) }
    }

    /// When the holder of a reservation may expect to send by now; nothing when the reservation is not known any more.
    pub(crate) fn due(&self, ticket: &Ticket) -> Option<Boot> {
        let moved = self.moved.checked_sub(ticket.moved)?;
        let is_known = self.line == ticket.line && self.issued >= ticket.number;
        is_known.then(|| ticket.place + Duration::from_nanos(moved))
    }

    /// Gives a reservation back that will not be used. That is possible for the newest only, on which no other rests.
    pub(crate) fn give_back(&mut self, ticket: &Ticket) {
        self.waiters.leave(ticket.number);
        self.departing.leave(ticket.number);
        if self.line == ticket.line && self.issued == ticket.number {
            if let Some(forgotten) = ticket.forgotten {
                self.places.take_back(forgotten);
            }
            self.issued -= 1;
        }
    }

    /// Withdraws the places of a line that does not move: their holders are gone.
    pub(crate) fn withdraw_places(&mut self, now: Boot) {
        self.places = self.arrivals;
        self.line = self.line.saturating_add(1).max(now.nanos());
    }

    /// Puts off all places that are still to come.
    pub(super) fn put_off(&mut self, by: Duration, now: Boot) {
        self.moved = self.moved.saturating_add(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX));
        for place in self.places.0.iter_mut().filter(|place| **place > now) {
            *place = *place + by;
        }
    }

    /// Enters a caller that is due and has waited so long for a slot. Tells how many are before it that must go first:
    /// when there is nobody, it may take a slot that is free.
    pub(crate) fn wait_at_slots(&mut self, ticket: &mut Ticket, waited: Duration, now: Boot) -> u64 {
        if self.due(ticket).is_none() {
            // Whoever stands at the slots stays there; only its number has to be one of this ledger's.
            self.issued = self.issued.saturating_add(1);
            let (number, line, moved) = (self.issued, self.line, self.moved);
            *ticket = Ticket { place: now, number, line, moved, forgotten: None };
        }
        self.waiters.hear(ticket.number, now);
        if waited >= SHORT_WAIT {
            self.ordered_until = now + ORDERED;
        }
        match self.waiters.first(now, HEARD) {
            Some(first) if now < self.ordered_until => {
                ticket.number.saturating_sub(first.saturating_add(OVERTAKERS))
            }
            _ => 0,
        }
    }

    /// Enters a request that leaves now in a slot, or says from when it may. Of several that hold a slot and wait for
    /// that, the one with the lowest number goes first.
    pub(crate) fn depart(&mut self, number: u64, slot: usize, now: Boot) -> Result<(), Boot> {
        self.waiters.leave(number);
        // The slot's last holder went without a word: its request has arrived by now, if ever. Once noted, that stays so: it
        // must not seem to arrive anew whenever somebody asks.
        self.note_answer(slot, now);
        let left = self.check_send(now).and_then(|()| {
            let first = self.departing.first(now, GIVE_WAY);
            if first.is_some_and(|first| first < number) { Err(now + STEP_BACK) } else { Ok(()) }
        });
        match left {
            Ok(()) => {
                self.enter_departure(slot, now);
                self.departing.leave(number);
            }
            Err(_) if number != 0 => self.departing.hear(number, now),
            Err(_) => {}
        }
        left
    }

    /// Notes that a caller found all slots taken, at its last look and now. When the first in line waits longer than a
    /// period for them, the service is slower than its limit, and the line stands still with it: a place that comes up
    /// before there is a slot for it only moves the crowd from the line to the slots.
    pub(crate) fn note_full_slots(&mut self, ticket: &Ticket, looked_at: Boot, now: Boot) {
        let is_late = self.due(ticket).is_some_and(|due| now.since(due) >= PERIOD);
        if is_late && self.waiters.first(now, HEARD) == Some(ticket.number) {
            let stood_still = now.since(self.held_at.max(looked_at)).min(LONGEST_LOOK);
            self.put_off(stood_still, now);
            self.held_at = now;
        }
    }

    /// What a caller that arrives now would wait for its place.
    pub(crate) fn wait(&self, now: Boot) -> Duration {
        self.clone().reserve(now).place.since(now)
    }

    /// How many hold a place that is still to come. Beyond the ring's length it follows from the pace.
    pub(crate) fn waiting(&self, now: Boot) -> u32 {
        let in_ring = self.places.after(now);
        let beyond = match self.places.oldest() {
            Some(oldest) if in_ring == RING => {
                // Before the oldest known one come all that fit between now and it.
                let spacing = self.category.paced_interval();
                let first = if self.is_even(now) { spacing } else { PERIOD };
                oldest.since(now).saturating_sub(first).as_nanos().div_ceil(spacing.as_nanos())
            }
            _ => 0,
        };
        u32::try_from(in_ring as u128 + beyond).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
