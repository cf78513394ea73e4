//! Where a request stands, at one moment.

use std::time::Duration;

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has happened yet.
    #[default]
    Starting,
    /// In line at the gate.
    Queued,
    /// At the gate, while the machine rests because the service refused somebody with a 429.
    Paused,
    /// Waiting for one of the slots.
    AwaitingSlot,
    /// The question is in the air.
    AwaitingToken,
    /// Waiting before the next try.
    TokenBackoff,
    /// Waiting for Azure's answer.
    AwaitingResponse,
    /// Waiting before Azure is asked again.
    Backoff,
    /// Waiting for an operation of Azure's to come to its end.
    Polling,
    /// An answer's body is coming in.
    Receiving,
}

/// Where a request stands now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The phase.
    pub phase: Phase,
    /// The try this is; the first is 1.
    pub attempt: u32,
    /// What is left of this phase, where that is known.
    pub remaining: Option<Duration>,
    /// Callers of this machine with a place still to come.
    pub queue_length: u32,
    /// Bytes of the body that have come.
    pub bytes_received: u64,
}
