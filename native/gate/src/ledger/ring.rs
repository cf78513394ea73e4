//! The last twenty moments of one kind, oldest first.

use tollgate_core::BootInstant;

/// How many moments a ring holds: as many as the largest limit of a category needs.
pub(crate) const RING_SIZE: usize = 20;

/// Twenty moments in ascending order; `BootInstant::default()` stands for "never".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ring(pub(crate) [BootInstant; RING_SIZE]);

impl Ring {
    pub(crate) const EMPTY: Self = Self([BootInstant::from_nanos(0); RING_SIZE]);

    /// A ring in which all twenty happened at one moment.
    pub(crate) const fn filled(moment: BootInstant) -> Self {
        Self([moment; RING_SIZE])
    }

    pub(crate) const fn oldest(&self) -> Option<BootInstant> {
        moment(self.0[0])
    }

    /// The oldest of the newest `count` moments.
    pub(crate) const fn nth_newest(&self, count: usize) -> Option<BootInstant> {
        moment(self.0[RING_SIZE - count])
    }

    pub(crate) const fn newest(&self) -> Option<BootInstant> {
        self.nth_newest(1)
    }

    /// Adds the newest moment and forgets the oldest, which it returns.
    pub(crate) fn push(&mut self, newest: BootInstant) -> BootInstant {
        let forgotten = self.0[0];
        self.0.copy_within(1.., 0);
        self.0[RING_SIZE - 1] = newest;
        forgotten
    }

    /// Takes the newest moment back and puts the one that was forgotten for it in its place again.
    pub(crate) fn undo_push(&mut self, forgotten: BootInstant) {
        self.0.copy_within(..RING_SIZE - 1, 1);
        self.0[0] = forgotten.min(self.0[1]);
    }

    /// Adds a moment where it belongs and forgets the oldest.
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

const fn moment(entry: BootInstant) -> Option<BootInstant> {
    if entry.as_nanos() == 0 { None } else { Some(entry) }
}
