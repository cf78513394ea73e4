//! The native libraries of a package: this machine's own, those it has another toolchain for, and those that were built elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::House;
use crate::runtime::{self, RUNTIMES, Runtime};
use crate::toolchain::Toolchain;
use crate::{native_check, program};

/// One library that is ready to be packed.
pub(crate) struct Native {
    pub(crate) file: PathBuf,
    /// Where it goes below the packed module.
    pub(crate) place: String,
}

/// Where the library of a promised runtime comes from.
pub(crate) enum Source {
    Ready(PathBuf),
    Build(Toolchain),
}

/// Builds this machine's own, whether a package promises it or not.
pub(crate) fn own(house: &House) -> anyhow::Result<Native> {
    let toolchain = Toolchain::own();
    compile(toolchain.cargo(house, "build"))?;
    Ok(Native { file: toolchain.release(house).join(runtime::own_library()), place: runtime::own_place() })
}

/// What lies ready as `<folder>/<runtime>/<file>` is not built; else this machine builds it or says why it cannot.
pub(crate) fn source(runtime: &Runtime, ready: Option<&Path>) -> Result<Source, String> {
    let file = ready.map(|folder| folder.join(runtime.name).join(runtime.library));
    match file.filter(|file| file.is_file()) {
        Some(file) => Ok(Source::Ready(file)),
        None => Toolchain::of_runtime(runtime).map(Source::Build),
    }
}

/// The library of a promised runtime, built where it has to be, and checked.
pub(crate) fn make(house: &House, runtime: &Runtime, source: Source) -> anyhow::Result<Native> {
    let file = match source {
        Source::Ready(file) => file,
        Source::Build(toolchain) => {
            println!("{}: built with {toolchain}", runtime.name);
            compile(toolchain.cargo(house, "build"))?;
            toolchain.release(house).join(runtime.library)
        }
    };
    native_check::check(house, runtime, &file)?;
    Ok(Native { file, place: runtime.place() })
}

/// The library for Windows, for tests that run there from here; or why there is none.
pub(crate) fn for_windows(house: &House) -> anyhow::Result<Result<Native, String>> {
    let runtime = RUNTIMES.iter().find(|runtime| runtime.name == "win-x64").expect("win-x64 is promised");
    match source(runtime, None) {
        Ok(source) => make(house, runtime, source).map(Ok),
        Err(reason) => Ok(Err(reason)),
    }
}

fn compile(mut cargo: Command) -> anyhow::Result<()> {
    program::run(cargo.args(["--release", "--package", "tollgate-ffi"]))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_lies_ready_is_not_built() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = RUNTIMES.iter().find(|runtime| runtime.name == "osx-arm64").unwrap();
        fs::create_dir(folder.path().join(runtime.name)).unwrap();
        assert!(!matches!(source(runtime, Some(folder.path())), Ok(Source::Ready(_))));
        let file = folder.path().join(runtime.name).join(runtime.library);
        fs::write(&file, "ready").unwrap();
        let found = source(runtime, Some(folder.path()));
        assert!(matches!(found, Ok(Source::Ready(found)) if found == file));
    }
}
