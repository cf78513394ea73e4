//! Each rule by a library that breaks it alone.

use super::*;
use crate::runtime::RUNTIMES;

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

fn judge(runtime: &str, facts: &Facts) -> Vec<String> {
    let runtime = RUNTIMES.iter().find(|known| known.name == runtime).unwrap();
    faults(runtime, facts, &set(&["tollgate_abi_version"]))
}

fn linux() -> Facts {
    Facts {
        format: BinaryFormat::Elf,
        architecture: Architecture::X86_64,
        exports: set(&["tollgate_abi_version"]),
        libraries: set(&["libc.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"]),
        versions: set(&["epoll_wait@GLIBC_2.3.2", "memcpy@GLIBC_2.14", "_Unwind_Resume@GCC_3.0"]),
        flags: 0,
        version_information: String::new(),
    }
}

fn windows() -> Facts {
    Facts {
        format: BinaryFormat::Pe,
        libraries: set(&["KERNEL32.dll", "msvcrt.dll"]),
        versions: BTreeSet::new(),
        flags: 0x160,
        version_information: format!(
            "\u{44}FileVersion\0\0{VERSION}\0OriginalFilename\0tollgate.dll\0ProductVersion\0{VERSION}"
        ),
        ..linux()
    }
}

#[test]
fn a_good_library_has_no_fault() {
    assert_eq!(judge("linux-x64", &linux()), [""; 0]);
    assert_eq!(judge("win-x64", &windows()), [""; 0]);
    let musl = Facts { libraries: set(&["libc.so", "libgcc_s.so.1"]), versions: BTreeSet::new(), ..linux() };
    assert_eq!(judge("linux-musl-x64", &musl), [""; 0]);
    let macos = Facts {
        format: BinaryFormat::MachO,
        architecture: Architecture::Aarch64,
        libraries: set(&["/usr/lib/libSystem.B.dylib"]),
        versions: BTreeSet::new(),
        ..linux()
    };
    assert_eq!(judge("osx-arm64", &macos), [""; 0]);
}

#[test]
fn a_library_for_another_machine_is_told_by_its_header() {
    assert_eq!(judge("linux-arm64", &linux()), ["it is Elf for X86_64"]);
    let faults = judge("win-x64", &linux());
    assert!(faults.contains(&"it is Elf for X86_64".to_string()), "{faults:?}");
}

#[test]
fn the_exports_are_those_of_the_header() {
    let facts = Facts { exports: set(&["tollgate_extra"]), ..linux() };
    assert_eq!(
        judge("linux-x64", &facts),
        [
            "tollgate_abi_version of the header is not exported",
            "tollgate_extra is exported and not in the header"
        ]
    );
}

#[test]
fn a_library_that_is_not_everywhere_is_not_needed() {
    let openssl = Facts { libraries: set(&["libssl.so.3"]), ..linux() };
    assert_eq!(
        judge("linux-x64", &openssl),
        ["it needs libssl.so.3, which the oldest promised systems may lack"]
    );
    for library in ["vcruntime140.dll", "libgcc_s_seh-1.dll", "libwinpthread-1.dll"] {
        let facts = Facts { libraries: set(&["msvcrt.dll", library]), ..windows() };
        assert_eq!(judge("win-x64", &facts).len(), 1, "{library}");
    }
}

#[test]
fn glibc_and_musl_are_not_taken_for_each_other() {
    assert_eq!(judge("linux-musl-x64", &linux()).len(), 2);
    let musl = Facts { libraries: set(&["libc.so"]), versions: BTreeSet::new(), ..linux() };
    assert_eq!(judge("linux-x64", &musl).len(), 1);
}

#[test]
fn a_glibc_that_is_too_new_is_named_with_what_needs_it() {
    for (version, kept) in
        [("2.28", true), ("2.29", false), ("2.4", true), ("3.0", false), ("PRIVATE", false)]
    {
        let facts = Facts { versions: set(&[&format!("stat64@GLIBC_{version}")]), ..linux() };
        assert_eq!(judge("linux-x64", &facts).is_empty(), kept, "{version}");
    }
    let facts = Facts { versions: set(&["stat64@GLIBC_2.33"]), ..linux() };
    assert_eq!(judge("linux-x64", &facts), ["it needs stat64@GLIBC_2.33, newer than glibc 2.28"]);
}

#[test]
fn a_dll_that_cannot_be_moved_or_executes_data_is_refused() {
    let facts = Facts { flags: 0, ..windows() };
    assert_eq!(
        judge("win-x64", &facts),
        ["it lacks a movable base", "it lacks a 64-bit movable base", "it lacks data that is not executed"]
    );
}

#[test]
fn what_msvc_builds_has_control_flow_guard() {
    let facts = Facts { libraries: set(&["KERNEL32.dll"]), ..windows() };
    assert_eq!(judge("win-x64", &facts), ["it lacks control flow guard"]);
    assert_eq!(judge("win-x64", &Facts { flags: 0x4160, ..facts }), [""; 0]);
}

#[test]
fn version_information_states_this_version() {
    let facts = Facts { version_information: "FileVersion\09.9.9".into(), ..windows() };
    assert_eq!(
        judge("win-x64", &facts),
        [
            "its version information lacks ProductVersion",
            "its version information lacks OriginalFilename",
            &format!("its version information lacks {VERSION}")
        ]
    );
}

#[test]
fn functions_are_read_from_code_and_not_from_comments() {
    let header = "/* tollgate_old() is\n gone: tollgate_older(). */\nuint32_t tollgate_abi_version(void);\n\
                  // tollgate_never(1)\nenum tollgate_status tollgate_client_new(\n  const struct tollgate_text *text\n);\n\
                  #define OTHER(x) x\n";
    assert_eq!(functions(header), set(&["tollgate_abi_version", "tollgate_client_new"]));
}

#[test]
fn every_function_of_the_checked_in_header_is_found() {
    let header = fs::read_to_string(House::find().at("native/ffi/include/tollgate.h")).unwrap();
    let found = functions(&header);
    assert!(found.contains("tollgate_abi_version") && found.contains("tollgate_operation_wait"), "{found:?}");
    assert!(found.len() > 20, "{found:?}");
}
