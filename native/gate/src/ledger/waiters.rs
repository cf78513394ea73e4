//! Who waits for a slot, so that the slots are given in the order of the reservations.

use std::time::Duration;

use tollgate_core::Boot;

/// How many waiters are kept: those with the lowest numbers, for only they may be next.
pub(crate) const KEPT: usize = 16;

/// How long a waiter counts after it was last heard of. One that was killed or suspended is passed then.
pub(crate) const HEARD: Duration = Duration::from_secs(1);

/// One caller at the slots; the number 0 stands for nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiter {
    /// The number of its reservation.
    pub(crate) number: u64,
    /// When it was last heard of.
    pub(crate) heard: Boot,
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
    pub(crate) fn hear(&mut self, number: u64, now: Boot) {
        self.leave(number);
        for waiter in &mut self.0 {
            if now.since(waiter.heard) > HEARD {
                *waiter = Waiter::default();
            }
        }
        let entry = Waiter { number, heard: now };
        // Nobody's number is the lowest of all, and is replaced first.
        let last =
            self.0.iter_mut().max_by_key(|waiter| if waiter.number == 0 { u64::MAX } else { waiter.number });
        if let Some(last) = last.filter(|last| last.number == 0 || last.number > number) {
            *last = entry;
        }
    }

    /// Forgets a caller that waits no more.
    pub(crate) fn leave(&mut self, number: u64) {
        for waiter in self.0.iter_mut().filter(|waiter| waiter.number == number) {
            *waiter = Waiter::default();
        }
    }

    /// The lowest number that was heard of within this time.
    pub(crate) fn first(&self, now: Boot, within: Duration) -> Option<u64> {
        let heard = |waiter: &&Waiter| waiter.number != 0 && now.since(waiter.heard) <= within;
        self.0.iter().filter(heard).map(|waiter| waiter.number).min()
    }

    /// Whether such waiters can have been entered by `now`.
    pub(crate) fn is_possible(&self, now: Boot) -> bool {
        self.0.iter().all(|waiter| waiter.heard <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Boot = Boot::from_nanos(1_000_000_000_000);

    #[test]
    fn the_lowest_number_that_was_heard_of_within_a_second_is_first() {
        let mut waiters = Waiters::<KEPT>::default();
        assert_eq!(waiters.first(NOW, HEARD), None);
        waiters.hear(7, NOW);
        waiters.hear(3, NOW);
        waiters.hear(5, NOW + HEARD);
        assert_eq!(waiters.first(NOW + HEARD, HEARD), Some(3));
        assert_eq!(waiters.first(NOW + HEARD + Duration::from_nanos(1), HEARD), Some(5));
        waiters.leave(5);
        assert_eq!(waiters.first(NOW + HEARD, HEARD), Some(3));
        waiters.hear(3, NOW + HEARD * 2);
        assert_eq!(waiters.first(NOW + HEARD * 2, HEARD), Some(3), "it still waits");
    }

    #[test]
    fn the_lowest_numbers_are_kept_whatever_order_they_come_in() {
        let mut waiters = Waiters::<KEPT>::default();
        for number in (1..=40).rev().chain(41..=60) {
            waiters.hear(number, NOW);
        }
        for number in 1..=KEPT as u64 {
            assert_eq!(waiters.first(NOW, HEARD), Some(number));
            waiters.leave(number);
        }
        assert_eq!(waiters.first(NOW, HEARD), None);
    }

    #[test]
    fn who_was_heard_of_too_long_ago_makes_room() {
        let mut waiters = Waiters::<KEPT>::default();
        (1..=KEPT as u64).for_each(|number| waiters.hear(number, NOW));
        let later = NOW + HEARD + Duration::from_nanos(1);
        waiters.hear(99, later);
        assert_eq!(waiters.first(later, HEARD), Some(99));
    }
}
