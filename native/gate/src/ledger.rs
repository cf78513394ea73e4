//! The rules of the pace, pure: given what the machine did lately and the time, when may the next request leave.

use std::time::Duration;

use crate::clock::Boot;
use crate::ring::Ring;

/// Token requests the service allows a machine in one second.
pub const PER_PERIOD: usize = 20;

/// The time in which no more than [`PER_PERIOD`] may arrive: the service's second, and a margin for its clock.
pub const PERIOD: Duration = Duration::from_millis(1015);

/// The distance between requests after a 429, when other programs use the same allowance.
pub const EVEN_SPACING: Duration = Duration::from_micros(50_750);

/// How long the service must not have refused anyone before bursts are allowed again.
pub const QUIET: Duration = Duration::from_secs(60);

/// The longest pause the ledger holds, whatever a `Retry-After` asks for.
pub const PAUSE_CAP: Duration = Duration::from_secs(60);

/// The pause after a 429 that names none.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// The furthest place that can be genuine: a line of some six thousand callers.
const FURTHEST_PLACE: Duration = Duration::from_secs(300);

/// What the machine has promised and sent lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    pub(crate) places: Ring,
    pub(crate) sends: Ring,
    pub(crate) pause_until: Boot,
    pub(crate) throttled_at: Boot,
    /// About the shortest time an answer has taken lately.
    pub(crate) quickest: Duration,
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
            sends: Ring::EMPTY,
            pause_until: Boot::default(),
            throttled_at: Boot::default(),
            quickest: Duration::ZERO,
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
        Self { places: Ring::filled(now), sends: Ring::filled(now), rebuilt: 1, ..Self::default() }
    }

    /// Whether such a ledger can have been written by this machine since it started.
    pub(crate) fn is_possible(&self, now: Boot) -> bool {
        self.places.is_sorted()
            && self.sends.is_sorted()
            && self.sends.newest().is_none_or(|sent| sent <= now)
            && self.places.newest().is_none_or(|place| place <= now + FURTHEST_PLACE)
            && self.pause_until <= now + PAUSE_CAP
            && self.throttled_at <= now
    }

    /// Takes the next place in line: the moment at which its holder may expect to send.
    pub fn take_place(&mut self, now: Boot) -> Boot {
        let place = self.earliest(&self.places, now).max(self.places.newest().unwrap_or_default());
        self.places.push(place);
        place
    }

    /// Enters a request that leaves now, or says from when it may.
    ///
    /// # Errors
    /// The earliest moment at which the same call can succeed.
    pub fn enter_send(&mut self, now: Boot) -> Result<(), Boot> {
        let earliest = self.earliest(&self.sends, now);
        if earliest > now {
            return Err(earliest);
        }
        self.sends.push(now);
        self.sent += 1;
        Ok(())
    }

    /// Moves a send to the latest moment at which it can have arrived, now that it was answered.
    ///
    /// A busy machine may hold a process up between its entry and its request, and the service counts arrivals. The
    /// request arrived no later than the quickest answer takes before this answer.
    pub fn settle_send(&mut self, sent: Boot, answered: Boot) {
        let took = answered.since(sent);
        self.sends.move_later(sent, answered - took.min(self.quickest));
        // It creeps up, so that a service that has become slower is not taken for a machine that is busy.
        let crept = self.quickest + self.quickest / 64;
        self.quickest = if self.quickest.is_zero() { took } else { took.min(crept) };
    }

    /// Notes a 429: everybody pauses, and sends one at a time until the service has been quiet for a minute.
    pub fn note_throttled(&mut self, now: Boot, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or(DEFAULT_PAUSE).min(PAUSE_CAP);
        self.pause_until = self.pause_until.max(now + pause);
        self.throttled_at = now;
        self.throttled += 1;
    }

    /// Withdraws the places of a line that does not move: their holders are gone.
    pub fn withdraw_places(&mut self) {
        self.places = self.sends;
        self.line += 1;
    }

    /// Whether requests leave one at a time, because somebody was refused within the last minute.
    pub fn is_even(&self, now: Boot) -> bool {
        self.throttled_at != Boot::default() && now.since(self.throttled_at) < QUIET
    }

    /// The time until the pause that a 429 asked for is over.
    pub fn paused_for(&self, now: Boot) -> Duration {
        self.pause_until.since(now)
    }

    /// What a caller that arrives now would wait for its place.
    pub fn wait(&self, now: Boot) -> Duration {
        self.clone().take_place(now).since(now)
    }

    /// How many hold a place that is still to come. Beyond the ring's length it follows from the pace.
    pub fn waiting(&self, now: Boot) -> u32 {
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

    /// Requests entered within the last second.
    pub fn sent_last_second(&self, now: Boot) -> u32 {
        self.sends.after(now - Duration::from_secs(1)) as u32
    }

    fn earliest(&self, ring: &Ring, now: Boot) -> Boot {
        let after_twentieth = ring.oldest().map_or(now, |oldest| oldest + PERIOD);
        let spaced = match ring.newest() {
            Some(newest) if self.is_even(now) => newest + EVEN_SPACING,
            _ => now,
        };
        now.max(self.pause_until).max(after_twentieth).max(spaced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Boot = Boot::from_nanos(1_000_000_000_000);

    fn milliseconds(moment: Boot) -> u128 {
        moment.since(START).as_millis()
    }

    fn at(milliseconds: u64) -> Boot {
        START + Duration::from_millis(milliseconds)
    }

    #[test]
    fn twenty_places_are_now_and_each_later_one_a_period_after_the_twentieth_before_it() {
        let mut ledger = Ledger::default();
        let places: Vec<_> = (0..60).map(|_| milliseconds(ledger.take_place(START))).collect();
        let expected: Vec<_> = [0; 20].into_iter().chain([1015; 20]).chain([2030; 20]).collect();
        assert_eq!(places, expected);
    }

    #[test]
    fn the_twenty_first_send_must_wait_for_a_period_after_the_first() {
        let mut ledger = Ledger::default();
        for offset in 0..20 {
            assert_eq!(ledger.enter_send(at(offset * 10)), Ok(()));
        }
        assert_eq!(ledger.enter_send(at(200)), Err(at(1015)));
        assert_eq!(ledger.enter_send(at(1015)), Ok(()));
        assert_eq!(ledger.enter_send(at(1015)), Err(at(1025)));
        assert_eq!(ledger.sent, 21);
    }

    #[test]
    fn a_send_counts_from_the_latest_moment_at_which_it_can_have_arrived() {
        let mut ledger = Ledger::default();
        let oldest = |ledger: &Ledger| milliseconds(ledger.sends.0[PER_PERIOD - 1]);
        // Nothing is known of the service yet: the answer's own time is the only bound.
        assert_eq!(ledger.enter_send(at(0)), Ok(()));
        ledger.settle_send(at(0), at(20));
        assert_eq!(oldest(&ledger), 20);
        // An answer as quick as the quickest: the request arrived when it was sent.
        assert_eq!(ledger.enter_send(at(100)), Ok(()));
        ledger.settle_send(at(100), at(120));
        assert_eq!(oldest(&ledger), 100);
        // Held up for 300 ms somewhere.
        assert_eq!(ledger.enter_send(at(200)), Ok(()));
        ledger.settle_send(at(200), at(520));
        assert_eq!((oldest(&ledger), ledger.quickest), (500, Duration::from_micros(20_312) + Duration::from_nanos(500)));
    }

    #[test]
    fn a_send_that_was_held_up_holds_up_the_twentieth_after_it() {
        let mut ledger = Ledger { quickest: Duration::from_millis(20), ..Ledger::default() };
        for offset in 0..20 {
            assert_eq!(ledger.enter_send(at(offset)), Ok(()));
        }
        ledger.settle_send(at(0), at(70));
        assert!(ledger.is_possible(at(70)));
        assert_eq!(ledger.enter_send(at(1015)), Err(at(1016)), "the second one is the oldest now");
        for offset in 1..20 {
            ledger.settle_send(at(offset), at(offset + 20));
            assert_eq!(ledger.enter_send(at(1015 + offset)), Ok(()));
        }
        assert_eq!(ledger.enter_send(at(1040)), Err(at(1065)));
    }

    #[test]
    fn a_429_pauses_places_and_sends_for_a_second_unless_it_names_another_time() {
        let mut ledger = Ledger::default();
        ledger.note_throttled(START, None);
        assert_eq!(ledger.take_place(START), at(1000));
        assert_eq!(ledger.enter_send(START), Err(at(1000)));
        ledger.note_throttled(START, Some(Duration::from_secs(7)));
        assert_eq!(ledger.paused_for(START), Duration::from_secs(7));
        ledger.note_throttled(START, None);
        assert_eq!(
            ledger.paused_for(START),
            Duration::from_secs(7),
            "a shorter pause never ends a longer one"
        );
    }

    #[test]
    fn no_retry_after_pauses_longer_than_the_cap() {
        let mut ledger = Ledger::default();
        ledger.note_throttled(START, Some(Duration::from_secs(86_400)));
        assert_eq!(ledger.paused_for(START), PAUSE_CAP);
        assert!(ledger.is_possible(START));
    }

    #[test]
    fn after_a_429_places_are_evenly_spaced_until_a_minute_of_quiet() {
        let mut ledger = Ledger::default();
        ledger.note_throttled(START, None);
        let places: Vec<_> = (0..4).map(|_| ledger.take_place(START).since(START).as_micros()).collect();
        assert_eq!(places, [1_000_000, 1_050_750, 1_101_500, 1_152_250]);
        assert!(ledger.is_even(START + QUIET - Duration::from_nanos(1)));
        assert!(!ledger.is_even(START + QUIET));
        let later = START + QUIET;
        assert_eq!((ledger.take_place(later), ledger.take_place(later)), (later, later));
    }

    #[test]
    fn withdrawn_places_leave_only_what_was_really_sent() {
        let mut ledger = Ledger::default();
        for _ in 0..400 {
            ledger.take_place(START);
        }
        assert_eq!(ledger.enter_send(START), Ok(()));
        ledger.withdraw_places();
        assert_eq!((ledger.take_place(at(5)), ledger.line), (at(5), 1));
    }

    #[test]
    fn the_number_waiting_is_counted_in_the_ring_and_estimated_beyond_it() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.waiting(START), 0);
        for _ in 0..30 {
            ledger.take_place(START);
        }
        assert_eq!(ledger.waiting(START), 10);
        for _ in 0..370 {
            ledger.take_place(START);
        }
        assert_eq!(ledger.waiting(START), 380);
        assert_eq!(ledger.wait(START), PERIOD * 20);
    }

    #[test]
    fn a_rebuilt_ledger_takes_a_full_second_as_just_sent() {
        let mut ledger = Ledger::rebuilt(START);
        assert!(ledger.is_possible(START));
        assert_eq!(ledger.enter_send(START), Err(at(1015)));
        assert_eq!((ledger.take_place(START), ledger.rebuilt), (at(1015), 1));
    }

    #[test]
    fn what_this_machine_cannot_have_written_is_impossible() {
        let with = |change: fn(&mut Ledger)| {
            let mut ledger = Ledger::default();
            change(&mut ledger);
            ledger.is_possible(START)
        };
        assert!(with(|_| ()));
        assert!(!with(|ledger| ledger.sends.push(at(1))), "sent in the future");
        assert!(!with(|ledger| ledger.places.push(START + FURTHEST_PLACE + Duration::from_nanos(1))));
        assert!(!with(|ledger| ledger.pause_until = START + PAUSE_CAP + Duration::from_nanos(1)));
        assert!(!with(|ledger| ledger.throttled_at = at(1)));
        assert!(!with(|ledger| {
            ledger.places.push(at(9));
            ledger.places.push(at(3));
        }));
    }
}
