//! What this machine can build native libraries with: its own Rust, one that rustup was given another target for, or a
//! distribution's, which comes with the sources of the standard library and builds that too.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::House;
use crate::program::{self, cargo};
use crate::runtime::{self, Runtime};

/// Where Debian's packages put their Rust. Ours comes first on the search path, so it is asked for by its full name.
const DISTRIBUTION: &str = "/usr/bin";

const LEAST_VERSION: &str = env!("CARGO_PKG_RUST_VERSION");

/// The linker of a target that is not this machine's own, and the package that has it.
struct Linker {
    target: &'static str,
    program: &'static str,
    package: &'static str,
}

const LINKERS: [Linker; 4] = [
    Linker {
        target: "x86_64-pc-windows-gnu",
        program: "x86_64-w64-mingw32-gcc",
        package: "gcc-mingw-w64-x86-64",
    },
    Linker {
        target: "aarch64-unknown-linux-gnu",
        program: "aarch64-linux-gnu-gcc",
        package: "gcc-aarch64-linux-gnu",
    },
    Linker {
        target: "x86_64-unknown-linux-gnu",
        program: "x86_64-linux-gnu-gcc",
        package: "gcc-x86-64-linux-gnu",
    },
    Linker { target: "x86_64-unknown-linux-musl", program: "x86_64-linux-musl-gcc", package: "musl-tools" },
];

/// Which Rust compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rust {
    /// The one that runs us; it has the target's standard library.
    Ours,
    /// A distribution's. It builds the standard library, in a target folder of its own: two compilers in one folder undo
    /// each other's work.
    Distribution,
}

/// What builds for one target.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Toolchain {
    /// None is this machine's own, which cargo builds for when no target is named.
    target: Option<&'static str>,
    rust: Rust,
    linker: Option<&'static str>,
}

impl Toolchain {
    /// Every machine builds for itself.
    pub(crate) fn own() -> Self {
        Self { target: None, rust: Rust::Ours, linker: None }
    }

    /// What builds the library of a runtime here; else why nothing does, with the command that would change it.
    pub(crate) fn of_runtime(runtime: &Runtime) -> Result<Self, String> {
        if runtime.name == runtime::here() {
            return Ok(Self::own());
        }
        let mut reason = String::new();
        for target in runtime.targets {
            match Self::of_target(target) {
                Ok(found) => return Ok(found),
                Err(why) => reason = why,
            }
        }
        Err(reason)
    }

    /// What builds for a target of Rust's that is not this machine's own.
    pub(crate) fn of_target(target: &'static str) -> Result<Self, String> {
        Self::choose(target, &ThisMachine)
    }

    fn choose(target: &'static str, machine: &impl Machine) -> Result<Self, String> {
        for (part, system, name) in [("-msvc", "windows", "Windows"), ("-apple-", "macos", "macOS")] {
            if target.contains(part) && machine.system() != system {
                return Err(format!("{target} is built on {name} only"));
            }
        }
        let linker = LINKERS.iter().find(|linker| linker.target == target);
        let mut missing = Vec::new();
        if let Some(Linker { program, package, .. }) = linker
            && !machine.has_program(program)
        {
            missing.push(format!("no {program}: apt-get install {package}"));
        }
        let rust = if machine.has_library_for(target) {
            Rust::Ours
        } else {
            if !machine.has_distribution() || linker.is_none() {
                missing.push(format!(
                    "Rust has no library for {target} here: rustup target add {target}, or on Debian 12 \
                     apt-get install rustc-web cargo-web rust-web-src"
                ));
            }
            Rust::Distribution
        };
        if missing.is_empty() {
            Ok(Self { target: Some(target), rust, linker: linker.map(|linker| linker.program) })
        } else {
            Err(missing.join("; and "))
        }
    }

