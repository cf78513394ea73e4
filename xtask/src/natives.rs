//! The native libraries of a package: this machine's own, those it has another toolchain for, and those that were built elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::house::House;
use crate::runtime::{self, Runtime};
use crate::toolchain::Toolchain;
use crate::{native_check, program};

/// One library that is ready to be packed.
pub(crate) struct Native {
    pub(crate) file: PathBuf,
    /// Where it goes below the packed module.
    pub(crate) place: String,
}

/// How a promised runtime gets its library.
enum Way {
    Ready(PathBuf),
    Build(Toolchain),
    None(String),
}

/// Builds this machine's own, whether a package promises it or not.
pub(crate) fn own(house: &House) -> Result<Native> {
    let toolchain = Toolchain::own();
    compile(toolchain.cargo(house, "build"))?;
    Ok(Native { file: toolchain.release(house).join(runtime::own_library()), place: runtime::own_place() })
}

/// The checked library of a promised runtime: one that lies ready as `<folder>/<runtime>/<file>`, else one that is built here;
/// else the reason why there is none.
pub(crate) fn make(house: &House, runtime: &Runtime, ready: Option<&Path>) -> Result<Result<Native, String>> {
    let file = match way(runtime, ready) {
        Way::Ready(file) => file,
        Way::Build(toolchain) => {
            println!("{}: built with {toolchain}", runtime.name);
            compile(toolchain.cargo(house, "build"))?;
            toolchain.release(house).join(runtime.library)
        }
        Way::None(reason) => return Ok(Err(reason)),
    };
    native_check::check(house, runtime, &file)?;
    Ok(Ok(Native { file, place: runtime.place() }))
}

fn way(runtime: &Runtime, ready: Option<&Path>) -> Way {
    let file = ready.map(|folder| folder.join(runtime.name).join(runtime.library));
    match file.filter(|file| file.is_file()) {
        Some(file) => Way::Ready(file),
        None => Toolchain::of_runtime(runtime).map_or_else(Way::None, Way::Build),
    }
}

fn compile(mut cargo: Command) -> Result<()> {
    program::run(cargo.args(["--release", "--package", "tollgate-ffi"]))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::runtime::RUNTIMES;

    #[test]
    fn what_lies_ready_is_not_built() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = RUNTIMES.iter().find(|runtime| runtime.name == "osx-arm64").unwrap();
        fs::create_dir(folder.path().join(runtime.name)).unwrap();
        assert!(!matches!(way(runtime, Some(folder.path())), Way::Ready(_)));
        let file = folder.path().join(runtime.name).join(runtime.library);
        fs::write(&file, "ready").unwrap();
        assert!(matches!(way(runtime, Some(folder.path())), Way::Ready(found) if found == file));
    }
}
