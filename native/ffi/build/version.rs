//! Version information, which Explorer, inventories and `Get-Item` read from a DLL.

use std::{env, io};

use winresource::{VersionInfo, WindowsResource};

const DLL: u64 = 2;
const ENGLISH: u16 = 0x0409;

/// Adds it to the library. A release without it fails; a test build that lacks the resource compiler says so.
pub(crate) fn stamp() -> io::Result<()> {
    let compiled = WindowsResource::new()
        .set_language(ENGLISH)
        .set_version_info(VersionInfo::FILETYPE, DLL)
        .set("ProductName", "Tollgate")
        .set("CompanyName", "Tollgate")
        .set("FileDescription", "Azure managed identity tokens, paced for the whole machine")
        .set("LegalCopyright", "Copyright (c) The Tollgate authors")
        .set("OriginalFilename", "tollgate.dll")
        .compile();
    let Err(error) = compiled else { return Ok(()) };
    let advice = "the library's version information needs windres (Debian: apt-get install \
                  binutils-mingw-w64-x86-64) or, with MSVC, rc.exe of the Windows SDK";
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        return Err(io::Error::new(error.kind(), format!("{advice}: {error}")));
    }
    println!("cargo:warning={advice}: {error}");
    Ok(())
}
