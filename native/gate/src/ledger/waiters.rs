//! Callers that wait for a slot, so that slots are assigned in the order of the reservations.

use std::time::Duration;

use tollgate_core::BootInstant;

/// How many waiters are kept: those with the lowest numbers, as only they can be next.
pub(crate) const MAX_WAITERS: usize = 16;

/// How long a waiter counts after its last refresh. After that, a killed or suspended one is skipped.
pub(crate) const WAITER_TIMEOUT: Duration = Duration::from_secs(1);

/// One caller that waits; the number 0 is an empty entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiter {
    /// The number of its reservation.
    pub(crate) number: u64,
    /// The time of its last refresh.
    pub(crate) seen_at: BootInstant,
}

/// The waiting callers with the lowest numbers, unordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiters<const N: usize>(pub(crate) [Waiter; N]);

impl<const N: usize> Default for Waiters<N> {
    fn default() -> Self {
        Self([Waiter::default(); N])
    }
}

impl<const N: usize> Waiters<N> {
    /// Adds a caller, or records that it still waits. When all entries are taken, the highest number gets none.
    pub(crate) fn refresh(&mut self, number: u64, now: BootInstant) {
        self.remove(number);
        for waiter in &mut self.0 {
            if now.duration_since(waiter.seen_at) > WAITER_TIMEOUT {
                *waiter = Waiter::default();
            }
        }
        let entry = Waiter { number, seen_at: now };
        // An empty entry is replaced first, although its number is the lowest.
        let last =
            self.0.iter_mut().max_by_key(|waiter| if waiter.number == 0 { u64::MAX } else { waiter.number });
        if let Some(last) = last.filter(|last| last.number == 0 || last.number > number) {
            *last = entry;
        }
    }

    /// Removes a caller that no longer waits.
    pub(crate) fn remove(&mut self, number: u64) {
        for waiter in self.0.iter_mut().filter(|waiter| waiter.number == number) {
            *waiter = Waiter::default();
        }
    }

    /// The lowest number that was refreshed within this time.
    pub(crate) fn first(&self, now: BootInstant, within: Duration) -> Option<u64> {
        let is_recent = |waiter: &&Waiter| waiter.number != 0 && now.duration_since(waiter.seen_at) <= within;
        self.0.iter().filter(is_recent).map(|waiter| waiter.number).min()
    }

    /// Whether these entries can have been written by `now`.
    pub(crate) fn is_plausible(&self, now: BootInstant) -> bool {
        self.0.iter().all(|waiter| waiter.seen_at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

    #[test]
    fn the_lowest_number_that_was_heard_of_within_a_second_is_first() {
        let mut waiters = Waiters::<MAX_WAITERS>::default();
        assert_eq!(waiters.first(NOW, WAITER_TIMEOUT), None);
        waiters.refresh(7, NOW);
        waiters.refresh(3, NOW);
        waiters.refresh(5, NOW + WAITER_TIMEOUT);
        assert_eq!(waiters.first(NOW + WAITER_TIMEOUT, WAITER_TIMEOUT), Some(3));
        assert_eq!(waiters.first(NOW + WAITER_TIMEOUT + Duration::from_nanos(1), WAITER_TIMEOUT), Some(5));
        waiters.remove(5);
        assert_eq!(waiters.first(NOW + WAITER_TIMEOUT, WAITER_TIMEOUT), Some(3));
        waiters.refresh(3, NOW + WAITER_TIMEOUT * 2);
        assert_eq!(waiters.first(NOW + WAITER_TIMEOUT * 2, WAITER_TIMEOUT), Some(3), "it still waits");
    }

    #[test]
    fn the_lowest_numbers_are_kept_whatever_order_they_come_in() {
        let mut waiters = Waiters::<MAX_WAITERS>::default();
        for number in (1..=40).rev().chain(41..=60) {
            waiters.refresh(number, NOW);
        }
        for number in 1..=MAX_WAITERS as u64 {
            assert_eq!(waiters.first(NOW, WAITER_TIMEOUT), Some(number));
            waiters.remove(number);
        }
        assert_eq!(waiters.first(NOW, WAITER_TIMEOUT), None);
    }

    #[test]
    fn who_was_heard_of_too_long_ago_makes_room() {
        let mut waiters = Waiters::<MAX_WAITERS>::default();
        (1..=MAX_WAITERS as u64).for_each(|number| waiters.refresh(number, NOW));
        let later = NOW + WAITER_TIMEOUT + Duration::from_nanos(1);
        waiters.refresh(99, later);
        assert_eq!(waiters.first(later, WAITER_TIMEOUT), Some(99));
    }
}
