//! The rules of the pace, pure: given what the machine did lately and the time, when may the next request leave.

use std::time::Duration;

use crate::category::Category;
use crate::limits::{PERIOD, REQUEST_TIMEOUT, SLOTS};
use crate::ring::Ring;

pub(crate) mod reservations;
pub(crate) mod waiters;

use tollgate_core::Boot;
use waiters::{KEPT, Waiters};

/// How long the service must not have refused anyone before bursts are allowed again.
pub(crate) const QUIET: Duration = Duration::from_secs(60);

/// The longest pause the ledger holds, whatever a `Retry-After` asks for.
pub(crate) const PAUSE_CAP: Duration = Duration::from_secs(60);

/// The pause after a 429 that names none.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// How long the slots are given in order after the last wait for one that was not short.
pub(crate) const ORDERED: Duration = Duration::from_secs(2);

/// The furthest place that can be genuine: a line of some seventy thousand callers.
const FURTHEST_PLACE: Duration = Duration::from_secs(3600);

/// What no count reaches, and no time by which places were put off: there they would stop for ever.
const MOST: u64 = 1 << 53;
const MOST_MOVED: u64 = 1 << 62;

/// What the machine has promised and sent lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// Whose limits hold; which file it is in tells.
    pub(crate) category: Category,
    pub(crate) places: Ring,
    /// When the last requests arrived at the latest.
    pub(crate) arrivals: Ring,
    /// When the request of each slot left, as long as nobody knows whether it has arrived.
    pub(crate) aloft: [Boot; SLOTS],
    pub(crate) pause_until: Boot,
    pub(crate) throttled_at: Boot,
    /// Another for each ledger, and for each time that the promised places are withdrawn: whoever holds a place of
    /// another line takes a new one.
    pub(crate) line: u64,
    /// Reservations given; the number of the newest.
    pub(crate) issued: u64,
    /// By how much all places to come have been put off, in nanoseconds.
    pub(crate) moved: u64,
    /// Until when the time is counted in which the line stood still.
    pub(crate) held_at: Boot,
    /// Until when the slots are given in the order of the reservations.
    pub(crate) ordered_until: Boot,
    /// Who waits for a slot.
    pub(crate) waiters: Waiters<KEPT>,
    /// Who holds one and waits for the moment to send.
    pub(crate) departing: Waiters<SLOTS>,
    pub(crate) sent: u64,
    /// How often somebody who had come to a slot went without sending. Those behind it move up all the same.
    pub(crate) given_up: u64,
    pub(crate) throttled: u64,
    /// Whether it stands in place of one that could not be trusted.
    pub(crate) rebuilt: bool,
}

impl Ledger {
    /// The first ledger of a machine.
    pub(crate) fn new(category: Category, now: Boot) -> Self {
        Self {
            category,
            places: Ring::EMPTY,
            arrivals: Ring::EMPTY,
            aloft: [Boot::default(); SLOTS],
            pause_until: Boot::default(),
            throttled_at: Boot::default(),
            line: now.nanos(),
            issued: 0,
            moved: 0,
            held_at: Boot::default(),
            ordered_until: Boot::default(),
            waiters: Waiters::default(),
            departing: Waiters::default(),
            sent: 0,
            given_up: 0,
            throttled: 0,
            rebuilt: false,
        }
    }

    /// A ledger in place of one that cannot be trusted. As the past is lost, a full second's worth is taken as just sent.
    pub(crate) fn rebuilt(category: Category, now: Boot) -> Self {
        Self {
            places: Ring::filled(now),
            arrivals: Ring::filled(now),
            rebuilt: true,
            ..Self::new(category, now)
        }
    }

    /// Whether such a ledger can have been written by this machine since it started.
    pub(crate) fn is_possible(&self, now: Boot) -> bool {
        self.places.is_sorted()
            && self.arrivals.is_sorted()
            && self.arrivals.newest().is_none_or(|arrived| arrived <= now)
            && self.aloft.iter().all(|left| *left <= now)
            && self.places.newest().is_none_or(|place| place <= now + FURTHEST_PLACE)
            && self.pause_until <= now + PAUSE_CAP
            && self.throttled_at <= now
            && self.held_at <= now
            && self.ordered_until <= now + ORDERED
            && self.waiters.is_possible(now)
            && self.departing.is_possible(now)
            && self.line <= (now + FURTHEST_PLACE).nanos()
            && self.moved < MOST_MOVED
            && [self.issued, self.sent, self.throttled].iter().all(|count| *count < MOST)
    }

