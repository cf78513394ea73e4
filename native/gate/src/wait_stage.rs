//! What a caller at the gate waits for, and the callback that reports it.

use std::time::Duration;

/// What a caller at the gate waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitStage {
    /// Its reservation.
    Queued {
        /// The time until the reservation is due, as known now.
        remaining: Duration,
        /// Callers of this machine whose reservation is not due yet.
        queue_length: u32,
        /// The rest of the pause after a 429; zero if there is none.
        pause_remaining: Duration,
    },
    /// One of the five slots.
    Slot,
    /// The time at which it may send; it already holds a slot.
    Send {
        /// The rest of the pause after a 429; zero if there is none.
        paused: Duration,
    },
}

/// Callback that receives what a caller waits for.
pub(crate) type OnWait<'a> = dyn Fn(WaitStage) + Send + Sync + 'a;
