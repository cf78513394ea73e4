//! What the library needs beside its source, by the system it is built for.
#![expect(clippy::print_stdout, reason = "a build script speaks to cargo on stdout")]

mod glibc;
mod musl;
mod version;

use std::io;

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    match (target("OS").as_str(), target("ENV").as_str()) {
        ("linux", "gnu") => glibc::lower(&target("ARCH")),
        ("linux", "musl") => musl::find_unwinder(),
        ("windows", _) => version::stamp(),
        _ => Ok(()),
    }
}
