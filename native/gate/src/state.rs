//! A snapshot of the gate.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::GateError;

/// The state of the gate as this process sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateState {
    /// The directory of the gate's files, if one is usable.
    pub directory: Option<PathBuf>,
    /// Why this process limits its own rate only, if it does.
    pub fallback_reason: Option<GateError>,
    /// Whether sends are evenly spaced after a 429.
    pub is_paced: bool,
    /// Slots held now, by any process.
    pub slots_in_use: usize,
    /// Callers whose reservation is not due yet.
    pub queue_length: u32,
    /// The rest of the pause after a 429.
    pub pause_remaining: Duration,
    /// How long a caller arriving now would wait until its reservation is due.
    pub estimated_wait: Duration,
    /// Requests sent since the machine started.
    pub requests_sent: u64,
    /// 429 responses since the machine started.
    pub throttled_responses: u64,
    /// Whether the ledger replaced one that was invalid; its counters then started again at zero.
    pub is_reset: bool,
    /// Requests that arrived in the last second or are in flight.
    pub requests_last_second: u32,
}
