//! Shared files on Windows: access control lists, and reparse points as links. The standard library can neither create
//! a file with an access control list nor count its hard links, so this calls Win32. One file, although long: each
//! unsafe call stands beside what makes it safe.
//!
//! <https://learn.microsoft.com/windows/win32/secauthz/ace-strings>
#![expect(unsafe_code, reason = "the standard library has no access lists")]

use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle};
use std::path::{Component, Path, Prefix};
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_SHARING_VIOLATION, INVALID_HANDLE_VALUE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_DIRECTORY,
    FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT,
    FILE_LIST_DIRECTORY, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_SHARE_READ, FILE_SHARE_WRITE,
    FILE_WRITE_DATA, GetFileInformationByHandle, READ_CONTROL, SYNCHRONIZE,
};

/// Rights to read, write and lock: none to delete, to rename, to add a hard link or to change permissions.
const SHARED_ACCESS_MASK: u32 =
    FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE;

/// Full access for SYSTEM, administrators and owner; [`SHARED_ACCESS_MASK`] for authenticated users; nothing inherited.
const FILE_SDDL: &str = "D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-3-4)(A;;0x120083;;;AU)";

/// The same for the directory: authenticated users may list it, traverse it and create files in it.
const DIRECTORY_SDDL: &str = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;FA;;;S-1-3-4)(A;;0x1200a3;;;AU)";

/// Guards a directory against replacement while a file is opened in it.
pub(super) type ParentDirGuard = File;

/// Prevents a file's directory from being renamed, removed or replaced; fails if it is a link to another directory.
pub(super) fn hold_parent_dir(path: &Path) -> io::Result<ParentDirGuard> {
    let directory = path.parent().ok_or(io::ErrorKind::NotFound)?;
    let held = OpenOptions::new()
        .access_mode(FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES)
        .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
        .open(directory)
        .map_err(map_sharing_violation)?;
    let attributes = information(&held)?.dwFileAttributes;
    if attributes & FILE_ATTRIBUTE_DIRECTORY == 0 || attributes & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok(held)
}

/// Creates the last directory of a path with [`DIRECTORY_SDDL`].
pub(crate) fn create_dir(path: &Path) -> io::Result<()> {
    let name = to_wide_path(path)?;
    let access = SecurityDescriptor::new(DIRECTORY_SDDL)?;
    // SAFETY: `name` ends in a zero, and the attributes point to a descriptor that lives as long as `access`.
    let made = unsafe { CreateDirectoryW(name.as_ptr(), &access.attributes()) };
    if made == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

pub(super) fn open_existing(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .access_mode(SHARED_ACCESS_MASK)
        .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)
        .map_err(map_sharing_violation)
}

/// Whether it is a directory: on Windows it is Tollgate's own, and its access control list grants the rights.
pub(crate) fn is_world_writable(path: &Path) -> bool {
    path.is_dir()
}

/// Creates a file with its content and [`FILE_SDDL`]. No other process can open it until it is complete.
pub(super) fn create(path: &Path, content: &[u8]) -> io::Result<File> {
    create_unshared(path)?.write_all(content)?;
    open_existing(path)
}

fn create_unshared(path: &Path) -> io::Result<File> {
    let name = to_wide_path(path)?;
    let access = SecurityDescriptor::new(FILE_SDDL)?;
    // SAFETY: `name` ends in a zero, the attributes point to a descriptor that lives as long as `access`, and there is
    // no template file.
    let handle = unsafe {
        CreateFileW(
            name.as_ptr(),
            SHARED_ACCESS_MASK,
            0,
            &access.attributes(),
            CREATE_NEW,
            FILE_FLAG_OPEN_REPARSE_POINT,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(map_sharing_violation(io::Error::last_os_error()));
    }
    // SAFETY: the handle was just opened and has no other owner.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Whether opening failed because the path is not a regular file.
pub(super) fn is_not_regular(error: &io::Error, path: &Path) -> bool {
    error.kind() == io::ErrorKind::NotADirectory || path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

pub(super) fn is_regular_single_link(file: &File) -> bool {
    const OTHER: u32 = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
    // With a second hard link, writing here would write to another file of some user.
    information(file).is_ok_and(|found| found.dwFileAttributes & OTHER == 0 && found.nNumberOfLinks == 1)
}

fn information(file: &File) -> io::Result<BY_HANDLE_FILE_INFORMATION> {
    let mut found = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open for the whole call, and `found` is writable and of the right type.
    let succeeded = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut found) };
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(found) }
}

/// Maps ERROR_SHARING_VIOLATION, which std has no kind for: a scanner, or a process that removes the file, has it open.
fn map_sharing_violation(error: io::Error) -> io::Error {
    if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION.cast_signed()) {
        io::ErrorKind::ResourceBusy.into()
    } else {
        error
    }
}

/// The path as a zero-terminated UTF-16 string; a disk path gets the prefix `\\?\`, which lifts the length limit.
fn to_wide_path(path: &Path) -> io::Result<Vec<u16>> {
    let path = std::path::absolute(path)?;
    let is_on_disk = path.components().next().is_some_and(
        |first| matches!(first, Component::Prefix(prefix) if matches!(prefix.kind(), Prefix::Disk(_))),
    );
    let prefix = if is_on_disk { r"\\?\" } else { "" };
    Ok(prefix.encode_utf16().chain(path.as_os_str().encode_wide()).chain([0]).collect())
}

/// A security descriptor, allocated by Win32 and freed on drop.
struct SecurityDescriptor(PSECURITY_DESCRIPTOR);

impl SecurityDescriptor {
    fn new(sddl: &str) -> io::Result<Self> {
        let sddl: Vec<u16> = sddl.encode_utf16().chain([0]).collect();
        let mut descriptor = ptr::null_mut();
        // SAFETY: `sddl` ends in a zero, and `descriptor` receives a block of memory that is freed on drop.
        let succeeded = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                sddl.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        };
        if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(Self(descriptor)) }
    }

    fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
            lpSecurityDescriptor: self.0.cast::<c_void>(),
            bInheritHandle: 0,
        }
    }
}

