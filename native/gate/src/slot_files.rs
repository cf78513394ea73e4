//! Five files, each held while its holder's request is in the air. The system frees a dead holder's.

use std::fs::File;
use std::path::Path;

use crate::category::Category;
use crate::error::GateError;
use crate::files::{self, OpenError};
use crate::limits::SLOTS;
use crate::machine::{ALL_TAKEN, SlotLock, Slots, Taken};

/// A slot that is held until this is dropped.
struct LockedFile(File);

impl Drop for LockedFile {
    fn drop(&mut self) {
        // Closing alone would not do while a child that is just being started has a copy of the file.
        let _ = self.0.unlock();
    }
}

/// The five slot files, opened.
pub(crate) struct SlotFiles(Vec<File>);

impl SlotFiles {
    pub(crate) fn open(folder: &Path, category: Category) -> Result<Self, GateError> {
        let open = |slot| {
            files::open(&folder.join(category.slot_file_name(slot)), Vec::new).map_err(
                |refusal| match refusal {
                    OpenError::CannotCreate => GateError::NoDirectory { tried: vec![folder.to_owned()] },
                    OpenError::Unusable(obstacle) => obstacle,
                },
            )
        };
        (0..SLOTS).map(open).collect::<Result<_, _>>().map(Self)
    }
}

impl Slots for SlotFiles {
    fn try_lock_any(&mut self) -> Option<(usize, SlotLock)> {
        // Everybody starting at the same one would meet there.
        let start = fastrand::usize(..SLOTS);
        let mut order = (0..SLOTS).map(|step| (start + step) % SLOTS);
        let free = order.find(|slot| self.0[*slot].try_lock().is_ok())?;
        // Who has one needs the others no more.
        let mut files = std::mem::take(&mut self.0);
        Some((free, Box::new(LockedFile(files.swap_remove(free)))))
    }

    fn taken(&mut self, before: Taken) -> Taken {
        let mut taken = ALL_TAKEN;
        for ((file, before), taken) in self.0.iter().zip(before).zip(&mut taken) {
            // A shared try asks without shutting out anybody who asks the same. It does not tell whether somebody holds
            // the slot shared, whom no taker gets past: one that was taken is asked as a taker does. One that cannot be
            // asked is none to be had.
            let tried = if before { file.try_lock() } else { file.try_lock_shared() };
            if tried.is_ok() {
                // Its answer tells nothing. Rust unlocks twice on Windows, and for the second time Wine reports another
                // error than Windows, which Rust takes for a failure.
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
