//! When a wait at the gate is no wait any more but a standstill. Pure: what a caller saw, and when.
//!
//! The ledger is everybody's to write, so what it says proves little: a pause and a counter that grows are believed for
//! a minute. Only the locks of the slots tell for certain that requests come and go, and give another minute.

use std::time::Duration;

use crate::clock::Boot;
use crate::ledger::{Ledger, REQUEST_TIMEOUT};
use crate::slot::SLOTS;

/// How long nothing may move before a caller goes on alone.
pub(crate) const STALL: Duration = Duration::from_secs(10);

/// The same when the gate could not be passed just before.
pub(crate) const SHORT_STALL: Duration = Duration::from_millis(50);

/// How long signs of movement are believed after the arrival, or after requests were last seen to come and go.
pub(crate) const TRUST: Duration = Duration::from_secs(60);

/// After how much of that time a caller looks at the slots too.
const EARLY: Duration = Duration::from_secs(5);

/// The longest that a caller means to sleep at once, and a second for a busy machine.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// How much of a sleep was none of the caller's: the whole machine or its process stood still, and nobody can have
/// been seen to move in that time.
pub(crate) fn frozen(slept: Duration) -> Duration {
    slept.saturating_sub(LONGEST_REST)
}

/// Which slots were seen taken, by their locks.
pub(crate) type Taken = [bool; SLOTS];

/// All slots taken.
pub(crate) const FULL: Taken = [true; SLOTS];

/// What one caller has seen of the gate's movement.
#[derive(Clone, Debug)]
pub(crate) struct Stall {
    /// Its arrival, or when a slot was last seen free that had been taken.
    proven_at: Boot,
    /// Whether the gate is waited for, and not only tried.
    patient: bool,
    moved_at: Boot,
    taken: Taken,
    /// From when on each slot has been seen taken at every look.
    taken_since: [Boot; SLOTS],
    gone: Option<(u64, u64)>,
    pause: Option<Pause>,
    /// Whether requests were seen to come and go since the last pause began.
    may_pause: bool,
}

/// A pause that goes on.
#[derive(Clone, Copy, Debug)]
struct Pause {
    since: Boot,
    /// Whether it began after requests were seen to come and go: it is then believed for a minute of its own.
    is_granted: bool,
}

impl Stall {
    pub(crate) fn new(arrived: Boot, patient: bool) -> Self {
        Self {
            patient,
            proven_at: arrived,
            moved_at: arrived,
            taken: [false; SLOTS],
            taken_since: [arrived; SLOTS],
            gone: None,
            pause: None,
            may_pause: false,
        }
    }

    /// The same for one that has come to a slot: what comes now is waited for.
    pub(crate) fn of_slot_holder(self) -> Self {
        Self { patient: true, ..self }
    }

    pub(crate) const fn is_patient(&self) -> bool {
        self.patient
    }

    /// Notes the end of a sleep. A process that was frozen in it has seen nothing, so it does not count as a standstill.
    /// Gives for how long it was.
    pub(crate) fn wake(&mut self, slept_from: Boot, now: Boot) -> Duration {
        let frozen = frozen(now.since(slept_from));
        self.skip(frozen, now);
        frozen
    }

    fn skip(&mut self, frozen: Duration, now: Boot) {
        let skip = |moment: &mut Boot| *moment = (*moment + frozen).min(now);
        skip(&mut self.proven_at);
        skip(&mut self.moved_at);
        self.taken_since.iter_mut().for_each(skip);
        if let Some(pause) = &mut self.pause {
            skip(&mut pause.since);
        }
    }

