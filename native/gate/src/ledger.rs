//! The rules of the pace, pure: given what the machine did lately and the time, when may the next request leave.

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

/// How long the service must not have refused anyone before bursts are allowed again.
pub(crate) const COOLDOWN: Duration = Duration::from_secs(60);

/// The longest pause the ledger holds, whatever a `Retry-After` asks for.
pub(crate) const MAX_PAUSE: Duration = Duration::from_secs(60);

/// The pause after a 429 that names none.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// How long the slots are given in order after the last wait for one that was not short.
pub(crate) const ORDERED_PERIOD: Duration = Duration::from_secs(2);

/// The furthest place that can be genuine: a line of some seventy thousand callers.
const MAX_RESERVATION_AHEAD: Duration = Duration::from_secs(3600);

/// What no count reaches, and no time by which places were put off: there they would stop for ever.
const MAX_COUNT: u64 = 1 << 53;
const MAX_POSTPONED: u64 = 1 << 62;

/// What the machine has promised and sent lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// Whose limits hold; which file it is in tells.
    pub(crate) category: Category,
    pub(crate) reservations: Ring,
    /// When the last requests arrived at the latest.
    pub(crate) arrivals: Ring,
    /// When the request of each slot left, as long as nobody knows whether it has arrived.
    pub(crate) in_flight: [BootInstant; SLOTS],
    pub(crate) pause_until: BootInstant,
    pub(crate) throttled_at: BootInstant,
    /// Another for each ledger, and for each time that the promised places are withdrawn: whoever holds a place of
    /// another line takes a new one.
    pub(crate) generation: u64,
    /// Reservations given; the number of the newest.
    pub(crate) reservations_made: u64,
    /// By how much all places to come have been put off, in nanoseconds.
    pub(crate) postponed: u64,
    /// Until when the time is counted in which the line stood still.
    pub(crate) postponed_until: BootInstant,
    /// Until when the slots are given in the order of the reservations.
    pub(crate) ordered_until: BootInstant,
    /// Who waits for a slot.
    pub(crate) waiters: Waiters<MAX_WAITERS>,
    /// Who holds one and waits for the moment to send.
    pub(crate) ready_to_send: Waiters<SLOTS>,
    pub(crate) requests_sent: u64,
    /// How often somebody who had come to a slot went without sending. Those behind it move up all the same.
    pub(crate) slots_given_up: u64,
    pub(crate) throttled_responses: u64,
    /// Whether it stands in place of one that could not be trusted.
    pub(crate) is_reset: bool,
}

impl Ledger {
    /// The first ledger of a machine.
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

    /// A ledger in place of one that cannot be trusted. As the past is lost, a full second's worth is taken as just sent.
    pub(crate) fn reset(category: Category, now: BootInstant) -> Self {
        Self {
            reservations: Ring::filled(now),
            arrivals: Ring::filled(now),
            is_reset: true,
            ..Self::new(category, now)
        }
    }

    /// Whether such a ledger can have been written by this machine since it started.
    pub(crate) fn is_plausible(&self, now: BootInstant) -> bool {
        self.reservations.is_sorted()
            && self.arrivals.is_sorted()
            && self.arrivals.newest().is_none_or(|arrived| arrived <= now)
            && self.in_flight.iter().all(|left| *left <= now)
            && self.reservations.newest().is_none_or(|place| place <= now + MAX_RESERVATION_AHEAD)
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

    /// Whether a request may leave now.
    ///
    /// A busy machine may hold a process up between its entry and its request, and the service counts arrivals. So a
    /// request that is aloft counts as one that arrives this moment.
    ///
    /// # Errors
    /// The earliest moment at which the same call can succeed, as far as it is known.
    pub(crate) fn check_send(&self, now: BootInstant) -> Result<(), BootInstant> {
        let others = self.in_flight.iter().filter(|left| **left != BootInstant::default()).count();
        let newest = self.in_flight.iter().copied().chain(self.arrivals.newest()).max();
        let earliest = self.earliest(self.arrivals.nth_newest(self.category.limit() - others), newest, now);
        if earliest > now { Err(earliest) } else { Ok(()) }
    }

    /// Enters a request that leaves now in a slot.
    pub(crate) fn record_send(&mut self, slot: usize, now: BootInstant) {
        self.in_flight[slot] = now;
        self.requests_sent = self.requests_sent.saturating_add(1);
    }

    /// A send of nobody who waits for it.
    #[cfg(test)]
    pub(crate) fn try_send(&mut self, slot: usize, now: BootInstant) -> Result<(), BootInstant> {
        self.try_record_send(0, slot, now)
    }

    /// Notes that the request of a slot was answered: it arrived by now.
    ///
    /// How long before that nobody here can tell. What the quickest answer takes is no measure: on a machine that is busy
    /// from the start every answer takes long.
    pub(crate) fn record_response(&mut self, slot: usize, now: BootInstant) {
        if std::mem::take(&mut self.in_flight[slot]) != BootInstant::default() {
            self.arrivals.insert_sorted(now);
        }
    }

    /// Notes that the holder of a slot goes without sending.
    pub(crate) fn record_slot_given_up(&mut self, number: u64) {
        self.ready_to_send.remove(number);
        self.slots_given_up = self.slots_given_up.wrapping_add(1);
    }

    /// What changes with everybody who leaves the line by way of a slot.
    pub(crate) const fn slots_passed(&self) -> u64 {
        self.requests_sent.wrapping_add(self.slots_given_up)
    }

    /// Notes a 429: everybody pauses, and sends one at a time until the service has been quiet for a minute. The places
    /// to come move by as much as the end of the pause does: several refusals of one burst put them off once.
    pub(crate) fn record_throttled(&mut self, now: BootInstant, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or(DEFAULT_PAUSE).min(MAX_PAUSE);
        let before = self.pause_until.max(now);
        self.pause_until = before.max(now + pause);
        self.postpone(self.pause_until.duration_since(before), now);
        self.throttled_at = now;
        self.throttled_responses = self.throttled_responses.saturating_add(1);
    }

    /// Whether requests leave one at a time, because somebody was refused within the last minute.
    pub(crate) fn is_paced(&self, now: BootInstant) -> bool {
        self.throttled_at != BootInstant::default() && now.duration_since(self.throttled_at) < COOLDOWN
    }

    /// The time until the pause that a 429 asked for is over.
    pub(crate) fn pause_remaining(&self, now: BootInstant) -> Duration {
        self.pause_until.duration_since(now)
    }

    /// Whether a request of a slot is under way and not past the time it may take.
    pub(crate) fn is_in_flight(&self, slot: usize, now: BootInstant) -> bool {
        self.in_flight[slot] != BootInstant::default()
            && now.duration_since(self.in_flight[slot]) <= REQUEST_TIMEOUT
    }

    /// How long the oldest request has been under way, of those within their time.
    pub(crate) fn oldest_in_flight(&self, now: BootInstant) -> Duration {
        let age = |slot: usize| now.duration_since(self.in_flight[slot]);
        (0..SLOTS).filter(|slot| self.is_in_flight(*slot, now)).map(age).max().unwrap_or_default()
    }

    /// Requests that arrived within the last second or are aloft.
    pub(crate) fn requests_last_second(&self, now: BootInstant) -> u32 {
        let aloft = (0..SLOTS).filter(|slot| self.is_in_flight(*slot, now)).count();
        (self.arrivals.count_after(now - Duration::from_secs(1)) + aloft) as u32
    }

    /// `full` is the moment from which a period must have passed, `newest` the one from which a spacing must.
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
