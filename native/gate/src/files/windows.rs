//! Shared files where permissions are access lists and links are reparse points. The standard library can neither give a new
//! file its access list nor count a file's names, so the system is asked itself. All of it is
//! one conversation with the system, in which each unsafe call stands beside what makes it safe; so it is one file, however long.
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

/// What a user needs to read, write and lock: no right to delete, to rename, to give a second name or other permissions.
const SHARED_ACCESS_MASK: u32 =
    FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE;

/// Everything to the system, administrators and the owner; [`SHARED_ACCESS_MASK`] to every authenticated user; nothing inherited.
const FILE_SDDL: &str = "D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-3-4)(A;;0x120083;;;AU)";

/// The same for the folder, in which every authenticated user may list, look and make files.
const DIRECTORY_SDDL: &str = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;FA;;;S-1-3-4)(A;;0x1200a3;;;AU)";

/// A folder that stays what it is while a file is opened in it.
pub(super) type ParentDirGuard = File;

/// Keeps the folder of a file from being renamed, removed or replaced; fails where it is a link to another folder.
pub(super) fn hold_parent_dir(path: &Path) -> io::Result<ParentDirGuard> {
    let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
    let held = OpenOptions::new()
        .access_mode(FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES)
        .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
        .open(folder)
        .map_err(map_sharing_violation)?;
    let attributes = information(&held)?.dwFileAttributes;
    if attributes & FILE_ATTRIBUTE_DIRECTORY == 0 || attributes & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok(held)
}

/// Makes the last folder of a path, with an access list for all users of the machine.
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

/// On these systems the machine's folder is Tollgate's own, and its access list says who may do what.
pub(crate) fn is_world_writable(path: &Path) -> bool {
    path.is_dir()
}

/// Makes a file with its content and its access list. Until it is complete nobody else can open it.
pub(super) fn create(path: &Path, content: &[u8]) -> io::Result<File> {
    create_unshared(path)?.write_all(content)?;
    open_existing(path)
}

fn create_unshared(path: &Path) -> io::Result<File> {
    let name = to_wide_path(path)?;
    let access = SecurityDescriptor::new(FILE_SDDL)?;
    // SAFETY: `name` ends in a zero, the attributes point to a descriptor that lives as long as `access`, and there is no
    // template file.
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
    // SAFETY: the handle was just opened and belongs to nobody else.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Whether the opening failed because something else stands there.
pub(super) fn is_not_regular(error: &io::Error, path: &Path) -> bool {
    error.kind() == io::ErrorKind::NotADirectory || path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

pub(super) fn is_regular_single_link(file: &File) -> bool {
    const OTHER: u32 = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
    // A second name means that writing here would write to somebody's other file.
    information(file).is_ok_and(|found| found.dwFileAttributes & OTHER == 0 && found.nNumberOfLinks == 1)
}

fn information(file: &File) -> io::Result<BY_HANDLE_FILE_INFORMATION> {
    let mut found = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open for the whole call, and `found` is writable and of the right type.
    let told = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut found) };
    if told == 0 { Err(io::Error::last_os_error()) } else { Ok(found) }
}

/// The standard library has no kind for a file that somebody opened without sharing: a scanner, or one who removes it.
fn map_sharing_violation(error: io::Error) -> io::Error {
    if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION.cast_signed()) {
        io::ErrorKind::ResourceBusy.into()
    } else {
        error
    }
}

/// The path as the system's own functions want it, in the form that may be long.
fn to_wide_path(path: &Path) -> io::Result<Vec<u16>> {
    let path = std::path::absolute(path)?;
    let on_a_disk = path.components().next().is_some_and(
        |first| matches!(first, Component::Prefix(prefix) if matches!(prefix.kind(), Prefix::Disk(_))),
    );
    let form = if on_a_disk { r"\\?\" } else { "" };
    Ok(form.encode_utf16().chain(path.as_os_str().encode_wide()).chain([0]).collect())
}

/// An access list as the system wants it.
struct SecurityDescriptor(PSECURITY_DESCRIPTOR);

impl SecurityDescriptor {
    fn new(text: &str) -> io::Result<Self> {
        let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut descriptor = ptr::null_mut();
        // SAFETY: `text` ends in a zero, and `descriptor` takes a block of memory that is freed when this is dropped.
        let understood = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        };
        if understood == 0 { Err(io::Error::last_os_error()) } else { Ok(Self(descriptor)) }
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
        // SAFETY: the system gave this block with the advice to free it so, and nobody else has it.
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

    /// An access list as text, in the system's own spelling.
    fn text(descriptor: PSECURITY_DESCRIPTOR) -> String {
        let (mut text, mut length) = (ptr::null_mut(), 0);
        // SAFETY: the outputs are writable; the text has as many units as it is said to have, and is freed after it is copied.
        unsafe {
            let told = ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor,
                SDDL_REVISION_1,
                DACL_SECURITY_INFORMATION,
                &raw mut text,
                &raw mut length,
            );
            assert_ne!(told, 0);
            let copy = String::from_utf16_lossy(std::slice::from_raw_parts(text, length as usize));
            LocalFree(text.cast());
            copy.trim_end_matches('\0').to_owned()
        }
    }

    /// The access list of what stands there.
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