    /// Notes what the locks of the slots tell. One that was held for longer than a request may take proves nothing when it
    /// becomes free: its holder was stuck, and goes on alone.
    pub(crate) fn see_slots(&mut self, taken: Taken, now: Boot) {
        let mut was_freed = false;
        for ((before, taken), since) in self.taken.iter().zip(taken).zip(&mut self.taken_since) {
            match (before, taken) {
                (true, false) => was_freed |= now.since(*since) <= REQUEST_TIMEOUT,
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
    pub(crate) fn see_ledger(&mut self, ledger: &Ledger, now: Boot) {
        let is_aloft = (0..SLOTS).any(|slot| self.taken[slot] && ledger.is_aloft(slot, now));
        let gone = ledger.gone();
        let has_moved = self.gone.replace(gone).is_some_and(|before| before != gone);
        self.see_pause(ledger, now);
        if (has_moved || is_aloft) && now <= self.trusted_until() {
            self.moved_at = now;
        }
    }

    /// Notes a pause and nothing else: for who has a slot and waits for its own request to leave.
    pub(crate) fn see_pause(&mut self, ledger: &Ledger, now: Boot) {
        if ledger.paused_for(now) > Duration::ZERO {
            self.pause.get_or_insert(Pause { since: now, is_granted: self.may_pause });
            self.may_pause = false;
            if now <= self.trusted_until() {
                self.moved_at = now;
            }
        } else if let Some(pause) = self.pause.take().filter(|pause| pause.is_granted) {
            // Nothing could be proven in it.
            self.proven_at = self.proven_at + now.since(pause.since).min(TRUST);
        }
    }

    /// Notes a wait for the ledger's lock that came to its end. It moves, however slowly. What it took beyond that the
    /// process was frozen.
    pub(crate) fn wait_for_lock(&mut self, from: Boot, waited: Duration, now: Boot) {
        self.skip(now.since(from).saturating_sub(waited), now);
        if now <= self.trusted_until() {
            self.moved_at = (self.moved_at + waited).min(now);
        }
    }

    /// Which slots were seen taken last.
    pub(crate) const fn taken(&self) -> Taken {
        self.taken
    }

    /// Whether all slots were seen taken.
    pub(crate) fn is_full(&self) -> bool {
        self.taken.iter().all(|taken| *taken)
    }

    /// How long nothing has moved, once that is too long.
    pub(crate) fn is_over(&self, now: Boot) -> Option<Duration> {
        let still = now.since(self.moved_at);
        (still >= if self.patient { STALL } else { SHORT_STALL }).then_some(still)
    }

    /// How long a lock may be waited for.
    pub(crate) fn lock_bound(&self, now: Boot) -> Duration {
        let most = if self.patient { STALL } else { SHORT_STALL };
        (self.trusted_until() + STALL).since(now).min(most)
    }

    /// Whether the slots are worth a look with each look at the ledger.
    pub(crate) fn wants_slots(&self, now: Boot) -> bool {
        now.since(self.proven_at) >= EARLY
    }

    /// How long requests were not seen to come and go; nothing in a pause, in which they do not.
    pub(crate) fn unproven_for(&self, now: Boot) -> Option<Duration> {
        self.pause.is_none().then(|| now.since(self.proven_at))
    }

    /// What is left until it is over, if nothing moves.
    pub(crate) fn left(&self, now: Boot) -> Duration {
        (self.moved_at + STALL).since(now)
    }

    fn trusted_until(&self) -> Boot {
        match self.pause {
            Some(pause) if pause.is_granted => pause.since + TRUST,
            _ => self.proven_at + TRUST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::category::Category;

    const START: Boot = Boot::from_nanos(1_000_000_000_000);
    const FREE: Taken = [false; SLOTS];

    fn at(seconds: u64) -> Boot {
        START + Duration::from_secs(seconds)
    }

    /// A ledger that says so.
    fn says(second: u64, paused: bool, sent: u64, aloft_since: Option<u64>) -> Ledger {
        let mut ledger = Ledger::new(Category::Tokens, START);
        ledger.pause_until = if paused { at(second + 1) } else { START };
        ledger.sent = sent;
        ledger.aloft[2] = aloft_since.map(at).unwrap_or_default();
        ledger
    }

    /// The second in which a caller gives up that sees this each second.
    fn given_up(see: impl Fn(&mut Stall, u64)) -> u64 {
        let mut stall = Stall::new(START, true);
        let mut seconds = 0..1000;
        let found = seconds.find(|second| {
            see(&mut stall, *second);
            stall.is_over(at(*second)).is_some()
        });
        found.unwrap_or(1000)
    }

    /// The same for one that sees all slots taken.
    fn given_up_at_full_slots(ledger: impl Fn(u64) -> Ledger) -> u64 {
        given_up(|stall, second| {
            stall.see_slots(FULL, at(second));
            stall.see_ledger(&ledger(second), at(second));
        })
    }

    #[test]
    fn nothing_that_moves_is_a_standstill_after_ten_seconds() {
        assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, None)), 10);
        assert_eq!(
            given_up(|stall, second| stall.see_ledger(&says(second, false, 7, Some(0)), at(second))),
            10
        );
    }

    #[test]
    fn what_a_writer_of_the_ledger_can_forge_is_believed_for_a_minute() {
        assert_eq!(given_up_at_full_slots(|second| says(second, true, 7, None)), 70);
        assert_eq!(given_up_at_full_slots(|second| says(second, false, second, None)), 70);
        assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, Some(second))), 70);
        assert_eq!(
            given_up(|stall, second| stall.wait_for_lock(
                at(second.saturating_sub(1)),
                Duration::from_secs(1),
                at(second)
            )),
            70
        );
    }

    #[test]
    fn a_sleep_that_a_freeze_made_long_is_no_standstill() {
        let mut stall = Stall::new(START, true);
        assert_eq!(stall.wake(START, at(5)), Duration::ZERO, "a long rest is none");
        stall.see_pause(&says(5, true, 7, None), at(5));
        assert_eq!(stall.wake(at(5), at(1010)), Duration::from_secs(1000));
        assert_eq!((stall.is_over(at(1014)), stall.wants_slots(at(1004))), (None, false));
        assert_eq!(stall.is_over(at(1015)), Some(STALL));
        stall.see_pause(&says(1060, true, 7, None), at(1060));
        assert_eq!(stall.is_over(at(1061)), None, "the minute that a pause is believed is moved too");
    }

    #[test]
    fn those_that_give_up_at_the_slots_move_the_line_as_those_that_send_do() {
        let give_up =
            |second| Ledger { given_up: u64::MAX.wrapping_add(second), ..says(second, false, 7, None) };
        assert_eq!(given_up_at_full_slots(give_up), 70);
    }

    #[test]
    fn a_request_excuses_a_standstill_for_as_long_as_it_may_take() {
        assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, Some(0))), 31);
    }

    #[test]
    fn who_waits_before_its_send_is_excused_by_a_pause_alone() {
        let sent = |stall: &mut Stall, second| {
            stall.see_pause(&says(second, false, second, Some(second)), at(second))
        };
        assert_eq!(given_up(sent), 10);
        assert_eq!(given_up(|stall, second| stall.see_pause(&says(second, true, 7, None), at(second))), 70);
    }

    #[test]
    fn slots_that_change_hands_are_believed_for_ever_and_slots_that_stay_as_they_are_are_not() {
        let changing = |stall: &mut Stall, second: u64| {
            stall.see_slots(if second.is_multiple_of(20) { FREE } else { FULL }, at(second));
            stall.see_ledger(&says(second, false, 7, Some(second)), at(second));
        };
        assert_eq!(given_up(changing), 1000);
        let still = |stall: &mut Stall, second: u64| {
            stall.see_slots([false, false, true, false, false], at(second));
            stall.see_ledger(&says(second, false, 7, Some(second)), at(second));
        };
        assert_eq!(given_up(still), 70);
    }

    #[test]
    fn a_slot_that_was_held_for_longer_than_a_request_may_take_proves_nothing() {
        let freed_after = |held: u64| {
            move |stall: &mut Stall, second: u64| {
                stall.see_slots(if second > held { FREE } else { FULL }, at(second));
                stall.see_ledger(&says(second, false, second, None), at(second));
            }
        };
        assert_eq!(given_up(freed_after(20)), 21 + 60 + 10);
        assert_eq!(given_up(freed_after(21)), 70);
    }

    #[test]
    fn slots_that_are_given_up_in_a_pause_prove_nothing() {
        let paused = |stall: &mut Stall, second: u64| {
            stall.see_ledger(&says(second, true, 7, None), at(second));
            stall.see_slots(if second.is_multiple_of(2) { FREE } else { FULL }, at(second));
        };
        assert_eq!(given_up(paused), 70);
    }

    #[test]
    fn a_pause_that_begins_after_requests_were_seen_to_come_and_go_has_a_minute_of_its_own() {
        // Proven in the third second; then only a counter grows, and in the fortieth a pause begins.
        let paused = |until: u64| {
            move |stall: &mut Stall, second: u64| {
                if second <= 3 {
                    stall.see_slots(if second == 2 { FULL } else { FREE }, at(second));
                }
                stall.see_ledger(&says(second, (40..until).contains(&second), second, None), at(second));
            }
        };
        assert_eq!(given_up(paused(1000)), 110);
        assert_eq!(given_up(paused(70)), 3 + 60 + 30 + 10, "its time does not count against the rest");
    }

    #[test]
    fn a_lock_is_waited_for_ten_seconds_and_no_longer_than_the_whole_bound() {
        let stall = Stall::new(START, true);
        let bounds = [0, 60, 65, 70, 71].map(|second| stall.lock_bound(at(second)).as_secs());
        assert_eq!(bounds, [10, 10, 5, 0, 0]);
    }

    #[test]
    fn who_only_tries_waits_for_nothing_that_does_not_move() {
        let mut stall = Stall::new(START, false);
        assert_eq!(stall.lock_bound(START), SHORT_STALL);
        let later = START + SHORT_STALL;
        assert_eq!(stall.is_over(START + Duration::from_millis(49)), None);
        assert_eq!(stall.is_over(later), Some(SHORT_STALL));
        stall.see_slots(FULL, later);
        stall.see_slots(FREE, later);
        assert_eq!(stall.is_over(later), None);
        assert_eq!(stall.clone().of_slot_holder().lock_bound(later), STALL);
    }

    #[test]
    fn slots_are_looked_at_after_five_seconds_and_a_pause_proves_nothing_either_way() {
        let mut stall = Stall::new(START, true);
        assert!(!stall.wants_slots(at(4)) && stall.wants_slots(at(5)));
        assert!(stall.unproven_for(at(10)) == Some(Duration::from_secs(10)));
        stall.see_pause(&says(10, true, 0, None), at(10));
        assert_eq!(stall.unproven_for(at(11)), None);
    }
}
