//! The last 20 timestamps of one kind, oldest first.

use tollgate_core::BootInstant;

/// How many timestamps a ring holds: the largest limit of any category.
pub(crate) const RING_SIZE: usize = 20;

/// Timestamps in ascending order; `BootInstant::default()` is an empty entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ring(pub(crate) [BootInstant; RING_SIZE]);

impl Ring {
    pub(crate) const EMPTY: Self = Self([BootInstant::from_nanos(0); RING_SIZE]);

    /// A ring of equal timestamps.
    pub(crate) const fn filled(time: BootInstant) -> Self {
        Self([time; RING_SIZE])
    }

    pub(crate) const fn oldest(&self) -> Option<BootInstant> {
        non_empty(self.0[0])
    }

    /// The oldest of the newest `count` timestamps.
    pub(crate) const fn nth_newest(&self, count: usize) -> Option<BootInstant> {
        non_empty(self.0[RING_SIZE - count])
    }

    pub(crate) const fn newest(&self) -> Option<BootInstant> {
        self.nth_newest(1)
    }

    /// Appends the newest timestamp and removes the oldest, which it returns.
    pub(crate) fn push(&mut self, newest: BootInstant) -> BootInstant {
        let displaced = self.0[0];
        self.0.copy_within(1.., 0);
        self.0[RING_SIZE - 1] = newest;
        displaced
    }

    /// Removes the newest timestamp and restores the one that [`Self::push`] removed.
    pub(crate) fn undo_push(&mut self, displaced: BootInstant) {
        self.0.copy_within(..RING_SIZE - 1, 1);
        self.0[0] = displaced.min(self.0[1]);
    }

    /// Inserts a timestamp in order and removes the oldest.
    pub(crate) fn insert_sorted(&mut self, entry: BootInstant) {
        self.push(entry);
        self.0.sort_unstable();
    }

    pub(crate) fn is_sorted(&self) -> bool {
        self.0.is_sorted()
    }

    pub(crate) fn count_after(&self, limit: BootInstant) -> usize {
        self.0.iter().filter(|entry| **entry > limit).count()
    }
}

const fn non_empty(entry: BootInstant) -> Option<BootInstant> {
    if entry.as_nanos() == 0 { None } else { Some(entry) }
}
