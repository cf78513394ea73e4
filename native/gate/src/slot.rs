//! Five files, each held while its holder's request is in the air. The system frees a dead holder's.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::files::{self, Refusal};
use crate::obstacle::Obstacle;

/// Requests the service answers at the same time for one machine.
pub const SLOTS: usize = 5;

/// A slot that is held until this is dropped.
pub(crate) struct HeldSlot(File);

impl Drop for HeldSlot {
    fn drop(&mut self) {
        // Closing alone would not do while a child that is just being started has a copy of the file.
        let _ = self.0.unlock();
    }
}

/// The five slot files, opened.
pub(crate) struct Slots(Vec<File>);

impl Slots {
    pub(crate) fn open(folder: &Path) -> Result<Self, Obstacle> {
        let open = |number| {
            files::open(&folder.join(format!("tollgate.slot{number}"))).map_err(|refusal| match refusal {
                Refusal::CannotCreate => Obstacle::NoDirectory { tried: vec![folder.to_owned()] },
                Refusal::Unusable(obstacle) => obstacle,
            })
        };
        (1..=SLOTS).map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Takes any free slot, and tells its number.
    pub(crate) fn try_take(&mut self) -> Option<(usize, HeldSlot)> {
        // Everybody starting at the same one would meet there.
        let start = fastrand::usize(..SLOTS);
        let free =
            (0..SLOTS).map(|step| (start + step) % SLOTS).find(|slot| self.0[*slot].try_lock().is_ok())?;
        Some((free, HeldSlot(self.0.swap_remove(free))))
    }

    /// How many are held by others at this moment.
    pub(crate) fn busy(&self) -> usize {
        // A shared try asks without shutting out anybody who asks the same.
        self.0.iter().filter(|slot| matches!(slot.try_lock_shared(), Err(TryLockError::WouldBlock))).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_waits_for_one_of_five() {
        let folder = tempfile::tempdir().unwrap();
        let take = || Slots::open(folder.path()).unwrap().try_take();
        let mut held: Vec<_> = (0..SLOTS).map(|_| take().unwrap()).collect();
        assert!(take().is_none());
        assert_eq!(Slots::open(folder.path()).unwrap().busy(), SLOTS);
        held.pop();
        assert_eq!(Slots::open(folder.path()).unwrap().busy(), SLOTS - 1);
        assert!(take().is_some());
    }
}
