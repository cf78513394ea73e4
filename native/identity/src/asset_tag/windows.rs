//! The firmware's tables, which only the system can give; the standard library has no such call.
//! <https://learn.microsoft.com/windows/win32/api/sysinfoapi/nf-sysinfoapi-getsystemfirmwaretable>
#![expect(unsafe_code, reason = "the standard library cannot read the firmware's tables")]

use windows_sys::Win32::System::SystemInformation::{GetSystemFirmwareTable, RSMB};

/// The tables of SMBIOS, with Windows' own eight bytes before them; nothing where the system gives none.
pub(super) fn firmware_table() -> Option<Vec<u8>> {
    // SAFETY: without room for it, the call writes nothing and gives the length.
    let needed = unsafe { GetSystemFirmwareTable(RSMB, 0, std::ptr::null_mut(), 0) };
    let mut table = vec![0; usize::try_from(needed).ok()?];
    // SAFETY: the buffer is as long as is said.
    let written = unsafe { GetSystemFirmwareTable(RSMB, 0, table.as_mut_ptr(), needed) };
    // More than there is room for is told and not written.
    table.truncate(usize::try_from(written).ok().filter(|written| (1..=table.len()).contains(written))?);
    Some(table)
}
