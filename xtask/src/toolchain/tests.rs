//! The choice of a toolchain, on machines that have some of what it takes.

use super::*;

struct Fake {
    system: &'static str,
    programs: &'static [&'static str],
    libraries: &'static [&'static str],
    distribution: bool,
}

impl Machine for Fake {
    fn system(&self) -> &'static str {
        self.system
    }

    fn has_program(&self, name: &str) -> bool {
        self.programs.contains(&name)
    }

    fn has_library_for(&self, target: &str) -> bool {
        self.libraries.contains(&target)
    }

    fn has_distribution(&self) -> bool {
        self.distribution
    }
}

const WINDOWS: &str = "x86_64-pc-windows-gnu";
const LINKER: &str = "x86_64-w64-mingw32-gcc";
const BARE: Fake = Fake { system: "linux", programs: &[], libraries: &[], distribution: false };

#[test]
fn a_target_that_rustup_added_is_built_with_our_rust() {
    let machine = Fake { programs: &[LINKER], libraries: &[WINDOWS], distribution: true, ..BARE };
    let found = Toolchain::choose(WINDOWS, &machine).unwrap();
    assert_eq!(found, Toolchain { target: Some(WINDOWS), rust: Rust::Ours, linker: Some(LINKER) });
    let house = House::find();
    let command = found.cargo(&house, "build");
    let arguments: Vec<_> = command.get_args().collect();
    assert_eq!(arguments, ["build", "--target", WINDOWS]);
    assert_eq!(found.release(&house), house.target().join(WINDOWS).join("release"));
}

#[test]
fn a_distributions_rust_builds_the_standard_library_in_a_folder_of_its_own() {
    let machine = Fake { programs: &[LINKER], distribution: true, ..BARE };
    let found = Toolchain::choose(WINDOWS, &machine).unwrap();
    let house = House::find();
    let command = found.cargo(&house, "test");
    let arguments: Vec<_> = command.get_args().collect();
    assert_eq!(arguments, ["test", "--target", WINDOWS, "-Zbuild-std=std,panic_unwind,test"]);
    assert_eq!(command.get_program(), "/usr/bin/cargo");
    let linker = ("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER".as_ref(), Some(LINKER.as_ref()));
    assert!(command.get_envs().any(|set| set == linker));
    assert!(found.release(&house).starts_with(house.target().join("distribution")));
}

#[test]
fn what_is_missing_is_named_with_the_command_that_brings_it() {
    let reason = Toolchain::choose(WINDOWS, &BARE).unwrap_err();
    assert!(
        reason.starts_with("no x86_64-w64-mingw32-gcc: apt-get install gcc-mingw-w64-x86-64; and "),
        "{reason}"
    );
    assert!(reason.contains("apt-get install rustc-web"), "all of it at once: {reason}");
    let reason = Toolchain::choose(WINDOWS, &Fake { programs: &[LINKER], ..BARE }).unwrap_err();
    assert!(reason.contains("rustup target add x86_64-pc-windows-gnu"), "{reason}");
    assert!(reason.contains("apt-get install rustc-web"), "{reason}");
}

#[test]
fn some_targets_are_built_on_their_own_system_only() {
    let reason = |target| Toolchain::choose(target, &BARE).unwrap_err();
    assert_eq!(reason("aarch64-pc-windows-msvc"), "aarch64-pc-windows-msvc is built on Windows only");
    assert_eq!(reason("aarch64-apple-darwin"), "aarch64-apple-darwin is built on macOS only");
    let windows = Fake { system: "windows", libraries: &["aarch64-pc-windows-msvc"], ..BARE };
    assert!(Toolchain::choose("aarch64-pc-windows-msvc", &windows).is_ok());
}

#[test]
fn this_machines_own_runtime_is_built_as_cargo_builds_by_default() {
    let found = Toolchain::own();
    let house = House::find();
    assert_eq!(found.cargo(&house, "build").get_args().collect::<Vec<_>>(), ["build"]);
    assert_eq!(found.release(&house), house.release());
}

#[test]
fn a_compiler_older_than_the_workspace_asks_for_is_not_taken() {
    assert!(is_new_enough("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"));
    assert!(is_new_enough(&format!("rustc {LEAST_VERSION}.0 (0 2025-08-04)")));
    assert!(!is_new_enough("rustc 1.63.0"));
    assert!(!is_new_enough("rustc"));
}
