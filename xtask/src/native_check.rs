//! The rules that every native library keeps before it is packed: the header's functions and no others, nothing needed that
//! the oldest promised systems lack, and on Windows the marks of a finished DLL.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use object::{Architecture, BinaryFormat, pe};

use crate::house::{House, VERSION};
use crate::native_facts::Facts;
use crate::runtime::Runtime;

/// The newest glibc that may be asked for: that of Debian 10, RHEL 8 and everything later.
const GLIBC: (u32, u32) = (2, 28);

/// There on Windows Server 2016 and every Windows since, in System32. An entry for a new import needs a look at such a machine.
const WINDOWS_LIBRARIES: [&str; 11] = [
    "advapi32.dll",
    "api-ms-win-core-synch-l1-2-0.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "crypt32.dll",
    "kernel32.dll",
    "ncrypt.dll",
    "ntdll.dll",
    "secur32.dll",
    "userenv.dll",
    "ws2_32.dll",
];

/// MinGW's C runtime, which is a part of Windows. A library without it was built by MSVC.
const MINGW_RUNTIME: &str = "msvcrt.dll";

/// What .NET itself needs, and so is there.
const GLIBC_LIBRARIES: [&str; 8] = [
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
];

/// musl answers to both of its names.
const MUSL_LIBRARIES: [&str; 3] = ["libc.musl-x86_64.so.1", "libc.so", "libgcc_s.so.1"];

const MACOS_FOLDERS: [&str; 2] = ["/System/Library/", "/usr/lib/"];

/// Fails with the file's name and everything that is wrong with it.
pub(crate) fn check(house: &House, runtime: &Runtime, file: &Path) -> Result<()> {
    let header = house.at("native/ffi/include/tollgate.h");
    let header = fs::read_to_string(&header).with_context(|| format!("cannot read {}", header.display()))?;
    let data = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let facts = Facts::read(&data).with_context(|| format!("{} is no library", file.display()))?;
    let faults = faults(runtime, &facts, &functions(&header));
    if !faults.is_empty() {
        bail!("{} is not fit for {}: {}", file.display(), runtime.name, faults.join("; "));
    }
    Ok(())
}

fn faults(runtime: &Runtime, facts: &Facts, functions: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |kept: bool, fault: &str| {
        if !kept {
            faults.push(fault.to_string());
        }
    };
    let (system, architecture) = runtime.name.rsplit_once('-').unwrap_or((runtime.name, ""));
    let format = match system {
        "win" => BinaryFormat::Pe,
        "osx" => BinaryFormat::MachO,
        _ => BinaryFormat::Elf,
    };
    let expected = if architecture == "arm64" { Architecture::Aarch64 } else { Architecture::X86_64 };
    expect(
        (facts.format, facts.architecture) == (format, expected),
        &format!("it is {:?} for {:?}", facts.format, facts.architecture),
    );
    for name in functions.difference(&facts.exports) {
        expect(false, &format!("{name} of the header is not exported"));
    }
    for name in facts.exports.difference(functions) {
        expect(false, &format!("{name} is exported and not in the header"));
    }
    for library in facts.libraries.iter().filter(|library| !is_known(system, library)) {
        expect(false, &format!("it needs {library}, which the oldest promised systems may lack"));
    }
    for version in facts.versions.iter().filter(|version| !is_old_enough(version)) {
        expect(false, &format!("it needs {version}, newer than glibc {}.{}", GLIBC.0, GLIBC.1));
    }
    if format == BinaryFormat::Pe {
        for (flag, name) in flags(facts) {
            expect(facts.flags & flag.0 != 0, &format!("it lacks {name}"));
        }
        for word in ["FileVersion", "ProductVersion", "OriginalFilename", VERSION] {
            let stated = facts.version_information.split('\0').any(|part| part.ends_with(word));
            expect(stated, &format!("its version information lacks {word}"));
        }
    }
    faults
}

fn is_known(system: &str, library: &str) -> bool {
    match system {
        "win" => {
            let name = library.to_ascii_lowercase();
            name == MINGW_RUNTIME || WINDOWS_LIBRARIES.contains(&name.as_str())
        }
        "osx" => MACOS_FOLDERS.iter().any(|folder| library.starts_with(folder)),
        "linux-musl" => MUSL_LIBRARIES.contains(&library),
        _ => GLIBC_LIBRARIES.contains(&library),
    }
}

/// `pthread_create@GLIBC_2.34`: its versions sort as numbers. Those of other libraries do not change any more.
fn is_old_enough(version: &str) -> bool {
    let Some((_, number)) = version.split_once("@GLIBC_") else { return true };
    let mut parts = number.split('.').map(str::parse::<u32>);
    matches!((parts.next(), parts.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) <= GLIBC)
}

fn flags(facts: &Facts) -> impl Iterator<Item = (pe::DllFlags, &'static str)> {
    let by_msvc = !facts.libraries.iter().any(|library| library.eq_ignore_ascii_case(MINGW_RUNTIME));
    [
        (pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "a movable base", true),
        (pe::IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, "a 64-bit movable base", true),
        (pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "data that is not executed", true),
        (pe::IMAGE_DLLCHARACTERISTICS_GUARD_CF, "control flow guard", by_msvc),
    ]
    .into_iter()
    .filter_map(|(flag, name, wanted)| wanted.then_some((flag, name)))
}

/// The functions that a C header declares: our names before an opening bracket, outside of comments.
fn functions(header: &str) -> BTreeSet<String> {
    let code: String = header
        .split("/*")
        .map(|part| part.split_once("*/").map_or(part, |(_comment, code)| code))
        .flat_map(str::lines)
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|line| [line, "\n"])
        .collect();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices('(')
        .filter_map(|(at, _)| code[..at].rsplit(|c: char| !is_part(c)).next())
        .filter(|name| name.starts_with("tollgate_"))
        .map(str::to_string)
        .collect()
}

#[cfg(test)]
mod tests;
