//! The rules of the rate limiter, pure: when may the next request be sent, given recent sends and the time.

use std::time::Duration;

use crate::category::Category;
use crate::ledger::ring::Ring;
use crate::limits::{REQUEST_TIMEOUT, SLOTS, WINDOW};

pub(crate) mod format;
pub(crate) mod reservations;
pub(crate) mod ring;
pub(crate) mod waiters;

use tollgate_core::BootInstant;
use waiters::{MAX_WAITERS, Waiters};

/// How long there must have been no 429 before bursts are allowed again.
pub(crate) const COOLDOWN: Duration = Duration::from_secs(60);

/// The longest pause that the ledger records, whatever `Retry-After` is.
pub(crate) const MAX_PAUSE: Duration = Duration::from_secs(60);

/// The pause after a 429 without `Retry-After`.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// How long slots are assigned in order after the last wait for one of [`reservations::SHORT_WAIT`] or more.
pub(crate) const ORDERED_PERIOD: Duration = Duration::from_secs(2);

/// The furthest ahead that a genuine reservation can be due: a queue of about 70,000 callers.
const MAX_RESERVATION_AHEAD: Duration = Duration::from_secs(3600);

/// Exclusive upper bounds of a plausible counter and of `postponed`: near their maximum they would saturate for good.
const MAX_COUNT: u64 = 1 << 53;
const MAX_POSTPONED: u64 = 1 << 62;

/// The machine's recent reservations and sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// Whose limits apply. Not stored: the file's name implies it.
    pub(crate) category: Category,
    pub(crate) reservations: Ring,
    /// The latest time at which each of the last requests can have arrived.
    pub(crate) arrivals: Ring,
    /// When the request of each slot was sent, while it is unknown whether it has arrived; the default is none.
    pub(crate) in_flight: [BootInstant; SLOTS],
    pub(crate) pause_until: BootInstant,
    pub(crate) throttled_at: BootInstant,
    /// Differs for each ledger, and changes whenever all reservations are cancelled: the holder of a reservation of
    /// another generation makes a new one.
    pub(crate) generation: u64,
    /// Count of reservations made; the number of the newest.
    pub(crate) reservations_made: u64,
    /// By how much reservations not yet due have been postponed in total, in nanoseconds.
    pub(crate) postponed: u64,
    /// Until when the queue's standstill has been added to `postponed`.
    pub(crate) postponed_until: BootInstant,
    /// Until when slots are assigned in the order of the reservations.
    pub(crate) ordered_until: BootInstant,
    /// Callers that wait for a slot.
    pub(crate) waiters: Waiters<MAX_WAITERS>,
    /// Callers that hold a slot and wait to send.
    pub(crate) ready_to_send: Waiters<SLOTS>,
    pub(crate) requests_sent: u64,
    /// How often a slot was released without a send. The queue moves up all the same.
    pub(crate) slots_given_up: u64,
    pub(crate) throttled_responses: u64,
    /// Whether it replaced an invalid ledger.
    pub(crate) is_reset: bool,
}

impl Ledger {
    /// A ledger for a machine that has none.
    pub(crate) fn new(category: Category, now: BootInstant) -> Self {
        Self {
            category,
            reservations: Ring::EMPTY,
            arrivals: Ring::EMPTY,
            in_flight: [BootInstant::default(); SLOTS],
            pause_until: BootInstant::default(),
            throttled_at: BootInstant::default(),
            generation: now.as_nanos(),
            reservations_made: 0,
            postponed: 0,
            postponed_until: BootInstant::default(),
            ordered_until: BootInstant::default(),
            waiters: Waiters::default(),
            ready_to_send: Waiters::default(),
            requests_sent: 0,
            slots_given_up: 0,
            throttled_responses: 0,
            is_reset: false,
        }
    }

    /// A ledger that replaces an invalid one. Its history is lost, so a full window is assumed to have been sent now.
    pub(crate) fn reset(category: Category, now: BootInstant) -> Self {
        Self {
            reservations: Ring::filled(now),
            arrivals: Ring::filled(now),
            is_reset: true,
            ..Self::new(category, now)
        }
    }

    /// Whether this machine can have written this ledger between its start and `now`.
    pub(crate) fn is_plausible(&self, now: BootInstant) -> bool {
        self.reservations.is_sorted()
            && self.arrivals.is_sorted()
            && self.arrivals.newest().is_none_or(|arrived| arrived <= now)
            && self.in_flight.iter().all(|sent| *sent <= now)
            && self.reservations.newest().is_none_or(|due| due <= now + MAX_RESERVATION_AHEAD)
            && self.pause_until <= now + MAX_PAUSE
            && self.throttled_at <= now
            && self.postponed_until <= now
            && self.ordered_until <= now + ORDERED_PERIOD
            && self.waiters.is_plausible(now)
            && self.ready_to_send.is_plausible(now)
            && self.generation <= (now + MAX_RESERVATION_AHEAD).as_nanos()
            && self.postponed < MAX_POSTPONED
            && [self.reservations_made, self.requests_sent, self.throttled_responses]
                .iter()
                .all(|count| *count < MAX_COUNT)
    }

