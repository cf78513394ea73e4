//! What a caller knows of its wait.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::ledger::Ledger;
use crate::ledger::reservations::Reservation;

/// What the ledger told at the last look.
#[derive(Clone, Copy)]
pub(super) struct QueueStatus {
    pub(super) due: BootInstant,
    pub(super) queue_length: u32,
    pub(super) pause_remaining: Duration,
    /// Those that have left the line by way of a slot.
    pub(super) slots_passed: u64,
    /// How long the oldest request has been under way.
    pub(super) oldest_in_flight: Duration,
    /// Once it is due, how many must go before it may take a slot.
    pub(super) ahead: u64,
}

impl QueueStatus {
    /// What the ledger tells of a reservation. One that is due stands at the slots from now on.
    pub(super) fn read(ledger: &mut Ledger, ticket: &mut Reservation, now: BootInstant) -> Self {
        let due = ledger.due(ticket).unwrap_or(now);
        let before = if due <= now { ledger.wait_for_slot(ticket, Duration::ZERO, now) } else { 0 };
        Self::new(due, before, ledger, now)
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
