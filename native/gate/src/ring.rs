//! The last twenty moments of one kind, oldest first.

use tollgate_core::Boot;

/// How many moments a ring holds: as many as the largest limit of a category needs.
pub(crate) const RING: usize = 20;

/// Twenty moments in ascending order; `Boot::default()` stands for "never".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ring(pub(crate) [Boot; RING]);

impl Ring {
    pub(crate) const EMPTY: Self = Self([Boot::from_nanos(0); RING]);

    /// A ring in which all twenty happened at one moment.
    pub(crate) const fn filled(moment: Boot) -> Self {
        Self([moment; RING])
    }

    pub(crate) const fn oldest(&self) -> Option<Boot> {
        moment(self.0[0])
    }

    /// The oldest of the newest `count` moments.
    pub(crate) const fn newest_but(&self, count: usize) -> Option<Boot> {
        moment(self.0[RING - count])
    }

    pub(crate) const fn newest(&self) -> Option<Boot> {
        self.newest_but(1)
    }

    /// Adds the newest moment and forgets the oldest, which it returns.
    pub(crate) fn push(&mut self, newest: Boot) -> Boot {
        let forgotten = self.0[0];
        self.0.copy_within(1.., 0);
        self.0[RING - 1] = newest;
        forgotten
    }

    /// Takes the newest moment back and puts the one that was forgotten for it in its place again.
    pub(crate) fn take_back(&mut self, forgotten: Boot) {
        self.0.copy_within(..RING - 1, 1);
        self.0[0] = forgotten.min(self.0[1]);
    }

    /// Adds a moment where it belongs and forgets the oldest.
    pub(crate) fn enter(&mut self, entry: Boot) {
        self.push(entry);
        self.0.sort_unstable();
    }

    pub(crate) fn is_sorted(&self) -> bool {
        self.0.is_sorted()
    }

    pub(crate) fn after(&self, limit: Boot) -> usize {
        self.0.iter().filter(|entry| **entry > limit).count()
    }
}

const fn moment(entry: Boot) -> Option<Boot> {
    if entry.nanos() == 0 { None } else { Some(entry) }
}
