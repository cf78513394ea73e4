//! Who holds the gate's files locked, as the system tells it.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The gate's files, by what `/proc/locks` calls them.
pub(crate) struct Files {
    ledger: u64,
    slots: Vec<u64>,
}

/// Which process holds which file for itself.
pub(crate) struct Locks(HashMap<u64, u32>);

impl Files {
    /// The files in this folder, or nothing while not all of them are there.
    pub(crate) fn of(gate: &Path) -> Option<Self> {
        let inode = |name: &str| Some(std::fs::metadata(gate.join(name)).ok()?.ino());
        let slots = (1..=5).map(|slot| inode(&format!("tollgate.slot{slot}")));
        Some(Self { ledger: inode("tollgate.ledger")?, slots: slots.collect::<Option<_>>()? })
    }

    /// Whether these processes keep everybody else from sending: one of them holds the ledger, or together they hold all
    /// the slots.
    pub(crate) fn are_kept(&self, locks: &Locks, by: &[u32]) -> bool {
        let is_kept = |file: &u64| locks.0.get(file).is_some_and(|holder| by.contains(holder));
        is_kept(&self.ledger) || self.slots.iter().all(is_kept)
    }

    /// Whether a slot was let go between two looks.
    pub(crate) fn have_moved(&self, before: &Locks, after: &Locks) -> bool {
        let was_let_go =
            |slot: &u64| before.0.get(slot).is_some_and(|holder| after.0.get(slot) != Some(holder));
        self.slots.iter().any(was_let_go)
    }
}

impl Locks {
    pub(crate) fn now() -> Self {
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        Self(locks.lines().filter_map(held).collect())
    }
}

/// The file of a lock, and who holds it. Lines of those that only wait for one have another form.
fn held(line: &str) -> Option<(u64, u32)> {
    let mut words = line.split_whitespace().skip(1).skip_while(|word| *word != "WRITE").skip(1);
    let process = words.next()?.parse().ok()?;
    let file = words.next()?.rsplit(':').next()?.parse().ok()?;
    Some((file, process))
}
