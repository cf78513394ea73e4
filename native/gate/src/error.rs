//! Why a process falls back from the machine-wide rate limiter to its process-local one.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why this process cannot use the machine's gate. Never fatal: it limits its own rate and reports the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// No directory for the gate's files is usable.
    #[error("no folder for the gate's files is usable (tried {})", list(tried))]
    NoDirectory {
        /// The directories, in the order in which they were tried.
        tried: Vec<PathBuf>,
    },
    /// The operating system failed to open one of the gate's files.
    #[error("cannot open the gate's file {}: {}", path.display(), describe(*kind))]
    OpenFailed {
        /// The file.
        path: PathBuf,
        /// The kind of the I/O error.
        kind: io::ErrorKind,
    },
    /// The path of a gate file is a link, a pipe, a directory or a file with a second hard link.
    #[error("{} is not a plain file of the gate; remove it", path.display())]
    NotRegularFile {
        /// The file.
        path: PathBuf,
    },
    /// The gate is held by another process and makes no progress.
    #[error("the gate did not move for {} seconds; a process that holds {what} may be suspended, or the service slow", waited.as_secs_f32())]
    LockTimeout {
        /// What the caller waited for: the ledger, its reservation, a slot, or the time of the send.
        what: &'static str,
        /// How long the gate has made no progress.
        waited: Duration,
    },
    /// The reservation is not due within 2 s, and this process fell back within the last minute.
    #[error("the line at the gate is long, and this process could not pass the gate within the last minute")]
    QueueTooLong,
    /// The ledger lost this caller's reservation too many times.
    #[error("something overwrites the gate's ledger again and again")]
    Overwritten,
}

impl GateError {
    /// Whether the two are the same error, ignoring how long the wait was.
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
