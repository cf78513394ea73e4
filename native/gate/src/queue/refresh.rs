//! When a caller at the slots looks at them and at the ledger, and what it makes of a slot that stays free.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::limits::SLOTS;

/// How often a caller at the slots reads the ledger: so many times in a second at most.
const MAX_REFRESHES: usize = 4;
const SECOND: Duration = Duration::from_secs(1);

/// The usual time between two of these looks, and the bounds of it for a caller that is not next: it looks again when
/// it may be.
pub(super) const SLOT_REFRESH_INTERVAL: Duration = Duration::from_millis(250);
const MIN_REFRESH_INTERVAL: Duration = Duration::from_millis(150);
pub(super) const MAX_REFRESH_INTERVAL: Duration = Duration::from_millis(800);

/// How often in a row a caller must see a free slot to take it out of turn, and for how long: those before it would have
/// taken it, and are gone.
const UNCLAIMED_CHECKS: u32 = 3;
const UNCLAIMED_AFTER: Duration = Duration::from_secs(1);

/// A slot that is seen free by one whose turn it is not.
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

    /// Whether nobody before it takes it.
    pub(super) fn is_unclaimed(&self, now: BootInstant) -> bool {
        self.checks >= UNCLAIMED_CHECKS
            && self.since.is_some_and(|since| now.duration_since(since) >= UNCLAIMED_AFTER)
    }
}

/// The last looks of a caller at the slots.
pub(super) struct RefreshTimes([BootInstant; MAX_REFRESHES]);

impl RefreshTimes {
    pub(super) fn new(first: BootInstant) -> Self {
        let mut looks = [BootInstant::default(); MAX_REFRESHES];
        looks[MAX_REFRESHES - 1] = first;
        Self(looks)
    }

    /// Enters a look and returns the one before it.
    pub(super) fn record(&mut self, now: BootInstant) -> BootInstant {
        self.0.rotate_left(1);
        self.0[MAX_REFRESHES - 1] = now;
        self.0[MAX_REFRESHES - 2]
    }

    /// When the next one is due, by how many go before and how long the oldest request has been under way.
    pub(super) fn next(&self, before: u64, oldest: Duration) -> BootInstant {
        let wanted = if before == 0 {
            SLOT_REFRESH_INTERVAL
        } else {
            // Each slot lets one go in the time that a request takes.
            let turn = oldest / SLOTS as u32;
            turn.saturating_mul(u32::try_from(before).unwrap_or(u32::MAX))
                .clamp(MIN_REFRESH_INTERVAL, MAX_REFRESH_INTERVAL)
        };
        (self.0[MAX_REFRESHES - 1] + wanted).max(self.0[0] + SECOND)
    }
}
