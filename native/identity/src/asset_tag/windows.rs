//! The firmware tables, which only the OS can read; the standard library has no such call.
//! <https://learn.microsoft.com/windows/win32/api/sysinfoapi/nf-sysinfoapi-getsystemfirmwaretable>
#![expect(unsafe_code, reason = "the standard library cannot read the firmware's tables")]

use windows_sys::Win32::System::SystemInformation::{GetSystemFirmwareTable, RSMB};

/// The SMBIOS tables, after Windows' header of 8 bytes; `None` if the OS returns none.
pub(super) fn firmware_table() -> Option<Vec<u8>> {
    // SAFETY: with a buffer of length 0 the call writes nothing and returns the required length.
    let needed = unsafe { GetSystemFirmwareTable(RSMB, 0, std::ptr::null_mut(), 0) };
    let mut table = vec![0; usize::try_from(needed).ok()?];
    // SAFETY: the buffer has the length that is passed.
    let written = unsafe { GetSystemFirmwareTable(RSMB, 0, table.as_mut_ptr(), needed) };
    // A length beyond the buffer is returned without writing.
    table.truncate(usize::try_from(written).ok().filter(|written| (1..=table.len()).contains(written))?);
    Some(table)
}
