//! The native libraries of a package: this machine's own, those it has another toolchain for, and those that were built elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::house::House;
use crate::runtime::{self, RUNTIMES, Runtime};
use crate::toolchain::Toolchain;
use crate::{native_check, program};

/// One library that is ready to be packed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Native {
    pub(crate) file: PathBuf,
    /// Where it goes below the packed module.
    pub(crate) place: String,
}

/// A promised runtime that is not in the package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) runtime: &'static str,
    pub(crate) reason: String,
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

/// Builds every promised one that this machine can, but for those that lie ready as `<folder>/<runtime>/<file>`.
pub(crate) fn promised(house: &House, ready: Option<&Path>) -> Result<(Vec<Native>, Vec<LeftOut>)> {
    let mut natives = Vec::new();
    let mut left_out = Vec::new();
    for runtime in &RUNTIMES {
        match way(runtime, ready) {
            Way::Ready(file) => {
                println!("{}: {}", runtime.name, file.display());
                native_check::check(house, runtime, &file)?;
                natives.push(Native { file, place: runtime.place() });
            }
            Way::Build(toolchain) => {
                println!("{}: built with {toolchain}", runtime.name);
                compile(toolchain.cargo(house, "build"))?;
                let file = toolchain.release(house).join(runtime.library);
                native_check::check(house, runtime, &file)?;
                natives.push(Native { file, place: runtime.place() });
            }
            Way::None(reason) => {
                println!("{}: left out; {reason}", runtime.name);
                left_out.push(LeftOut { runtime: runtime.name, reason });
            }
        }
    }
    Ok((natives, left_out))
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
