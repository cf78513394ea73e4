//! The process-local ledger and slots, for when the machine's cannot be used.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tollgate_core::BootInstant;

use crate::category::Category;
use crate::ledger::Ledger;
use crate::ledger::reservations::Reservation;
use crate::limits::SLOTS;

pub(crate) struct LocalLimiter {
    ledger: Mutex<Ledger>,
    permits: Arc<Semaphore>,
    free: Mutex<Vec<usize>>,
}

/// A reservation in the process-local ledger. Dropping it without [`Self::commit`] cancels it.
pub(crate) struct LocalReservation<'a> {
    limiter: &'a LocalLimiter,
    reservation: Option<Reservation>,
}

impl<'a> LocalReservation<'a> {
    pub(crate) fn reserve(limiter: &'a LocalLimiter, now: BootInstant) -> Self {
        let reservation = Some(limiter.ledger().reserve(now));
        Self { limiter, reservation }
    }

    /// When it is due, the queue length, and the rest of a pause.
    pub(crate) fn status(&self, now: BootInstant) -> (BootInstant, u32, Duration) {
        let ledger = self.limiter.ledger();
        let due = self.reservation.as_ref().and_then(|reservation| ledger.due(reservation));
        (due.unwrap_or(now), ledger.queue_length(now), ledger.pause_remaining(now))
    }

    pub(crate) fn commit(mut self) {
        self.reservation = None;
    }
}

impl Drop for LocalReservation<'_> {
    fn drop(&mut self) {
        if let Some(reservation) = &self.reservation {
            self.limiter.ledger().cancel(reservation);
        }
    }
}

/// A slot of this process; dropping it frees it.
pub(crate) struct LocalSlot {
    pub(crate) number: usize,
    limiter: Arc<LocalLimiter>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl LocalLimiter {
    pub(crate) fn new(category: Category, now: BootInstant) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(SLOTS));
        let ledger = Mutex::new(Ledger::new(category, now));
        Arc::new(Self { ledger, permits, free: Mutex::new((0..SLOTS).collect()) })
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn acquire_slot(self: Arc<Self>) -> LocalSlot {
        // This fails only on a closed semaphore, and this one is never closed.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        let number = self.free_slots().pop().unwrap_or_default();
        LocalSlot { number, limiter: self, _permit: permit }
    }

    pub(crate) fn slots_in_use(&self) -> usize {
        SLOTS - self.free_slots().len()
    }

    fn free_slots(&self) -> MutexGuard<'_, Vec<usize>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LocalSlot {
    fn drop(&mut self) {
        self.limiter.free_slots().push(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: BootInstant = BootInstant::from_nanos(1_000_000_000);

    #[tokio::test]
    async fn a_slot_has_a_number_of_its_own_and_is_free_again_when_it_is_dropped() {
        let local = LocalLimiter::new(Category::Tokens, START);
        let (one, two) = (Arc::clone(&local).acquire_slot().await, Arc::clone(&local).acquire_slot().await);
        assert_ne!(one.number, two.number);
        assert_eq!(local.slots_in_use(), 2);
        drop(one);
        assert_eq!(local.slots_in_use(), 1);
        drop(two);
        assert_eq!(local.slots_in_use(), 0);
    }

    #[test]
    fn a_place_that_was_used_is_not_given_back_and_one_that_was_not_is() {
        let local = LocalLimiter::new(Category::Tokens, START);
        let due = || LocalReservation::reserve(&local, START).status(START).0;
        (0..40).for_each(|_| assert_eq!(due(), START));
        (0..20).for_each(|_| LocalReservation::reserve(&local, START).commit());
        assert!(due() > START);
    }
}
