//! What a caller at the gate waits for, and who is told.

use std::time::Duration;

/// What a caller at the gate is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its place in line.
    Place {
        /// The time until its place, as known now.
        left: Duration,
        /// Callers of this machine with a place still to come.
        waiting: u32,
        /// What is left of the pause that a 429 asked for; nothing where there is none.
        paused: Duration,
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
pub(crate) type Watch<'a> = dyn Fn(Stage) + Send + Sync + 'a;
