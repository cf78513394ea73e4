//! The last twenty moments of one kind, oldest first.

use crate::clock::Boot;
use crate::ledger::PER_PERIOD;

/// Twenty moments in ascending order; `Boot::default()` stands for "never".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ring(pub(crate) [Boot; PER_PERIOD]);

impl Ring {
    pub(crate) const EMPTY: Self = Self([Boot::from_nanos(0); PER_PERIOD]);

    /// A ring in which all twenty happened at one moment.
    pub(crate) const fn filled(moment: Boot) -> Self {
        Self([moment; PER_PERIOD])
    }

    pub(crate) const fn oldest(&self) -> Option<Boot> {
        self.at(0)
    }

    pub(crate) const fn newest(&self) -> Option<Boot> {
        self.at(PER_PERIOD - 1)
    }

    /// The moment this many after the oldest.
    pub(crate) const fn at(&self, number: usize) -> Option<Boot> {
        moment(self.0[number])
    }

    /// Adds the newest moment and forgets the oldest.
    pub(crate) fn push(&mut self, newest: Boot) {
        self.0.copy_within(1.., 0);
        self.0[PER_PERIOD - 1] = newest;
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
