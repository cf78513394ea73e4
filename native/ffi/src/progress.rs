//! What a request has to tell while it is under way, as C reads it.

use tollgate_identity::{Level, Phase, Progress};

use crate::text::tollgate_text;

/// What a request waits for.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_phase {
    /// Nothing has happened yet.
    TOLLGATE_PHASE_STARTING = 0,
    /// In line at the machine's gate.
    TOLLGATE_PHASE_QUEUED = 1,
    /// Waiting for one of the slots.
    TOLLGATE_PHASE_SLOT = 2,
    /// The question is in the air.
    TOLLGATE_PHASE_ASKING = 3,
    /// Waiting before the next try.
    TOLLGATE_PHASE_RETRY = 4,
    /// Waiting for Azure's answer.
    TOLLGATE_PHASE_ANSWERING = 5,
    /// Waiting before Azure is asked again.
    TOLLGATE_PHASE_PAUSING = 6,
    /// Waiting for a long-running operation of Azure's.
    TOLLGATE_PHASE_POLLING = 7,
    /// An answer's content is coming in.
    TOLLGATE_PHASE_RECEIVING = 8,
    /// At the machine's gate, while all rest because the service refused somebody with a 429.
    TOLLGATE_PHASE_PAUSED = 9,
}

/// Where a request stands.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_progress {
    /// What it waits for.
    pub phase: tollgate_phase,
    /// The try this is; the first is 1, 0 is before it.
    pub attempt: u32,
    /// What is left of this phase in milliseconds, 0 where that is not known.
    pub left_ms: u64,
    /// The bytes of the content that have come.
    pub amount: u64,
    /// Callers of this machine with a place at the gate still to come.
    pub waiting: u32,
    /// Always 0.
    pub reserved: u32,
}

/// How loud a line is.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_level {
    /// For whoever wants to know.
    TOLLGATE_LEVEL_VERBOSE = 0,
    /// For everybody.
    TOLLGATE_LEVEL_WARNING = 1,
    /// For whoever follows each step.
    TOLLGATE_LEVEL_DEBUG = 2,
}

/// A line a request has to say. The text is borrowed until the next line is asked for or the operation is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_event {
    /// How loud.
    pub level: tollgate_level,
    /// Always 0.
    pub reserved: u32,
    /// What; never a secret.
    pub text: tollgate_text,
}

impl From<Progress> for tollgate_progress {
    fn from(progress: Progress) -> Self {
        Self {
            phase: match progress.phase {
                Phase::Starting => tollgate_phase::TOLLGATE_PHASE_STARTING,
                Phase::Paused => tollgate_phase::TOLLGATE_PHASE_PAUSED,
                Phase::Queued => tollgate_phase::TOLLGATE_PHASE_QUEUED,
                Phase::AwaitingSlot => tollgate_phase::TOLLGATE_PHASE_SLOT,
                Phase::AwaitingToken => tollgate_phase::TOLLGATE_PHASE_ASKING,
                Phase::TokenBackoff => tollgate_phase::TOLLGATE_PHASE_RETRY,
                Phase::AwaitingResponse => tollgate_phase::TOLLGATE_PHASE_ANSWERING,
                Phase::Backoff => tollgate_phase::TOLLGATE_PHASE_PAUSING,
                Phase::Polling => tollgate_phase::TOLLGATE_PHASE_POLLING,
                Phase::Receiving => tollgate_phase::TOLLGATE_PHASE_RECEIVING,
            },
            attempt: progress.attempt,
            left_ms: progress.remaining.map_or(0, |left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX)),
            amount: progress.bytes_received,
            waiting: progress.queue_length,
            reserved: 0,
        }
    }
}

impl From<Level> for tollgate_level {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::TOLLGATE_LEVEL_DEBUG,
            Level::Verbose => Self::TOLLGATE_LEVEL_VERBOSE,
            Level::Warning => Self::TOLLGATE_LEVEL_WARNING,
        }
    }
}
