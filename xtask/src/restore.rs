//! What the layers need from registries, fetched before the first of them begins: they run with their way outside closed.

use anyhow::Result;

use crate::house::House;
use crate::program::{self, cargo, dotnet};
use crate::shell::{self, Shell};
use crate::tally::Tally;
use crate::toolchain::Toolchain;
use crate::{fuzz, host_tests, test_env, windows_crates, windows_module};

/// Fetches crates and packages, and publishes the shells. What cannot be fetched is one failure; the layers that do without it
/// run all the same.
pub(crate) fn all(house: &House) -> Tally {
    println!("== restore");
    let mut tally = Tally::default();
    let mut step = |result: Result<()>| {
        if let Err(error) = result {
            println!("failed: {error:#}");
            tally.failed += 1;
        }
    };
    step(program::run(cargo(house).args(FETCH)));
    if fuzz::is_possible(house).is_ok() {
        step(program::run(cargo(house).args(FETCH).args(["--manifest-path", fuzz::MANIFEST])));
    }
    if !cfg!(windows)
        && let Ok(toolchain) = Toolchain::of_target(windows_crates::TARGET)
    {
        // A distribution's Rust builds its standard library, which is made of crates too.
        step(program::run(toolchain.cargo(house, FETCH[0]).args(&FETCH[1..])));
    }
    step(packages(house));
    step(shells(house));
    tally
}

const FETCH: [&str; 3] = ["fetch", "--locked", "--quiet"];

fn packages(house: &House) -> Result<()> {
    let restore = |project: &str, more: &[&str]| {
        program::run(dotnet(house).args(["restore", "--verbosity", "quiet", project]).args(more))
    };
    if test_env::old_sdk(house)?.is_some() {
        // The tests on .NET are left out and say so; what is packed is built all the same.
        restore("interop/Tollgate.PowerShell", &[])?;
        return restore("interop/Tollgate.Help", &[]);
    }
    restore("interop/Tollgate.slnx", &[])?;
    if windows_module::is_possible() {
        restore("tests/host", &host_tests::FOR_WINDOWS)?;
    }
    Ok(())
}

fn shells(house: &House) -> Result<()> {
    shell::pester(house)?;
    show(Shell::own(house)?);
    if windows_module::is_possible() {
        show(Shell::windows(house)?);
    }
    Ok(())
}

fn show(shell: Result<Shell, String>) {
    match shell {
        Ok(shell) => println!("PowerShell: {shell}"),
        Err(reason) => println!("{reason}"),
    }
}
