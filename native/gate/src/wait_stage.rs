//! What a caller at the gate waits for, and who is told.

use std::time::Duration;

/// What a caller at the gate is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitStage {
    /// Its place in line.
    Queued {
        /// The time until its place, as known now.
        remaining: Duration,
        /// Callers of this machine with a place still to come.
        queue_length: u32,
        /// What is left of the pause that a 429 asked for; nothing where there is none.
        pause_remaining: Duration,
    },
    /// One of the five slots.
    Slot,
    /// The second its request may leave in, with a slot held.
    Send {
        /// What is left of the pause that a 429 asked for; nothing where there is none.
        paused: Duration,
    },
}

/// Who is told what a caller waits for.
pub(crate) type OnWait<'a> = dyn Fn(WaitStage) + Send + Sync + 'a;
