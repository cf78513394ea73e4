//! The machine's gate as C reads it.

use std::time::Duration;

use ::tollgate_gate::{GateState, SLOTS};

use crate::error::tollgate_error;
use crate::guard::guarded;
use crate::pointer::{self, Out, look};
use crate::status::tollgate_status;
use crate::text::{Wide, tollgate_text};

/// The gate at one moment.
pub struct tollgate_gate {
    state: GateState,
    directory: Wide,
    alone_because: Wide,
}

/// What the gate looks like. The texts are borrowed until the gate is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_gate_view {
    /// The folder of the gate's files; absent when none is usable.
    pub directory: tollgate_text,
    /// Why this process paces itself alone; absent when it shares the machine's pace.
    pub alone_because: tollgate_text,
    /// 1: requests leave one at a time, because somebody was refused within the last minute.
    pub even: u32,
    /// Slots held at this moment, by any process.
    pub slots_busy: u32,
    /// Slots there are.
    pub slots_total: u32,
    /// Callers with a place still to come.
    pub waiting: u32,
    /// What is left of the pause that a 429 asked for, in milliseconds.
    pub paused_ms: u64,
    /// What a caller arriving now would wait for its place, in milliseconds.
    pub wait_ms: u64,
    /// Requests sent since the machine started.
    pub sent: u64,
    /// Answers with 429 since the machine started.
    pub throttled: u64,
    /// 1: the ledger stands in place of one that could not be trusted, and its counters began anew with it.
    pub rebuilt: u64,
    /// Requests sent in the last second.
    pub sent_last_second: u32,
    /// Always 0.
    pub reserved: u32,
}

impl tollgate_gate {
    pub(crate) fn new(state: &GateState) -> Self {
        let directory = state.directory.as_ref().map(|directory| directory.display().to_string());
        let alone_because = state.fallback_reason.as_ref().map(ToString::to_string);
        Self {
            state: state.clone(),
            directory: Wide::from(directory.as_deref()),
            alone_because: Wide::from(alone_because.as_deref()),
        }
    }
}

/// Reads the gate.
///
/// # Safety
/// `gate` is NULL or a gate that was not freed; `view` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_gate_read(
    gate: *const tollgate_gate,
    view: *mut tollgate_gate_view,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (gate, out) = (look(gate, "gate")?, Out::new(view, "view")?);
            out.give(tollgate_gate_view {
                directory: gate.directory.view(),
                alone_because: gate.alone_because.view(),
                even: gate.state.is_paced.into(),
                slots_busy: u32::try_from(gate.state.slots_in_use).unwrap_or(u32::MAX),
                slots_total: SLOTS as u32,
                waiting: gate.state.queue_length,
                paused_ms: milliseconds(gate.state.pause_remaining),
                wait_ms: milliseconds(gate.state.estimated_wait),
                sent: gate.state.requests_sent,
                throttled: gate.state.throttled_responses,
                rebuilt: gate.state.is_reset.into(),
                sent_last_second: gate.state.requests_last_second,
                reserved: 0,
            });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees a look at the gate.
///
/// # Safety
/// `gate` is NULL or a gate that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_gate_free(gate: *mut tollgate_gate) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(gate) };
}