impl Drop for SecurityDescriptor {
    fn drop(&mut self) {
        // SAFETY: Win32 allocated this block, to be freed by LocalFree, and nothing else refers to it.
        unsafe { LocalFree(self.0) };
    }
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::Foundation::ERROR_SUCCESS;
    use windows_sys::Win32::Security::Authorization::{
        ConvertSecurityDescriptorToStringSecurityDescriptorW, GetSecurityInfo, SE_FILE_OBJECT,
    };
    use windows_sys::Win32::Security::DACL_SECURITY_INFORMATION;
    use windows_sys::Win32::Storage::FileSystem::FILE_TRAVERSE;

    use super::super::{OpenError, open};
    use super::*;
    use crate::error::GateError;

    /// The SDDL of an access control list, as Windows writes it.
    fn text(descriptor: PSECURITY_DESCRIPTOR) -> String {
        let (mut text, mut length) = (ptr::null_mut(), 0);
        // SAFETY: the outputs are writable; the text has `length` units, and is freed after it is copied.
        unsafe {
            let succeeded = ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor,
                SDDL_REVISION_1,
                DACL_SECURITY_INFORMATION,
                &raw mut text,
                &raw mut length,
            );
            assert_ne!(succeeded, 0);
            let copy = String::from_utf16_lossy(std::slice::from_raw_parts(text, length as usize));
            LocalFree(text.cast());
            copy.trim_end_matches('\0').to_owned()
        }
    }

    /// The SDDL of a file or directory.
    fn access_of(path: &Path) -> String {
        let held = OpenOptions::new()
            .access_mode(READ_CONTROL)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
            .open(path)
            .unwrap();
        let mut descriptor = ptr::null_mut();
        // SAFETY: the handle is open for the whole call; only the descriptor is asked for.
        let got = unsafe {
            GetSecurityInfo(
                held.as_raw_handle(),
                SE_FILE_OBJECT,
                DACL_SECURITY_INFORMATION,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                &raw mut descriptor,
            )
        };
        assert_eq!(got, ERROR_SUCCESS);
        let access = SecurityDescriptor(descriptor);
        text(access.0)
    }

    #[test]
    fn the_access_lists_are_understood_and_give_everybody_what_is_asked_for_and_no_more() {
        for (list, everybody) in
            [(FILE_SDDL, SHARED_ACCESS_MASK), (DIRECTORY_SDDL, SHARED_ACCESS_MASK | FILE_TRAVERSE)]
        {
            assert!(list.ends_with(&format!("(A;;{everybody:#x};;;AU)")), "{list}");
            assert_eq!(text(SecurityDescriptor::new(list).unwrap().0).matches('(').count(), 4);
        }
    }

    #[test]
    #[ignore = "needs a Windows that keeps access lists, which Wine does not"]
    fn files_and_folders_get_their_access_lists_whatever_their_folder_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Tollgate");
        create_dir(&path).unwrap();
        assert_eq!(access_of(&path), text(SecurityDescriptor::new(DIRECTORY_SDDL).unwrap().0));
        open(&path.join("ledger"), Vec::new).unwrap();
        assert_eq!(access_of(&path.join("ledger")), text(SecurityDescriptor::new(FILE_SDDL).unwrap().0));
    }

    #[test]
    #[ignore = "needs a Windows that makes junctions, which Wine does not"]
    fn a_folder_that_is_a_link_to_another_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("real")).unwrap();
        let made = std::process::Command::new("cmd")
            .args(["/c", "mklink", "/j"])
            .args([path("link"), path("real")])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let expected = OpenError::Unusable(GateError::NotRegularFile { path: path("link") });
        assert_eq!(open(&path("link").join("ledger"), Vec::new).unwrap_err(), expected);
        assert_eq!(std::fs::read_dir(path("real")).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_cannot_be_replaced_while_a_file_is_opened_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        create_dir(&path("Tollgate")).unwrap();
        let held = hold_parent_dir(&path("Tollgate").join("ledger")).unwrap();
        assert!(std::fs::rename(path("Tollgate"), path("away")).is_err());
        drop(held);
        std::fs::rename(path("Tollgate"), path("away")).unwrap();
    }

    #[test]
    fn a_file_that_is_open_without_sharing_is_busy_and_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let alone =
            OpenOptions::new().write(true).create(true).truncate(false).share_mode(0).open(&path).unwrap();
        let expected = GateError::OpenFailed { path: path.clone(), kind: io::ErrorKind::ResourceBusy };
        assert_eq!(open(&path, Vec::new).unwrap_err(), OpenError::Unusable(expected));
        drop(alone);
        open(&path, Vec::new).unwrap();
    }

    #[test]
    fn a_path_may_be_long() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("d".repeat(120)).join("e".repeat(120));
        std::fs::create_dir_all(&deep).unwrap();
        create_dir(&deep.join("Tollgate")).unwrap();
        open(&deep.join("Tollgate").join("ledger"), Vec::new).unwrap();
    }
}
