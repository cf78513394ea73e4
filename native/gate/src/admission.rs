//! Leave to send one request, from the free slot to the answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::alone::AloneSlot;
use crate::gate::{Book, Gate, PATIENCE};
use crate::obstacle::Obstacle;
use crate::slot::HeldSlot;

/// Leave to send one request; the slot is free again when it is dropped.
pub struct Admission<'gate> {
    gate: &'gate Gate,
    book: Book,
    obstacle: Option<Obstacle>,
    slot: Slot,
}

/// A slot that is held.
pub(crate) enum Slot {
    /// One of the machine's, and its number.
    Shared(usize, #[expect(dead_code, reason = "dropping it frees the slot")] HeldSlot),
    /// One of this process's.
    Alone(AloneSlot),
}

impl<'gate> Admission<'gate> {
    pub(crate) const fn new(gate: &'gate Gate, book: Book, slot: Slot, obstacle: Option<Obstacle>) -> Self {
        Self { gate, book, obstacle, slot }
    }

    /// Why the pace is this process's own and not the machine's, if it is.
    pub const fn obstacle(&self) -> Option<&Obstacle> {
        self.obstacle.as_ref()
    }

    /// Waits until the request may leave and enters it. Call it when nothing is left to do but to send.
    pub async fn depart(&mut self) {
        let arrived = self.gate.now();
        loop {
            let slot = self.number();
            match self.gate.change(&self.book, |ledger, now| ledger.enter_send(slot, now)).await {
                Ok(Ok(())) => return,
                Ok(Err(earliest)) => {
                    let now = self.gate.now();
                    if now.since(arrived) > PATIENCE {
                        self.obstacle = Some(Obstacle::LineTooLong);
                        return;
                    }
                    sleep(earliest.since(now)).await;
                }
                Err(obstacle) => {
                    // Whatever the files' trouble is, this process still keeps its own pace.
                    self.obstacle = Some(obstacle);
                    self.book = Book::Alone(Arc::clone(self.gate.alone()));
                }
            }
        }
    }

    /// Notes that the request was answered, or broke off: from then on it is known when it arrived at the latest.
    pub async fn answered(&self) {
        let slot = self.number();
        // In a book that cannot be reached the request stays aloft until the slot's next holder finds it there.
        let _ = self.gate.change(&self.book, |ledger, now| ledger.note_answer(slot, now)).await;
    }

    /// Tells everybody that the service answered 429.
    pub async fn throttled(&self, retry_after: Option<Duration>) {
        // A book that cannot be reached leaves the pause to the caller's own retry.
        let _ = self.gate.change(&self.book, |ledger, now| ledger.note_throttled(now, retry_after)).await;
    }

    const fn number(&self) -> usize {
        match &self.slot {
            Slot::Shared(number, _) => *number,
            Slot::Alone(slot) => slot.number,
        }
    }
}