    /// Cargo with a word (`build`, `test`) and all that this target needs; the caller adds the rest.
    pub(crate) fn cargo(&self, house: &House, word: &str) -> Command {
        let mut command = match self.rust {
            Rust::Ours => cargo(house),
            Rust::Distribution => {
                let bin = Path::new(DISTRIBUTION);
                let mut command = program::command(house, bin.join("cargo"));
                command
                    .env("RUSTC", bin.join("rustc"))
                    .env("RUSTDOC", bin.join("rustdoc"))
                    // Building the standard library needs what is otherwise for nightly compilers only.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_DIR", self.folder(house));
                command
            }
        };
        command.arg(word);
        if let Some(target) = self.target {
            command.args(["--target", target]);
            if let Some(linker) = self.linker {
                command.env(variable(target, "LINKER"), linker);
            }
        }
        if self.rust == Rust::Distribution {
            let harness = if word == "test" { ",test" } else { "" };
            command.arg(format!("-Zbuild-std=std,panic_unwind{harness}"));
        }
        command
    }

    /// Where a release build of this toolchain lies.
    pub(crate) fn release(&self, house: &House) -> PathBuf {
        self.built(house).join("release")
    }

    /// Where what it builds for tests lies.
    pub(crate) fn debug(&self, house: &House) -> PathBuf {
        self.built(house).join("debug")
    }

    fn built(&self, house: &House) -> PathBuf {
        let folder = self.folder(house);
        self.target.map_or_else(|| folder.clone(), |target| folder.join(target))
    }

    fn folder(&self, house: &House) -> PathBuf {
        match self.rust {
            Rust::Ours => house.target().to_path_buf(),
            Rust::Distribution => house.target().join("distribution"),
        }
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.target, self.rust) {
            (None, _) => write!(f, "this machine's own Rust"),
            (Some(target), Rust::Ours) => write!(f, "Rust's library for {target}"),
            (Some(target), Rust::Distribution) => {
                write!(f, "{DISTRIBUTION}/rustc and its library's sources, for {target}")
            }
        }
    }
}

/// What is asked of a machine.
trait Machine {
    fn system(&self) -> &'static str;
    fn has_program(&self, name: &str) -> bool;
    /// Can the Rust that runs us compile for a target without building its standard library?
    fn has_library_for(&self, target: &str) -> bool;
    /// Is there a distribution's Rust, new enough and with the sources of its standard library?
    fn has_distribution(&self) -> bool;
}

struct ThisMachine;

impl Machine for ThisMachine {
    fn system(&self) -> &'static str {
        std::env::consts::OS
    }

    fn has_program(&self, name: &str) -> bool {
        program::find(&[name]).is_some()
    }

    fn has_library_for(&self, target: &str) -> bool {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        said(Command::new(rustc).args(["--print", "target-libdir", "--target", target]))
            .is_some_and(|folder| Path::new(&folder).read_dir().is_ok_and(|mut files| files.next().is_some()))
    }

    fn has_distribution(&self) -> bool {
        let bin = Path::new(DISTRIBUTION);
        let rustc = bin.join("rustc");
        cfg!(target_os = "linux")
            && bin.join("cargo").is_file()
            && said(Command::new(&rustc).arg("--version")).is_some_and(|said| is_new_enough(&said))
            && said(Command::new(&rustc).args(["--print", "sysroot"])).is_some_and(|root| {
                Path::new(&root).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
            })
    }
}

/// Cargo's variable for a setting of one target.
pub(crate) fn variable(target: &str, setting: &str) -> String {
    format!("CARGO_TARGET_{}_{setting}", target.to_uppercase().replace('-', "_"))
}

/// What a program prints, if it succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_string())
}

/// `rustc 1.96.0 (ac68faa20 2026-05-25)`: not older than what the workspace asks for?
fn is_new_enough(version: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> { text.split('.').map_while(|part| part.parse().ok()).collect() };
    version.split(' ').nth(1).is_some_and(|version| numbers(version) >= numbers(LEAST_VERSION))
}

#[cfg(test)]
mod tests;
