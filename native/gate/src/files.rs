//! Opening a file that every user of the machine shares: never through a link, never anything but a plain file of ours.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use crate::obstacle::Obstacle;

/// Why a file could not be opened, told apart where it decides what to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not there and cannot be made: another folder may do.
    CannotCreate,
    /// It is there and cannot be used: another folder would part this process from the others.
    Unusable(Obstacle),
}

/// Opens the file for reading and writing, creating it for every user when it is not there.
pub(crate) fn open(path: &Path) -> Result<File, Refusal> {
    // Creation is exclusive: a file that appears in between belongs to somebody else and is opened like any other.
    match open_existing(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check(path, open_existing(path)),
            Err(_) => Err(Refusal::CannotCreate),
            Ok(file) => Ok(file),
        },
        other => check(path, other),
    }
}

fn check(path: &Path, opened: io::Result<File>) -> Result<File, Refusal> {
    let not_plain = || Refusal::Unusable(Obstacle::NotAPlainFile { path: path.to_owned() });
    let file = opened.map_err(|error| {
        if is_link_error(&error) || path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
            not_plain()
        } else {
            Refusal::Unusable(Obstacle::CannotOpen { path: path.to_owned(), kind: error.kind() })
        }
    })?;
    if file.metadata().is_ok_and(|metadata| is_plain(&metadata)) { Ok(file) } else { Err(not_plain()) }
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    // Without O_NONBLOCK a planted pipe could hold us before its kind is known.
    options.read(true).write(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    options
}

#[cfg(windows)]
fn options() -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt;
    use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_OPEN_REPARSE_POINT;
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    options
}

fn open_existing(path: &Path) -> io::Result<File> {
    options().open(path)
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::PermissionsExt;
    let file = options().create_new(true).open(path)?;
    // The process's own mask must not shut the other users out.
    file.set_permissions(std::fs::Permissions::from_mode(0o666))?;
    Ok(file)
}

#[cfg(windows)]
fn create(path: &Path) -> io::Result<File> {
    options().create_new(true).open(path)
}

#[cfg(unix)]
fn is_link_error(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(windows)]
fn is_link_error(_: &io::Error) -> bool {
    false
}

#[cfg(unix)]
fn is_plain(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    // A second name means that writing here would write to somebody's other file.
    metadata.is_file() && metadata.nlink() == 1
}

#[cfg(windows)]
fn is_plain(metadata: &std::fs::Metadata) -> bool {
    metadata.is_file() && !metadata.file_type().is_symlink()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn refused_as_not_plain(path: &Path) -> bool {
        matches!(open(path), Err(Refusal::Unusable(Obstacle::NotAPlainFile { .. })))
    }

    #[test]
    fn a_new_file_is_open_to_every_user_whatever_the_mask() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        open(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o666);
        open(&path).unwrap();
    }

    #[test]
    fn links_pipes_folders_and_shared_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "precious").unwrap();
        let path = |name: &str| folder.path().join(name);
        symlink(&victim, path("link")).unwrap();
        symlink(path("nowhere"), path("dangling")).unwrap();
        std::fs::hard_link(&victim, path("twin")).unwrap();
        std::fs::create_dir(path("folder")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        for name in ["link", "dangling", "twin", "folder", "pipe"] {
            assert!(refused_as_not_plain(&path(name)), "{name}");
        }
        assert!(!path("nowhere").exists());
        assert_eq!(std::fs::read_to_string(victim).unwrap(), "precious");
    }

    #[test]
    fn a_missing_folder_is_told_from_a_bad_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(open(&folder.path().join("none/ledger")).unwrap_err(), Refusal::CannotCreate);
    }
}
