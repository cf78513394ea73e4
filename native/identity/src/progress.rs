//! Progress of a request at one moment.

use std::time::Duration;

/// Phase of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has happened yet.
    #[default]
    Starting,
    /// Queued at the gate.
    Queued,
    /// At the gate, while all the machine's requests pause after a 429.
    Paused,
    /// Waiting for one of the gate's slots.
    AwaitingSlot,
    /// The token request is in flight.
    AwaitingToken,
    /// Waiting before the next attempt.
    TokenBackoff,
    /// Waiting for Azure's response.
    AwaitingResponse,
    /// Waiting before the next request to Azure.
    Backoff,
    /// Waiting for a long-running operation of Azure to complete.
    Polling,
    /// Receiving a response body.
    Receiving,
}

/// Progress of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The phase.
    pub phase: Phase,
    /// Number of the current attempt, from 1.
    pub attempt: u32,
    /// Remaining time of this phase, if known.
    pub remaining: Option<Duration>,
    /// Callers of this machine whose reservations are still to come.
    pub queue_length: u32,
    /// Bytes of the body received so far.
    pub bytes_received: u64,
}
