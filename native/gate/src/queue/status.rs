//! A caller's view of its wait.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::ledger::Ledger;
use crate::ledger::reservations::Reservation;

/// What the ledger contained when it was last read.
#[derive(Clone, Copy)]
pub(super) struct QueueStatus {
    pub(super) due: BootInstant,
    pub(super) queue_length: u32,
    pub(super) pause_remaining: Duration,
    /// [`Ledger::slots_passed`]: changes when the queue moves.
    pub(super) slots_passed: u64,
    /// The age of the oldest request in flight.
    pub(super) oldest_in_flight: Duration,
    /// Once the reservation is due, how many callers must take a slot first.
    pub(super) ahead: u64,
}

impl QueueStatus {
    /// Reads the status of a reservation. The holder of one that is due is registered as waiting for a slot.
    pub(super) fn read(ledger: &mut Ledger, reservation: &mut Reservation, now: BootInstant) -> Self {
        let due = ledger.due(reservation).unwrap_or(now);
        let ahead = if due <= now { ledger.wait_for_slot(reservation, Duration::ZERO, now) } else { 0 };
        Self::new(due, ahead, ledger, now)
    }

    pub(super) fn new(due: BootInstant, ahead: u64, ledger: &Ledger, now: BootInstant) -> Self {
        let (queue_length, pause_remaining) = (ledger.queue_length(now), ledger.pause_remaining(now));
        Self {
            due,
            queue_length,
            pause_remaining,
            slots_passed: ledger.slots_passed(),
            oldest_in_flight: ledger.oldest_in_flight(now),
            ahead,
        }
    }
}