    /// Whether a request may be sent now.
    ///
    /// The service counts arrivals, and a busy machine may delay a process between recording its send and sending. So
    /// every request in flight counts as arriving now.
    ///
    /// # Errors
    /// The earliest time at which the same call can succeed, as far as it is known.
    pub(crate) fn check_send(&self, now: BootInstant) -> Result<(), BootInstant> {
        let others = self.in_flight.iter().filter(|sent| **sent != BootInstant::default()).count();
        let newest = self.in_flight.iter().copied().chain(self.arrivals.newest()).max();
        let earliest = self.earliest(self.arrivals.nth_newest(self.category.limit() - others), newest, now);
        if earliest > now { Err(earliest) } else { Ok(()) }
    }

    /// Records that the holder of `slot` sends its request now.
    pub(crate) fn record_send(&mut self, slot: usize, now: BootInstant) {
        self.in_flight[slot] = now;
        self.requests_sent = self.requests_sent.saturating_add(1);
    }

    /// [`Self::try_record_send`] without a reservation.
    #[cfg(test)]
    pub(crate) fn try_send(&mut self, slot: usize, now: BootInstant) -> Result<(), BootInstant> {
        self.try_record_send(0, slot, now)
    }

    /// Records that the request of `slot` has a response: it arrived by now.
    ///
    /// How long before now is unknown. The fastest response time so far is no estimate of it: on a machine that is busy
    /// from the start every response is slow.
    pub(crate) fn record_response(&mut self, slot: usize, now: BootInstant) {
        if std::mem::take(&mut self.in_flight[slot]) != BootInstant::default() {
            self.arrivals.insert_sorted(now);
        }
    }

    /// Records that the holder of a slot releases it without sending.
    pub(crate) fn record_slot_given_up(&mut self, number: u64) {
        self.ready_to_send.remove(number);
        self.slots_given_up = self.slots_given_up.wrapping_add(1);
    }

    /// A counter that changes with every send and every slot given up; it wraps around.
    pub(crate) const fn slots_passed(&self) -> u64 {
        self.requests_sent.wrapping_add(self.slots_given_up)
    }

    /// Records a 429: all callers pause, then sends are evenly spaced until there was no 429 for [`COOLDOWN`].
    /// Reservations not yet due move by as much as the end of the pause: several 429s of one burst postpone them once.
    pub(crate) fn record_throttled(&mut self, now: BootInstant, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or(DEFAULT_PAUSE).min(MAX_PAUSE);
        let before = self.pause_until.max(now);
        self.pause_until = before.max(now + pause);
        self.postpone(self.pause_until.duration_since(before), now);
        self.throttled_at = now;
        self.throttled_responses = self.throttled_responses.saturating_add(1);
    }

    /// Whether sends are evenly spaced because of a 429 within [`COOLDOWN`].
    pub(crate) fn is_paced(&self, now: BootInstant) -> bool {
        self.throttled_at != BootInstant::default() && now.duration_since(self.throttled_at) < COOLDOWN
    }

    /// The rest of the pause after a 429; zero if there is none.
    pub(crate) fn pause_remaining(&self, now: BootInstant) -> Duration {
        self.pause_until.duration_since(now)
    }

    /// Whether the request of `slot` is in flight, for [`REQUEST_TIMEOUT`] at most.
    pub(crate) fn is_in_flight(&self, slot: usize, now: BootInstant) -> bool {
        self.in_flight[slot] != BootInstant::default()
            && now.duration_since(self.in_flight[slot]) <= REQUEST_TIMEOUT
    }

    /// The age of the oldest request in flight, of those within [`REQUEST_TIMEOUT`]; zero if there is none.
    pub(crate) fn oldest_in_flight(&self, now: BootInstant) -> Duration {
        let age = |slot: usize| now.duration_since(self.in_flight[slot]);
        (0..SLOTS).filter(|slot| self.is_in_flight(*slot, now)).map(age).max().unwrap_or_default()
    }

    /// Requests that arrived within the last second or are in flight.
    pub(crate) fn requests_last_second(&self, now: BootInstant) -> u32 {
        let in_flight = (0..SLOTS).filter(|slot| self.is_in_flight(*slot, now)).count();
        (self.arrivals.count_after(now - Duration::from_secs(1)) + in_flight) as u32
    }

    /// The earliest time that is a [`WINDOW`] after `full`, a spacing after `newest` while paced, and past the pause.
    fn earliest(
        &self,
        full: Option<BootInstant>,
        newest: Option<BootInstant>,
        now: BootInstant,
    ) -> BootInstant {
        let after_full = full.map_or(now, |full| full + WINDOW);
        let spaced = match newest {
            Some(newest) if self.is_paced(now) => newest + self.category.paced_interval(),
            _ => now,
        };
        now.max(self.pause_until).max(after_full).max(spaced)
    }
}

#[cfg(test)]
mod tests;
