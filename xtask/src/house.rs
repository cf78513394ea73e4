//! Where things are: the repository's rooms, what cargo builds, what is packed.

use std::env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX, OS};
use std::path::{Path, PathBuf};

/// The one version: xtask takes it from the workspace like every other crate.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The native runtimes a finished package carries.
pub(crate) const RUNTIMES: [&str; 8] = [
    "linux-arm64",
    "linux-musl-arm64",
    "linux-musl-x64",
    "linux-x64",
    "osx-arm64",
    "osx-x64",
    "win-arm64",
    "win-x64",
];

/// The repository and the folders that hold what it builds.
pub(crate) struct House {
    root: PathBuf,
    target: PathBuf,
}

impl House {
    pub(crate) fn find() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("xtask lies in the repository's root")
            .to_path_buf();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |set| root.join(set));
        Self { root, target }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The folder of this machine's release build.
    pub(crate) fn release(&self) -> PathBuf {
        self.target.join("release")
    }

    /// A program of this workspace, built in release.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.release().join(format!("{name}{EXE_SUFFIX}"))
    }

    /// The folder of the packed module, ready for `Import-Module`.
    pub(crate) fn packed(&self) -> PathBuf {
        self.root.join("output").join("Tollgate").join(VERSION)
    }
}

/// The native library's file name on this platform.
pub(crate) fn library_name() -> String {
    format!("{DLL_PREFIX}tollgate{DLL_SUFFIX}")
}

/// .NET's name of this platform.
pub(crate) fn runtime() -> String {
    let system = match OS {
        "macos" => "osx",
        "windows" => "win",
        "linux" if cfg!(target_env = "musl") => "linux-musl",
        other => other,
    };
    let architecture = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{architecture}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_platform_is_one_a_package_promises() {
        assert!(RUNTIMES.contains(&runtime().as_str()), "{}", runtime());
    }
}
