//! What the processes of a machine share: a ledger that one of them holds at a time, and five slots. The gate's rules
//! know it by this alone, so that they can be tried on a machine that is all within a test.

use tollgate_core::{BootInstant, Clock};

use crate::error::GateError;
use crate::ledger::Ledger;
use crate::limits::SLOTS;

/// The ledger and the slots.
pub(crate) trait Machine: Send + Sync {
    /// Lets `change` work on the ledger, and says whether it could: not while another holds it.
    fn try_update(
        &self,
        clock: &dyn Clock,
        change: &mut dyn FnMut(&mut Ledger, BootInstant),
    ) -> Result<bool, GateError>;

    /// The slots, for one caller to try.
    fn slots(&self) -> Result<Box<dyn Slots>, GateError>;
}

/// The slots, as one caller tries them.
pub(crate) trait Slots: Send {
    /// Takes any free slot, and tells its number.
    fn try_lock_any(&mut self) -> Option<(usize, SlotLock)>;

    /// Which are taken at this moment. One that was taken before counts as free only when it could be had now: a change
    /// of hands is to be proven.
    fn taken(&mut self, before: Taken) -> Taken;
}

/// Which slots were seen taken, by their locks.
pub(crate) type Taken = [bool; SLOTS];

/// All slots taken.
pub(crate) const ALL_TAKEN: Taken = [true; SLOTS];

/// A slot that is held until this is dropped.
pub(crate) type SlotLock = Box<dyn Send + Sync>;
