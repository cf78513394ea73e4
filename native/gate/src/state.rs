//! What the gate looks like from outside, at one moment.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::GateError;

/// The state of the gate as this process sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateState {
    /// The folder of the gate's files, when one is usable.
    pub directory: Option<PathBuf>,
    /// Why this process paces itself alone, when it does.
    pub fallback_reason: Option<GateError>,
    /// Whether requests leave one at a time after a 429.
    pub is_paced: bool,
    /// Slots held at this moment, by any process.
    pub slots_in_use: usize,
    /// Callers with a place still to come.
    pub queue_length: u32,
    /// What is left of the pause that a 429 asked for.
    pub pause_remaining: Duration,
    /// What a caller arriving now would wait for its place.
    pub estimated_wait: Duration,
    /// Requests sent since the machine started.
    pub requests_sent: u64,
    /// Answers with 429 since the machine started.
    pub throttled_responses: u64,
    /// Whether the ledger stands in place of one that could not be trusted; its counters began anew with it.
    pub is_reset: bool,
    /// Requests sent in the last second.
    pub requests_last_second: u32,
}
