//! Opens files that every user of the machine shares: only regular files with a single link, never through a link.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::error::GateError;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub(crate) use system::{create_dir, is_world_writable};

/// Why a file could not be opened, as far as it decides what to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// It does not exist and cannot be created: another directory may be usable.
    CannotCreate,
    /// It exists and cannot be used: another directory would separate this process from the others.
    Unusable(GateError),
}

/// Opens the file for reading and writing. A missing one is created for every user, complete with `content`: one with
/// other content, or none, was therefore written to by another program.
pub(crate) fn open(path: &Path, content: impl FnOnce() -> Vec<u8>) -> Result<File, OpenError> {
    // While this guard lives, the directory that was checked is the one in which the file is opened.
    let _directory = match system::hold_parent_dir(path) {
        Ok(guard) => guard,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(OpenError::CannotCreate),
        Err(error) => return check(path.parent().unwrap_or(path), Err(error)),
    };
    // Creation is exclusive: a file that another process creates in between is opened like any other.
    match system::open_existing(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match system::create(path, &content()) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                check(path, system::open_existing(path))
            }
            Err(_) => Err(OpenError::CannotCreate),
            Ok(file) => Ok(file),
        },
        other => check(path, other),
    }
}

fn check(path: &Path, opened: io::Result<File>) -> Result<File, OpenError> {
    let not_regular = || OpenError::Unusable(GateError::NotRegularFile { path: path.to_owned() });
    let file = opened.map_err(|error| {
        if system::is_not_regular(&error, path) {
            not_regular()
        } else {
            OpenError::Unusable(GateError::OpenFailed { path: path.to_owned(), kind: error.kind() })
        }
    })?;
    if system::is_regular_single_link(&file) { Ok(file) } else { Err(not_regular()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_told_from_a_bad_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(open(&folder.path().join("none/ledger"), Vec::new).unwrap_err(), OpenError::CannotCreate);
    }

    #[test]
    fn a_new_file_has_its_content_from_the_start_and_an_old_one_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        open(&path, || b"first".to_vec()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        open(&path, || unreachable!("it is there")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left there");
    }

    #[test]
    fn folders_and_files_with_a_second_name_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("victim"), "precious").unwrap();
        std::fs::hard_link(path("victim"), path("twin")).unwrap();
        std::fs::create_dir(path("folder")).unwrap();
        for name in ["twin", "folder"] {
            let expected = OpenError::Unusable(GateError::NotRegularFile { path: path(name) });
            assert_eq!(open(&path(name), Vec::new).unwrap_err(), expected, "{name}");
        }
        assert_eq!(std::fs::read_to_string(path("victim")).unwrap(), "precious");
    }
}
