//! The ledger file, held by one process at a time and for a few system calls only.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use crate::clock::Boot;
use crate::directory::LEDGER;
use crate::files::{self, Refusal};
use crate::ledger::Ledger;
use crate::obstacle::Obstacle;
use crate::record::{RECORD_SIZE, decode, encode};

/// Opens the ledger, lets `change` work on it, and writes it back; nothing when another process holds it right now.
///
/// The file is opened each time: one that was removed or replaced meanwhile is then found anew.
pub(crate) fn try_change<R>(
    folder: &Path,
    now: impl FnOnce() -> Boot,
    change: impl FnOnce(&mut Ledger, Boot) -> R,
) -> Result<Option<R>, Obstacle> {
    let path = folder.join(LEDGER);
    let failed = |error: io::Error| Obstacle::CannotOpen { path: path.clone(), kind: error.kind() };
    let mut file = match files::open(&path) {
        Ok(file) => file,
        // Somebody has it open without sharing, which passes like a lock.
        Err(Refusal::Unusable(Obstacle::CannotOpen { kind: io::ErrorKind::ResourceBusy, .. })) => {
            return Ok(None);
        }
        Err(Refusal::Unusable(obstacle)) => return Err(obstacle),
        Err(Refusal::CannotCreate) => return Err(Obstacle::NoDirectory { tried: vec![folder.to_owned()] }),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let now = now();
    let mut ledger = read(&mut file, now).map_err(failed)?;
    let result = change(&mut ledger, now);
    write(&mut file, &ledger).map_err(failed)?;
    // Closing alone would not do while a child that is just being started has a copy of the file.
    let _ = file.unlock();
    Ok(Some(result))
}

fn read(file: &mut File, now: Boot) -> io::Result<Ledger> {
    let mut bytes = Vec::with_capacity(RECORD_SIZE + 1);
    file.take(RECORD_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Ok(Ledger::default());
    }
    Ok(decode(&bytes, now).unwrap_or_else(|| Ledger::rebuilt(now)))
}

fn write(file: &mut File, ledger: &Ledger) -> io::Result<()> {
    file.rewind()?;
    file.write_all(&encode(ledger))?;
    if file.metadata()?.len() > RECORD_SIZE as u64 {
        file.set_len(RECORD_SIZE as u64)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Boot = Boot::from_nanos(1_000_000_000_000);

    fn places(folder: &Path) -> Option<Boot> {
        try_change(folder, || NOW, |ledger, now| ledger.take_place(now)).unwrap()
    }

    #[test]
    fn what_one_opening_writes_the_next_one_reads() {
        let folder = tempfile::tempdir().unwrap();
        let taken: Vec<_> = (0..21).map(|_| places(folder.path()).unwrap().since(NOW).as_millis()).collect();
        assert_eq!((taken[19], taken[20]), (0, 1002));
        assert_eq!(folder.path().join(LEDGER).metadata().unwrap().len(), RECORD_SIZE as u64);
    }

    #[test]
    fn a_ledger_that_another_holds_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        places(folder.path()).unwrap();
        let other = File::options().read(true).write(true).open(folder.path().join(LEDGER)).unwrap();
        other.lock().unwrap();
        assert_eq!(places(folder.path()), None);
        drop(other);
        assert!(places(folder.path()).is_some());
    }

    #[test]
    fn rubbish_is_rebuilt_and_cut_to_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LEDGER);
        for rubbish in [vec![0; 7], vec![0xff; RECORD_SIZE], vec![b'T'; 1 << 20]] {
            std::fs::write(&path, rubbish).unwrap();
            assert_eq!(places(folder.path()).unwrap().since(NOW).as_millis(), 1002);
            assert_eq!(path.metadata().unwrap().len(), RECORD_SIZE as u64);
        }
    }
}
