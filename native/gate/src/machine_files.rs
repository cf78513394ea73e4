//! The machine's files: the ledger, locked by one process at a time for a few system calls only, and the slots.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;

use tollgate_core::{BootInstant, Clock};

use crate::category::Category;
use crate::error::GateError;
use crate::files::{self, OpenError};
use crate::ledger::Ledger;
use crate::ledger::format::{LEDGER_SIZE, decode, encode};
use crate::machine::{Machine, Slots};
use crate::slot_files::SlotFiles;

/// The files of one category in one directory.
pub(crate) struct GateFiles {
    pub(crate) directory: PathBuf,
    pub(crate) category: Category,
}

impl Machine for GateFiles {
    /// Opens the file each time, so that one that was removed or replaced meanwhile is noticed.
    fn try_update(
        &self,
        clock: &dyn Clock,
        change: &mut dyn FnMut(&mut Ledger, BootInstant),
    ) -> Result<bool, GateError> {
        let path = self.directory.join(self.category.ledger_file_name());
        let failed = |error: io::Error| GateError::OpenFailed { path: path.clone(), kind: error.kind() };
        let file = match files::open(&path, || initial_ledger(self.category, clock)) {
            Ok(file) => file,
            // Another process has it open without sharing, which is as transient as a lock.
            Err(OpenError::Unusable(GateError::OpenFailed { kind: io::ErrorKind::ResourceBusy, .. })) => {
                return Ok(false);
            }
            Err(OpenError::Unusable(error)) => return Err(error),
            Err(OpenError::CannotCreate) => {
                return Err(GateError::NoDirectory { tried: vec![self.directory.clone()] });
            }
        };
        update(file, self.category, clock, change).map_err(failed)
    }

    fn slots(&self) -> Result<Box<dyn Slots>, GateError> {
        Ok(Box::new(SlotFiles::open(&self.directory, self.category)?))
    }
}

/// Updates an open ledger and closes it. Returns false if another process holds its lock.
fn update(
    mut file: File,
    category: Category,
    clock: &dyn Clock,
    change: &mut dyn FnMut(&mut Ledger, BootInstant),
) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(false),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let now = clock.now();
    let mut ledger = read(&mut file, category, now)?;
    change(&mut ledger, now);
    write(&mut file, &ledger)?;
    // Closing is not enough: a child process that is just being started may hold a copy of the descriptor.
    let _ = file.unlock();
    Ok(true)
}

/// The content of a ledger file that is created.
pub(crate) fn initial_ledger(category: Category, clock: &dyn Clock) -> Vec<u8> {
    encode(&Ledger::new(category, clock.now())).to_vec()
}

/// Reads the ledger; one that is invalid is replaced by a reset one. An empty or truncated file counts as invalid too:
/// Tollgate creates it complete, so another program wrote to it.
fn read(file: &mut File, category: Category, now: BootInstant) -> io::Result<Ledger> {
    let mut bytes = Vec::with_capacity(LEDGER_SIZE + 1);
    file.take(LEDGER_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(decode(&bytes, category, now).unwrap_or_else(|| Ledger::reset(category, now)))
}

fn write(file: &mut File, ledger: &Ledger) -> io::Result<()> {
    file.rewind()?;
    file.write_all(&encode(ledger))?;
    if file.metadata()?.len() > LEDGER_SIZE as u64 {
        file.set_len(LEDGER_SIZE as u64)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const NOW: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

    struct Still;

    impl Clock for Still {
        fn now(&self) -> BootInstant {
            NOW
        }

        fn unix_now(&self) -> i64 {
            0
        }
    }

    /// Makes a reservation and returns the milliseconds until it is due; `None` if the ledger is locked.
    fn place(folder: &Path, category: Category) -> Option<u128> {
        let mut place = None;
        let shared = GateFiles { directory: folder.to_owned(), category };
        let reserve = &mut |ledger: &mut Ledger, now| {
            place = Some(ledger.reserve(now).at.duration_since(NOW).as_millis())
        };
        let could = shared.try_update(&Still, reserve).unwrap();
        assert_eq!(could, place.is_some());
        place
    }

    #[test]
    fn what_one_opening_writes_the_next_one_reads() {
        let folder = tempfile::tempdir().unwrap();
        let taken: Vec<_> = (0..21).map(|_| place(folder.path(), Category::Tokens).unwrap()).collect();
        assert_eq!((taken[19], taken[20]), (0, 1002));
        let path = folder.path().join("tollgate.ledger");
        assert_eq!(path.metadata().unwrap().len(), LEDGER_SIZE as u64);
    }

    #[test]
    fn the_categories_do_not_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let take = |category| (0..6).map(|_| place(folder.path(), category).unwrap()).collect::<Vec<_>>();
        assert_eq!(take(Category::Tokens), [0; 6]);
        assert_eq!(take(Category::InstanceMetadata), [0, 0, 0, 0, 0, 1002]);
        assert_eq!(take(Category::Tokens), [0; 6]);
    }

    #[test]
    fn a_ledger_that_another_holds_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        place(folder.path(), Category::Tokens).unwrap();
        let path = folder.path().join("tollgate.ledger");
        let other = File::options().read(true).write(true).open(path).unwrap();
        other.lock().unwrap();
        assert_eq!(place(folder.path(), Category::Tokens), None);
        drop(other);
        assert!(place(folder.path(), Category::Tokens).is_some());
    }

    #[test]
    fn a_ledger_is_free_again_after_a_change_though_a_child_has_a_copy_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        place(folder.path(), Category::Tokens).unwrap();
        let path = folder.path().join("tollgate.ledger");
        let file = File::options().read(true).write(true).open(path).unwrap();
        let copy = file.try_clone().unwrap();
        assert!(update(file, Category::Tokens, &Still, &mut |_, _| ()).unwrap());
        assert!(place(folder.path(), Category::Tokens).is_some());
        drop(copy);
    }

    #[test]
    fn what_is_no_ledger_is_lost_and_not_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tollgate.ledger");
        let whole = initial_ledger(Category::Tokens, &Still);
        let (short, long) = (whole[..LEDGER_SIZE - 1].to_vec(), [whole.as_slice(), &[0]].concat());
        for rubbish in [vec![], short, long, vec![0; 7], vec![0xff; LEDGER_SIZE], vec![b'T'; 1 << 20]] {
            std::fs::write(&path, rubbish).unwrap();
            assert_eq!(place(folder.path(), Category::Tokens), Some(1002));
            assert_eq!(path.metadata().unwrap().len(), LEDGER_SIZE as u64);
        }
    }
}
