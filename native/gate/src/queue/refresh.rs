//! When a caller that waits for a slot reads the ledger, and when it takes a slot that stays free.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::limits::SLOTS;

/// How many times per second a caller that waits for a slot reads the ledger at most.
const MAX_REFRESHES: usize = 4;
const SECOND: Duration = Duration::from_secs(1);

/// The usual interval between these reads, and its minimum and maximum for a caller that is not next: it reads again
/// when it may be next.
pub(super) const SLOT_REFRESH_INTERVAL: Duration = Duration::from_millis(250);
const MIN_REFRESH_INTERVAL: Duration = Duration::from_millis(150);
pub(super) const MAX_REFRESH_INTERVAL: Duration = Duration::from_millis(800);

/// In how many consecutive checks, and for how long, a caller must see a free slot to take it out of turn: those ahead
/// would have taken it, so they are gone.
const UNCLAIMED_CHECKS: u32 = 3;
const UNCLAIMED_AFTER: Duration = Duration::from_secs(1);

/// A free slot as observed by a caller whose turn it is not.
#[derive(Default)]
pub(super) struct FreeSlot {
    since: Option<BootInstant>,
    checks: u32,
}

impl FreeSlot {
    pub(super) fn observe(&mut self, is_free: bool, now: BootInstant) {
        self.checks = if is_free { self.checks + 1 } else { 0 };
        self.since = is_free.then(|| self.since.unwrap_or(now));
    }

    /// Whether no caller ahead takes it.
    pub(super) fn is_unclaimed(&self, now: BootInstant) -> bool {
        self.checks >= UNCLAIMED_CHECKS
            && self.since.is_some_and(|since| now.duration_since(since) >= UNCLAIMED_AFTER)
    }
}

/// The times of a caller's last reads of the ledger.
pub(super) struct RefreshTimes([BootInstant; MAX_REFRESHES]);

impl RefreshTimes {
    pub(super) fn new(first: BootInstant) -> Self {
        let mut times = [BootInstant::default(); MAX_REFRESHES];
        times[MAX_REFRESHES - 1] = first;
        Self(times)
    }

    /// Records a read and returns the time of the previous one.
    pub(super) fn record(&mut self, now: BootInstant) -> BootInstant {
        self.0.rotate_left(1);
        self.0[MAX_REFRESHES - 1] = now;
        self.0[MAX_REFRESHES - 2]
    }

    /// When the next read is due. `ahead`: callers that must go first; `oldest`: age of the oldest request in flight.
    pub(super) fn next(&self, ahead: u64, oldest: Duration) -> BootInstant {
        let interval = if ahead == 0 {
            SLOT_REFRESH_INTERVAL
        } else {
            // In the duration of one request, each slot serves one caller.
            let turn = oldest / SLOTS as u32;
            turn.saturating_mul(u32::try_from(ahead).unwrap_or(u32::MAX))
                .clamp(MIN_REFRESH_INTERVAL, MAX_REFRESH_INTERVAL)
        };
        (self.0[MAX_REFRESHES - 1] + interval).max(self.0[0] + SECOND)
    }
}
