//! Why a process cannot share the machine's pace and keeps its own.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// What stands between this process and the machine's gate. Never fatal: the process paces itself alone and says so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// No folder for the gate's files could be used.
    #[error("no folder for the gate's files is usable (tried {})", list(tried))]
    NoDirectory {
        /// The folders, in the order in which they were tried.
        tried: Vec<PathBuf>,
    },
    /// The system refuses one of the gate's files.
    #[error("cannot open the gate's file {}: {}", path.display(), describe(*kind))]
    OpenFailed {
        /// The file.
        path: PathBuf,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// Something else stands where the gate's file should be: a link, a pipe, a folder, a file that is also elsewhere.
    #[error("{} is not a plain file of the gate; remove it", path.display())]
    NotRegularFile {
        /// The file.
        path: PathBuf,
    },
    /// Somebody holds the gate and does not move.
    #[error("the gate did not move for {} seconds; a process that holds {what} may be suspended, or the service slow", waited.as_secs_f32())]
    LockTimeout {
        /// What is held: the ledger, the places in line, the slots, or the moment of the send.
        what: &'static str,
        /// How long we waited.
        waited: Duration,
    },
    /// The place in line is far off, and the process could not pass the gate just before.
    #[error("the line at the gate is long, and this process could not pass the gate within the last minute")]
    QueueTooLong,
    /// The ledger forgets again and again what was entered.
    #[error("something overwrites the gate's ledger again and again")]
    Overwritten,
}

impl GateError {
    /// Whether this is the same trouble, however long it was waited for.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::LockTimeout { what, .. }, Self::LockTimeout { what: other, .. }) => what == other,
            _ => self == other,
        }
    }
}

fn list(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

fn describe(kind: io::ErrorKind) -> String {
    match kind {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        other => other.to_string(),
    }
}
