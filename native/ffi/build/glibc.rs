//! Lowers the glibc that the library asks for to 2.28, whatever the build machine has. Some functions got a new version when
//! glibc 2.33 and 2.34 moved them, with nothing changed about them, and a linker takes the newest. So it is told to send
//! calls of them to one-line functions here, which name the version of old. A process on such an old system must have loaded
//! libpthread and libdl itself, as every .NET process has.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

/// Moved from libpthread and libdl into libc by 2.34, with the version each has on x86-64; on arm64 all have the first.
const MOVED: [(&str, &str); 11] = [
    ("dlsym", "2.2.5"),
    ("pthread_attr_setstacksize", "2.2.5"),
    ("pthread_create", "2.2.5"),
    ("pthread_detach", "2.2.5"),
    ("pthread_getspecific", "2.2.5"),
    ("pthread_join", "2.2.5"),
    ("pthread_key_create", "2.2.5"),
    ("pthread_key_delete", "2.2.5"),
    ("pthread_setname_np", "2.12"),
    ("pthread_setspecific", "2.2.5"),
    ("pthread_sigmask", "2.2.5"),
];

/// Until 2.33 these were macros around functions that are told the layout of the structure they fill.
const STATS: [(&str, &str); 3] =
    [("fstat64", "__fxstat64"), ("lstat64", "__lxstat64"), ("stat64", "__xstat64")];

/// One processor's way to say it.
struct Dialect {
    /// The layout of `struct stat` that the old functions know there.
    layout: u32,
    first_version: Option<&'static str>,
    jump: &'static str,
    /// Moves both arguments one place up and puts the layout before them.
    shift: fn(u32) -> String,
}

const X86_64: Dialect = Dialect {
    layout: 1,
    first_version: None,
    jump: "jmp",
    shift: |layout| format!("mov rdx, rsi\n    mov rsi, rdi\n    mov edi, {layout}"),
};

const AARCH64: Dialect = Dialect {
    layout: 0,
    first_version: Some("2.17"),
    jump: "b",
    shift: |layout| format!("mov x2, x1\n    mov x1, x0\n    mov w0, #{layout}"),
};

/// Writes the functions for `src/glibc.rs` and tells the linker of them.
pub(crate) fn lower(architecture: &str) -> io::Result<()> {
    let source = match architecture {
        "x86_64" => source(&X86_64),
        "aarch64" => source(&AARCH64),
        _ => String::new(),
    };
    if !source.is_empty() {
        for (name, _) in MOVED.into_iter().chain(STATS) {
            println!("cargo:rustc-cdylib-link-arg=-Wl,--wrap={name}");
        }
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(folder.join("glibc.s"), source)
}

fn source(dialect: &Dialect) -> String {
    let mut text = String::new();
    for (name, version) in MOVED {
        function(&mut text, dialect, name, "", name, version);
    }
    for (name, old) in STATS {
        let shift = (dialect.shift)(dialect.layout);
        function(&mut text, dialect, name, &shift, old, "2.2.5");
    }
    text.push_str(".text\n");
    text
}

fn function(text: &mut String, dialect: &Dialect, name: &str, before: &str, old: &str, version: &str) {
    let version = dialect.first_version.unwrap_or(version);
    let _ = writeln!(
        text,
        ".section .text.__wrap_{name},\"ax\",%progbits\n\
         .globl __wrap_{name}\n\
         .hidden __wrap_{name}\n\
         .type __wrap_{name}, %function\n\
         .symver tollgate_old_{name}, {old}@GLIBC_{version}\n\
         __wrap_{name}:\n    {before}\n    {jump} tollgate_old_{name}\n\
         .size __wrap_{name}, . - __wrap_{name}",
        jump = dialect.jump,
    );
}
