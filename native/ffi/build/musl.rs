//! Debian's musl-gcc does not look where the system's own compiler keeps libgcc_s, which Rust unwinds with. Any will do to
//! link against: the one that is loaded is the musl system's own, which .NET needs there too.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs, io};

const UNWINDER: &str = "libgcc_s.so.1";

/// Where the machine itself is a musl system, its linker finds the unwinder.
pub(crate) fn find_unwinder() -> io::Result<()> {
    if env::var("HOST").is_ok_and(|host| host.ends_with("musl")) {
        return Ok(());
    }
    let output = Command::new("gcc")
        .arg(format!("-print-file-name={UNWINDER}"))
        .output()
        .map_err(|error| io::Error::new(error.kind(), format!("gcc knows where {UNWINDER} is: {error}")))?;
    let unwinder = String::from_utf8_lossy(&output.stdout).trim().to_string();
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(folder.join("libgcc_s.so"), format!("INPUT({unwinder})\n"))?;
    println!("cargo:rustc-link-search=native={}", folder.display());
    Ok(())
}
