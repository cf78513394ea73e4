//! Where things are: our own folder, what cargo built, what was packed, what .NET gathers for us.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// A file of this crate.
pub(crate) fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    own("../..").join(path)
}

/// The folder `./build.sh build` packs the module into.
pub(crate) fn packed() -> PathBuf {
    repository("output/Tollgate").join(env!("CARGO_PKG_VERSION"))
}

/// The folder this program was built into, where the release library lies too.
pub(crate) fn release() -> Result<PathBuf> {
    let program = std::env::current_exe().context("this program has no path")?;
    Ok(program.parent().context("this program has no folder")?.to_path_buf())
}

/// The folder of all that is built.
pub(crate) fn target() -> Result<PathBuf> {
    Ok(release()?.parent().context("the folder of this program has none above it")?.to_path_buf())
}

/// The release library; an error says how to get it.
pub(crate) fn library() -> Result<PathBuf> {
    let library = release()?.join(format!("{DLL_PREFIX}tollgate{DLL_SUFFIX}"));
    anyhow::ensure!(library.is_file(), "no {}; build it first: ./build.sh build", library.display());
    Ok(library)
}

/// The small native process, built now.
pub(crate) fn worker() -> Result<PathBuf> {
    let target = release()?.parent().context("this program lies in no target folder")?.to_path_buf();
    let build = Command::new("cargo")
        .args(["build", "--quiet", "--locked", "--release", "--package", "worker", "--target-dir"])
        .arg(&target)
        .current_dir(repository(""))
        .status();
    anyhow::ensure!(build.context("cannot start cargo")?.success(), "the native process cannot be built");
    Ok(target.join(format!("release/worker{EXE_SUFFIX}")))
}

/// A folder for what the bench itself builds.
pub(crate) fn gathered(name: &str) -> Result<PathBuf> {
    Ok(release()?.join("bench-files").join(name))
}
