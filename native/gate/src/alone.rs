//! The book and the slots of a process that cannot share the machine's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tollgate_core::Boot;

use crate::category::Category;
use crate::ledger::Ledger;
use crate::ledger::reservations::Ticket;
use crate::limits::SLOTS;

pub(crate) struct Alone {
    ledger: Mutex<Ledger>,
    permits: Arc<Semaphore>,
    free: Mutex<Vec<usize>>,
}

/// A place in this process's own line. Who gives up gives it back where it can.
pub(crate) struct AlonePlace<'a> {
    alone: &'a Alone,
    ticket: Option<Ticket>,
}

impl<'a> AlonePlace<'a> {
    pub(crate) fn take(alone: &'a Alone, now: Boot) -> Self {
        let ticket = Some(alone.ledger().reserve(now));
        Self { alone, ticket }
    }

    /// When it comes up, how many wait, and what is left of a pause.
    pub(crate) fn look(&self, now: Boot) -> (Boot, u32, Duration) {
        let ledger = self.alone.ledger();
        let due = self.ticket.as_ref().and_then(|ticket| ledger.due(ticket));
        (due.unwrap_or(now), ledger.waiting(now), ledger.paused_for(now))
    }

    pub(crate) fn use_up(mut self) {
        self.ticket = None;
    }
}

impl Drop for AlonePlace<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = &self.ticket {
            self.alone.ledger().give_back(ticket);
        }
    }
}

/// A slot of this process, free again when it is dropped.
pub(crate) struct AloneSlot {
    pub(crate) number: usize,
    alone: Arc<Alone>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Alone {
    pub(crate) fn new(category: Category, now: Boot) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(SLOTS));
        let ledger = Mutex::new(Ledger::new(category, now));
        Arc::new(Self { ledger, permits, free: Mutex::new((0..SLOTS).collect()) })
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn slot(self: Arc<Self>) -> AloneSlot {
        // The semaphore is never closed; it only fails when it is.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        let number = self.free().pop().unwrap_or_default();
        AloneSlot { number, alone: self, _permit: permit }
    }

    pub(crate) fn busy(&self) -> usize {
        SLOTS - self.free().len()
    }

    fn free(&self) -> MutexGuard<'_, Vec<usize>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AloneSlot {
    fn drop(&mut self) {
        self.alone.free().push(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Boot = Boot::from_nanos(1_000_000_000);

    #[tokio::test]
    async fn a_slot_has_a_number_of_its_own_and_is_free_again_when_it_is_dropped() {
        let alone = Alone::new(Category::Tokens, START);
        let (one, two) = (Arc::clone(&alone).slot().await, Arc::clone(&alone).slot().await);
        assert_ne!(one.number, two.number);
        assert_eq!(alone.busy(), 2);
        drop(one);
        assert_eq!(alone.busy(), 1);
        drop(two);
        assert_eq!(alone.busy(), 0);
    }

    #[test]
    fn a_place_that_was_used_is_not_given_back_and_one_that_was_not_is() {
        let alone = Alone::new(Category::Tokens, START);
        let due = || AlonePlace::take(&alone, START).look(START).0;
        (0..40).for_each(|_| assert_eq!(due(), START));
        (0..20).for_each(|_| AlonePlace::take(&alone, START).use_up());
        assert!(due() > START);
    }
}
