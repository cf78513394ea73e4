//! What the processes of a machine share: a ledger that one of them locks at a time, and five slots. The gate's rules
//! use only these traits, so tests can replace the files by a simulated machine.

use tollgate_core::{BootInstant, Clock};

use crate::error::GateError;
use crate::ledger::Ledger;
use crate::limits::SLOTS;

/// The ledger and the slots.
pub(crate) trait Machine: Send + Sync {
    /// Calls `change` on the locked ledger. Returns false if another process holds the lock.
    fn try_update(
        &self,
        clock: &dyn Clock,
        change: &mut dyn FnMut(&mut Ledger, BootInstant),
    ) -> Result<bool, GateError>;

    /// Opens the slots for one caller.
    fn slots(&self) -> Result<Box<dyn Slots>, GateError>;
}

/// The slots, as opened by one caller.
pub(crate) trait Slots: Send {
    /// Locks any free slot and returns its number and the lock.
    fn try_lock_any(&mut self) -> Option<(usize, SlotLock)>;

    /// Which slots are taken now. One that was taken `before` counts as free only if it can be locked exclusively:
    /// that it changed hands must be proven.
    fn taken(&mut self, before: Taken) -> Taken;
}

/// Which slots were seen taken, according to their locks.
pub(crate) type Taken = [bool; SLOTS];

/// Every slot is taken.
pub(crate) const ALL_TAKEN: Taken = [true; SLOTS];

/// The lock of a slot; dropping it frees the slot.
pub(crate) type SlotLock = Box<dyn Send + Sync>;
