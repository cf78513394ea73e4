//! Shared files where permissions are three digits and links are told by a flag of `open`.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// A folder that stays what it is while a file is opened in it.
pub(super) struct HeldFolder;

/// The folders of these systems belong to root, so nobody can put another in their place.
pub(super) fn hold_folder_of(_: &Path) -> io::Result<HeldFolder> {
    Ok(HeldFolder)
}

/// Makes the last folder of a path.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir(path)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    // Without O_NONBLOCK a planted pipe could hold us before its kind is known.
    options.read(true).write(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    options
}

pub(super) fn open_existing(path: &Path) -> io::Result<File> {
    options().open(path)
}

pub(super) fn create(path: &Path) -> io::Result<File> {
    let file = options().create_new(true).open(path)?;
    // The process's own mask must not shut the other users out.
    file.set_permissions(Permissions::from_mode(0o666))?;
    Ok(file)
}

/// Whether the opening failed because something else stands there.
pub(super) fn is_no_plain_file(error: &io::Error, path: &Path) -> bool {
    error.raw_os_error() == Some(libc::ELOOP) || path.symlink_metadata().is_ok_and(|found| !found.is_file())
}

pub(super) fn is_plain(file: &File) -> bool {
    // A second name means that writing here would write to somebody's other file.
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.nlink() == 1)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::{Refusal, open};
    use super::*;
    use crate::obstacle::Obstacle;

    #[test]
    fn a_new_file_is_open_to_every_user_whatever_the_mask() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        open(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o666);
        open(&path).unwrap();
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
            let expected = Refusal::Unusable(Obstacle::NotAPlainFile { path: path(name) });
            assert_eq!(open(&path(name)).unwrap_err(), expected, "{name}");
        }
        assert!(!path("nowhere").exists());
        assert_eq!(std::fs::read_to_string(path("victim")).unwrap(), "precious");
    }
}
