//! Who waits for a slot, so that the slots are given in the order of the reservations.

use std::time::Duration;

use tollgate_core::BootInstant;

/// How many waiters are kept: those with the lowest numbers, for only they may be next.
pub(crate) const MAX_WAITERS: usize = 16;

/// How long a waiter counts after it was last heard of. One that was killed or suspended is passed then.
pub(crate) const WAITER_TIMEOUT: Duration = Duration::from_secs(1);

/// One caller at the slots; the number 0 stands for nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiter {
    /// The number of its reservation.
    pub(crate) number: u64,
    /// When it was last heard of.
    pub(crate) seen_at: BootInstant,
}

/// The callers that wait with the lowest numbers, in no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiters<const N: usize>(pub(crate) [Waiter; N]);

impl<const N: usize> Default for Waiters<N> {
    fn default() -> Self {
        Self([Waiter::default(); N])
    }
}

impl<const N: usize> Waiters<N> {
    /// Enters a caller, or notes that it still waits. Where all entries are taken, the highest number has none.
    pub(crate) fn refresh(&mut self, number: u64, now: BootInstant) {
        self.remove(number);
        for waiter in &mut self.0 {
            if now.duration_since(waiter.seen_at) > WAITER_TIMEOUT {
                *waiter = Waiter::default();
            }
        }
        let entry = Waiter { number, seen_at: now };
        // Nobody's number is the lowest of all, and is replaced first.
        let last =
            self.0.iter_mut().max_by_key(|waiter| if waiter.number == 0 { u64::MAX } else { waiter.number });
        if let Some(last) = last.filter(|last| last.number == 0 || last.number > number) {
            *last = entry;
        }
    }

    /// Forgets a caller that waits no more.
    pub(crate) fn remove(&mut self, number: u64) {
        for waiter in self.0.iter_mut().filter(|waiter| waiter.number == number) {
            *waiter = Waiter::default();
        }
    }

    /// The lowest number that was heard of within this time.
    pub(crate) fn first(&self, now: BootInstant, within: Duration) -> Option<u64> {
        let heard = |waiter: &&Waiter| waiter.number != 0 && now.duration_since(waiter.seen_at) <= within;
        self.0.iter().filter(heard).map(|waiter| waiter.number).min()
    }

    /// Whether such waiters can have been entered by `now`.
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
