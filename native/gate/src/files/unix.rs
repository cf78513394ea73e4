//! Shared files on Unix: mode bits, and `O_NOFOLLOW` against links.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, StatVfsMountFlags, renameat_with, statvfs};

/// Guards a directory against replacement while a file is opened in it.
pub(super) struct ParentDirGuard;

/// Does nothing: the default directories belong to root, so no user can replace them.
pub(super) fn hold_parent_dir(_: &Path) -> io::Result<ParentDirGuard> {
    Ok(ParentDirGuard)
}

/// Creates the last directory of a path with mode 1777, whatever the umask is.
pub(crate) fn create_dir(path: &Path) -> io::Result<()> {
    let (temporary, ()) = with_temporary_name(path, |name| std::fs::create_dir(name))?;
    let moved = std::fs::set_permissions(&temporary, Permissions::from_mode(0o1777))
        .and_then(|()| move_into_place(&temporary, path));
    moved.inspect_err(|_| drop(std::fs::remove_dir(&temporary)))
}

/// Whether every user can create files in a directory and cannot remove those of others.
pub(crate) fn is_world_writable(path: &Path) -> bool {
    const STICKY_AND_OPEN: u32 = 0o1002;
    let is_open = |mode: u32| mode & STICKY_AND_OPEN == STICKY_AND_OPEN;
    // On a read-only mount the mode bits do not grant writing.
    let is_read_only = || statvfs(path).is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY));
    path.metadata().is_ok_and(|found| found.is_dir() && is_open(found.mode())) && !is_read_only()
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    // Without O_NONBLOCK, opening a planted FIFO could block before its type is checked.
    options.read(true).write(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    options
}

pub(super) fn open_existing(path: &Path) -> io::Result<File> {
    options().open(path)
}

/// Creates a file that is complete before it gets its name: a process may die at any time, and a half-created
/// file would lock the other users out for ever.
pub(super) fn create(path: &Path, content: &[u8]) -> io::Result<File> {
    let (temporary, mut file) = with_temporary_name(path, |name| options().create_new(true).open(name))?;
    let moved = file
        .write_all(content)
        // The umask must not lock the other users out.
        .and_then(|()| file.set_permissions(Permissions::from_mode(0o666)))
        .and_then(|()| move_into_place(&temporary, path));
    moved.inspect_err(|_| drop(std::fs::remove_file(&temporary)))?;
    file.rewind()?;
    Ok(file)
}

/// Calls `make` with a random unused name next to `path`; returns that name and the result.
fn with_temporary_name<T>(path: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(PathBuf, T)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    loop {
        let mut other = name.to_owned();
        other.push(format!(".{:016x}", fastrand::u64(..)));
        let other = path.with_file_name(other);
        match make(&other) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return Ok((other, made?)),
        }
    }
}

/// Renames to the final name, unless that exists already.
fn move_into_place(temporary: &Path, path: &Path) -> io::Result<()> {
    match renameat_with(CWD, temporary, CWD, path, RenameFlags::NOREPLACE) {
        // No RENAME_NOREPLACE here: a file that another process creates at the same instant may be replaced.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            if path.symlink_metadata().is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            std::fs::rename(temporary, path)
        }
        moved => Ok(moved?),
    }
}

/// Whether opening failed because the path is not a regular file.
pub(super) fn is_not_regular(error: &io::Error, path: &Path) -> bool {
    error.raw_os_error() == Some(libc::ELOOP) || path.symlink_metadata().is_ok_and(|found| !found.is_file())
}

pub(super) fn is_regular_single_link(file: &File) -> bool {
    // With a second hard link, writing here would write to another file of some user.
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.nlink() == 1)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::{OpenError, open};
    use super::*;
    use crate::error::GateError;

    #[test]
    fn a_new_file_is_open_to_every_user_whatever_the_mask() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        open(&path, Vec::new).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o666);
        open(&path, Vec::new).unwrap();
    }

    #[test]
    fn a_new_folder_is_open_to_every_user_and_sticky_whatever_the_mask() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gate");
        create_dir(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o1777);
        assert!(is_world_writable(&path));
    }

    #[test]
    fn what_is_there_is_never_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("ledger"), "precious").unwrap();
        std::fs::create_dir(path("gate")).unwrap();
        std::fs::set_permissions(path("gate"), Permissions::from_mode(0o700)).unwrap();
        assert_eq!(create(&path("ledger"), b"new").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(create_dir(&path("gate")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(path("ledger")).unwrap(), b"precious");
        assert_eq!(path("gate").metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn links_and_pipes_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("victim"), "precious").unwrap();
        symlink(path("victim"), path("link")).unwrap();
        symlink(path("nowhere"), path("dangling")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        for name in ["link", "dangling", "pipe"] {
            let expected = OpenError::Unusable(GateError::NotRegularFile { path: path(name) });
            assert_eq!(open(&path(name), Vec::new).unwrap_err(), expected, "{name}");
        }
        assert!(!path("nowhere").exists());
        assert_eq!(std::fs::read_to_string(path("victim")).unwrap(), "precious");
    }
}
