//! When a caller at the slots looks at them and at the ledger, and what it makes of a slot that stays free.

use std::time::Duration;

use tollgate_core::Boot;

use crate::limits::SLOTS;

/// How often a caller at the slots reads the ledger: so many times in a second at most.
const SLOT_LOOKS: usize = 4;
const SECOND: Duration = Duration::from_secs(1);

/// The usual time between two of these looks, and the bounds of it for a caller that is not next: it looks again when
/// it may be.
pub(super) const SLOT_LOOK: Duration = Duration::from_millis(250);
const SOONEST: Duration = Duration::from_millis(150);
pub(super) const LATEST: Duration = Duration::from_millis(800);

/// How often in a row a caller must see a free slot to take it out of turn, and for how long: those before it would have
/// taken it, and are gone.
const FREE_LOOKS: u32 = 3;
const FREE: Duration = Duration::from_secs(1);

/// A slot that is seen free by one whose turn it is not.
#[derive(Default)]
pub(super) struct Free {
    since: Option<Boot>,
    looks: u32,
}

impl Free {
    pub(super) fn see(&mut self, is_free: bool, now: Boot) {
        self.looks = if is_free { self.looks + 1 } else { 0 };
        self.since = is_free.then(|| self.since.unwrap_or(now));
    }

    /// Whether nobody before it takes it.
    pub(super) fn is_left_over(&self, now: Boot) -> bool {
        self.looks >= FREE_LOOKS && self.since.is_some_and(|since| now.since(since) >= FREE)
    }
}

/// The last looks of a caller at the slots.
pub(super) struct Looks([Boot; SLOT_LOOKS]);

impl Looks {
    pub(super) fn new(first: Boot) -> Self {
        let mut looks = [Boot::default(); SLOT_LOOKS];
        looks[SLOT_LOOKS - 1] = first;
        Self(looks)
    }

    /// Enters a look and returns the one before it.
    pub(super) fn enter(&mut self, now: Boot) -> Boot {
        self.0.rotate_left(1);
        self.0[SLOT_LOOKS - 1] = now;
        self.0[SLOT_LOOKS - 2]
    }

    /// When the next one is due, by how many go before and how long the oldest request has been under way.
    pub(super) fn next(&self, before: u64, oldest: Duration) -> Boot {
        let wanted = if before == 0 {
            SLOT_LOOK
        } else {
            // Each slot lets one go in the time that a request takes.
            let turn = oldest / SLOTS as u32;
            turn.saturating_mul(u32::try_from(before).unwrap_or(u32::MAX)).clamp(SOONEST, LATEST)
        };
        (self.0[SLOT_LOOKS - 1] + wanted).max(self.0[0] + SECOND)
    }
}
