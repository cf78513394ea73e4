//! The rules of the pace, pure: given what the machine did lately and the time, when may the next request leave.

use std::time::Duration;

use crate::clock::Boot;
use crate::ring::Ring;
use crate::slot::SLOTS;

/// Token requests the service allows a machine in one second.
pub(crate) const PER_PERIOD: usize = 20;

/// The time in which no more than [`PER_PERIOD`] may arrive: the service's second, and a margin for its clock.
pub(crate) const PERIOD: Duration = Duration::from_millis(1002);

/// The distance between requests after a 429, when other programs use the same allowance.
pub const EVEN_SPACING: Duration = Duration::from_micros(50_100);

/// How long the service must not have refused anyone before bursts are allowed again.
pub(crate) const QUIET: Duration = Duration::from_secs(60);

/// The longest pause the ledger holds, whatever a `Retry-After` asks for.
pub(crate) const PAUSE_CAP: Duration = Duration::from_secs(60);

/// The pause after a 429 that names none.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// The furthest place that can be genuine: a line of some six thousand callers.
const FURTHEST_PLACE: Duration = Duration::from_secs(300);

/// What the machine has promised and sent lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    pub(crate) places: Ring,
    /// When the last requests arrived at the latest.
    pub(crate) arrivals: Ring,
    /// When the request of each slot left, as long as nobody knows whether it has arrived.
    pub(crate) aloft: [Boot; SLOTS],
    pub(crate) pause_until: Boot,
    pub(crate) throttled_at: Boot,
    /// Raised when promised places are withdrawn; whoever holds one of an earlier line takes another.
    pub(crate) line: u64,
    pub(crate) sent: u64,
    pub(crate) throttled: u64,
    pub(crate) rebuilt: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            places: Ring::EMPTY,
            arrivals: Ring::EMPTY,
            aloft: [Boot::default(); SLOTS],
            pause_until: Boot::default(),
            throttled_at: Boot::default(),
            line: 0,
            sent: 0,
            throttled: 0,
            rebuilt: 0,
        }
    }
}

impl Ledger {
    /// A ledger in place of one that cannot be trusted. As the past is lost, a full second's worth is taken as just sent.
    pub(crate) fn rebuilt(now: Boot) -> Self {
        Self { places: Ring::filled(now), arrivals: Ring::filled(now), rebuilt: 1, ..Self::default() }
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
    }

    /// Takes the next place in line: the moment at which its holder may expect to send.
    pub(crate) fn take_place(&mut self, now: Boot) -> Boot {
        let newest = self.places.newest();
        let place = self.earliest(self.places.oldest(), newest, now).max(newest.unwrap_or_default());
        self.places.push(place);
        place
    }

    /// Enters a request that leaves now in a slot, or says from when it may.
    ///
    /// A busy machine may hold a process up between its entry and its request, and the service counts arrivals. So a
    /// request that is aloft counts as one that arrives this moment.
    ///
    /// # Errors
    /// The earliest moment at which the same call can succeed, as far as it is known.
    pub(crate) fn enter_send(&mut self, slot: usize, now: Boot) -> Result<(), Boot> {
        if self.aloft[slot] != Boot::default() {
            // The slot's last holder went without a word: its request has arrived by now, if ever.
            self.arrivals.enter(now);
            self.aloft[slot] = Boot::default();
        }
        let others = self.aloft.iter().filter(|left| **left != Boot::default()).count();
        let newest = self.aloft.iter().copied().chain(self.arrivals.newest()).max();
        let earliest = self.earliest(self.arrivals.at(others), newest, now);
        if earliest > now {
            return Err(earliest);
        }
        self.aloft[slot] = now;
        self.sent += 1;
        Ok(())
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

    /// Notes a 429: everybody pauses, and sends one at a time until the service has been quiet for a minute.
    pub(crate) fn note_throttled(&mut self, now: Boot, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or(DEFAULT_PAUSE).min(PAUSE_CAP);
        self.pause_until = self.pause_until.max(now + pause);
        self.throttled_at = now;
        self.throttled += 1;
    }

    /// Withdraws the places of a line that does not move: their holders are gone.
    pub(crate) fn withdraw_places(&mut self) {
        self.places = self.arrivals;
        self.line += 1;
    }

    /// Whether requests leave one at a time, because somebody was refused within the last minute.
    pub(crate) fn is_even(&self, now: Boot) -> bool {
        self.throttled_at != Boot::default() && now.since(self.throttled_at) < QUIET
    }

    /// The time until the pause that a 429 asked for is over.
    pub(crate) fn paused_for(&self, now: Boot) -> Duration {
        self.pause_until.since(now)
    }

    /// What a caller that arrives now would wait for its place.
    pub(crate) fn wait(&self, now: Boot) -> Duration {
        self.clone().take_place(now).since(now)
    }

    /// How many hold a place that is still to come. Beyond the ring's length it follows from the pace.
    pub(crate) fn waiting(&self, now: Boot) -> u32 {
        let in_ring = self.places.after(now);
        let beyond = match self.places.oldest() {
            Some(oldest) if in_ring == PER_PERIOD => {
                // Before the oldest known one come all that fit between now and it.
                let (first, spacing) = if self.is_even(now) {
                    (EVEN_SPACING, EVEN_SPACING)
                } else {
                    (PERIOD, PERIOD / PER_PERIOD as u32)
                };
                oldest.since(now).saturating_sub(first).as_nanos().div_ceil(spacing.as_nanos())
            }
            _ => 0,
        };
        u32::try_from(in_ring as u128 + beyond).unwrap_or(u32::MAX)
    }

    /// Requests that arrived within the last second or are aloft.
    pub(crate) fn sent_last_second(&self, now: Boot) -> u32 {
        let aloft = self.aloft.iter().filter(|left| **left != Boot::default()).count();
        (self.arrivals.after(now - Duration::from_secs(1)) + aloft) as u32
    }

    /// `full` is the moment from which a period must have passed, `newest` the one from which a spacing must.
    fn earliest(&self, full: Option<Boot>, newest: Option<Boot>, now: Boot) -> Boot {
        let after_full = full.map_or(now, |full| full + PERIOD);
        let spaced = match newest {
            Some(newest) if self.is_even(now) => newest + EVEN_SPACING,
            _ => now,
        };
        now.max(self.pause_until).max(after_full).max(spaced)
    }
}

#[cfg(test)]
mod tests;
