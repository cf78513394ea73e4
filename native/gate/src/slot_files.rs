//! Five files, each locked while its holder's request is in flight. The OS unlocks that of a holder that died.

use std::fs::File;
use std::path::Path;

use crate::category::Category;
use crate::error::GateError;
use crate::files::{self, OpenError};
use crate::limits::SLOTS;
use crate::machine::{ALL_TAKEN, SlotLock, Slots, Taken};

/// A locked slot file; dropping it unlocks the file.
struct LockedFile(File);

impl Drop for LockedFile {
    fn drop(&mut self) {
        // Closing is not enough: a child process that is just being started may hold a copy of the descriptor.
        let _ = self.0.unlock();
    }
}

/// The five open slot files.
pub(crate) struct SlotFiles(Vec<File>);

impl SlotFiles {
    pub(crate) fn open(directory: &Path, category: Category) -> Result<Self, GateError> {
        let open = |slot| {
            files::open(&directory.join(category.slot_file_name(slot)), Vec::new).map_err(|error| match error
            {
                OpenError::CannotCreate => GateError::NoDirectory { tried: vec![directory.to_owned()] },
                OpenError::Unusable(error) => error,
            })
        };
        (0..SLOTS).map(open).collect::<Result<_, _>>().map(Self)
    }
}

impl Slots for SlotFiles {
    fn try_lock_any(&mut self) -> Option<(usize, SlotLock)> {
        // A random start, as callers that all started with the same slot would contend for it.
        let start = fastrand::usize(..SLOTS);
        let mut order = (0..SLOTS).map(|step| (start + step) % SLOTS);
        let free = order.find(|slot| self.0[*slot].try_lock().is_ok())?;
        // The other files are no longer needed.
        let mut files = std::mem::take(&mut self.0);
        Some((free, Box::new(LockedFile(files.swap_remove(free)))))
    }

    fn taken(&mut self, before: Taken) -> Taken {
        let mut taken = ALL_TAKEN;
        for ((file, before), taken) in self.0.iter().zip(before).zip(&mut taken) {
            // Trying a shared lock does not disturb others that check, but misses a slot that is held shared, which no
            // taker can lock: a slot that was taken is tried exclusively. If trying fails, the slot counts as taken.
            let tried = if before { file.try_lock() } else { file.try_lock_shared() };
            if tried.is_ok() {
                // The result is not reliable: Rust unlocks twice on Windows, and for the second time Wine returns
                // another error than Windows, which Rust reports as a failure.
                let _ = file.unlock();
            }
            *taken = tried.is_err();
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_waits_for_one_of_five() {
        let folder = tempfile::tempdir().unwrap();
        let open = || SlotFiles::open(folder.path(), Category::Tokens).unwrap();
        let mut held: Vec<_> = (0..SLOTS).map(|_| open().try_lock_any().unwrap()).collect();
        assert!(open().try_lock_any().is_none());
        assert_eq!(open().taken(ALL_TAKEN), ALL_TAKEN);
        let (freed, guard) = held.pop().unwrap();
        drop(guard);
        let mut expected = [true; SLOTS];
        expected[freed] = false;
        assert_eq!((open().taken(ALL_TAKEN), open().taken([false; SLOTS])), (expected, expected));
        assert_eq!(open().try_lock_any().unwrap().0, freed);
    }

    #[test]
    fn looking_leaves_the_slots_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let open = || SlotFiles::open(folder.path(), Category::Tokens).unwrap();
        let mut looker = open();
        assert_eq!(looker.taken(ALL_TAKEN), [false; SLOTS]);
        // The looker's files are still open.
        let held: Vec<_> = (0..SLOTS).map(|_| open().try_lock_any().unwrap()).collect();
        assert_eq!((held.len(), looker.taken(ALL_TAKEN)), (SLOTS, ALL_TAKEN));
    }

    #[test]
    fn a_slot_that_somebody_holds_shared_has_not_become_free() {
        let folder = tempfile::tempdir().unwrap();
        let file = files::open(&folder.path().join(Category::Tokens.slot_file_name(0)), Vec::new).unwrap();
        file.try_lock_shared().unwrap();
        let mut looker = SlotFiles::open(folder.path(), Category::Tokens).unwrap();
        assert_eq!(looker.taken(ALL_TAKEN), [true, false, false, false, false]);
        drop(file);
        assert_eq!(looker.taken(ALL_TAKEN), [false; SLOTS]);
    }

    #[test]
    fn a_slot_is_free_as_soon_as_it_is_let_go_though_a_child_has_a_copy_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = files::open(&folder.path().join("slot"), Vec::new).unwrap();
        let copy = file.try_clone().unwrap();
        file.try_lock().unwrap();
        drop(LockedFile(file));
        let other = files::open(&folder.path().join("slot"), Vec::new).unwrap();
        other.try_lock().unwrap();
        drop(copy);
    }
}
