//! Where things are: the repository's rooms, what cargo builds, what is packed.

use std::env::consts::EXE_SUFFIX;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The one version: xtask takes it from the workspace like every other crate.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The module.
pub(crate) const MODULE: &str = "Tollgate";

/// The module of Azure PowerShell's names for it.
pub(crate) const ALIASES: &str = "Tollgate.Az";

/// The repository and the folders that hold what it builds.
pub(crate) struct House {
    root: PathBuf,
    target: PathBuf,
    closed: bool,
}

impl House {
    pub(crate) fn find() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("xtask lies in the repository's root")
            .to_path_buf();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |set| root.join(set));
        Self { root, target, closed: false }
    }

    /// The same with its way outside closed: no command that starts here reaches another machine.
    pub(crate) fn closed(self) -> Self {
        Self { closed: true, ..self }
    }

    /// Holds the house for one command: two that build, pack and test in the same folders would undo each other's work.
    pub(crate) fn take_turn(&self) -> Result<File> {
        let path = self.target.join("xtask.lock");
        fs::create_dir_all(&self.target).with_context(|| format!("cannot make {}", self.target.display()))?;
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => bail!(
                "another command runs in {}: wait for its end, or set CARGO_TARGET_DIR in another clone",
                self.root.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The folder cargo builds into.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The folder of this machine's release build.
    pub(crate) fn release(&self) -> PathBuf {
        self.target.join("release")
    }

    /// A program of this workspace. build.sh and build.ps1 build them together with this one.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("tools").join(format!("{name}{EXE_SUFFIX}"))
    }

    /// The folder of the packed module, ready for `Import-Module`.
    pub(crate) fn packed(&self) -> PathBuf {
        self.packed_as(MODULE)
    }

    /// The folder of a packed module of this name.
    pub(crate) fn packed_as(&self, module: &str) -> PathBuf {
        self.root.join("output").join(module).join(VERSION)
    }

    /// The file of a module that the PowerShell Gallery takes.
    pub(crate) fn gallery_package(&self, module: &str) -> PathBuf {
        self.root.join("output").join(format!("{module}.{VERSION}.nupkg"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_command_runs_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let house = House { target: place.path().join("target"), ..House::find() };
        let turn = house.take_turn().unwrap();
        let refused = house.take_turn().unwrap_err().to_string();
        assert!(refused.starts_with("another command runs in "), "{refused}");
        drop(turn);
        house.take_turn().unwrap();
    }
}