    /// Whether a request may leave now.
    ///
    /// A busy machine may hold a process up between its entry and its request, and the service counts arrivals. So a
    /// request that is aloft counts as one that arrives this moment.
    ///
    /// # Errors
    /// The earliest moment at which the same call can succeed, as far as it is known.
    pub(crate) fn check_send(&self, now: Boot) -> Result<(), Boot> {
        let others = self.aloft.iter().filter(|left| **left != Boot::default()).count();
        let newest = self.aloft.iter().copied().chain(self.arrivals.newest()).max();
        let earliest = self.earliest(self.arrivals.newest_but(self.category.limit() - others), newest, now);
        if earliest > now { Err(earliest) } else { Ok(()) }
    }

    /// Enters a request that leaves now in a slot.
    pub(crate) fn enter_departure(&mut self, slot: usize, now: Boot) {
        self.aloft[slot] = now;
        self.sent = self.sent.saturating_add(1);
    }

    /// A send of nobody who waits for it.
    #[cfg(test)]
    pub(crate) fn enter_send(&mut self, slot: usize, now: Boot) -> Result<(), Boot> {
        self.depart(0, slot, now)
    }

    /// Notes that the request of a slot was answered: it arrived by now.
    ///
    /// How long before that nobody here can tell. What the quickest answer takes is no measure: on a machine that is busy
    /// from the start every answer takes long.
    pub(crate) fn note_answer(&mut self, slot: usize, now: Boot) {
        if std::mem::take(&mut self.aloft[slot]) != Boot::default() {
            self.arrivals.enter(now);
        }
    }

    /// Notes that the holder of a slot goes without sending.
    pub(crate) fn give_up(&mut self, number: u64) {
        self.departing.leave(number);
        self.given_up = self.given_up.wrapping_add(1);
    }

    /// What changes with everybody who leaves the line by way of a slot.
    pub(crate) const fn gone(&self) -> u64 {
        self.sent.wrapping_add(self.given_up)
    }

    /// Notes a 429: everybody pauses, and sends one at a time until the service has been quiet for a minute. The places
    /// to come move by as much as the end of the pause does: several refusals of one burst put them off once.
    pub(crate) fn note_throttled(&mut self, now: Boot, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or(DEFAULT_PAUSE).min(PAUSE_CAP);
        let before = self.pause_until.max(now);
        self.pause_until = before.max(now + pause);
        self.put_off(self.pause_until.since(before), now);
        self.throttled_at = now;
        self.throttled = self.throttled.saturating_add(1);
    }

    /// Whether requests leave one at a time, because somebody was refused within the last minute.
    pub(crate) fn is_even(&self, now: Boot) -> bool {
        self.throttled_at != Boot::default() && now.since(self.throttled_at) < QUIET
    }

    /// The time until the pause that a 429 asked for is over.
    pub(crate) fn paused_for(&self, now: Boot) -> Duration {
        self.pause_until.since(now)
    }

    /// Whether a request of a slot is under way and not past the time it may take.
    pub(crate) fn is_aloft(&self, slot: usize, now: Boot) -> bool {
        self.aloft[slot] != Boot::default() && now.since(self.aloft[slot]) <= REQUEST_TIMEOUT
    }

    /// How long the oldest request has been under way, of those within their time.
    pub(crate) fn oldest_aloft(&self, now: Boot) -> Duration {
        let age = |slot: usize| now.since(self.aloft[slot]);
        (0..SLOTS).filter(|slot| self.is_aloft(*slot, now)).map(age).max().unwrap_or_default()
    }

    /// Requests that arrived within the last second or are aloft.
    pub(crate) fn sent_last_second(&self, now: Boot) -> u32 {
        let aloft = (0..SLOTS).filter(|slot| self.is_aloft(*slot, now)).count();
        (self.arrivals.after(now - Duration::from_secs(1)) + aloft) as u32
    }

    /// `full` is the moment from which a period must have passed, `newest` the one from which a spacing must.
    fn earliest(&self, full: Option<Boot>, newest: Option<Boot>, now: Boot) -> Boot {
        let after_full = full.map_or(now, |full| full + PERIOD);
        let spaced = match newest {
            Some(newest) if self.is_even(now) => newest + self.category.paced_interval(),
            _ => now,
        };
        now.max(self.pause_until).max(after_full).max(spaced)
    }
}

#[cfg(test)]
mod tests;
