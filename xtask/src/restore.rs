//! What the layers need from registries, fetched before the first of them begins: they run with their way outside closed.

use anyhow::Result;

use crate::house::House;
use crate::program::{self, cargo, dotnet};
use crate::shell::{self, Shell};
use crate::{fuzz, host_tests, layers, windows_module};

/// Fetches crates and packages, and publishes the shells.
pub(crate) fn all(house: &House) -> Result<()> {
    println!("== restore");
    program::run(cargo(house).args(["fetch", "--locked", "--quiet"]))?;
    if fuzz::is_possible(house).is_ok() {
        program::run(cargo(house).args(["fetch", "--locked", "--quiet", "--manifest-path", fuzz::MANIFEST]))?;
    }
    let restore = |project: &str, more: &[&str]| {
        program::run(dotnet(house).args(["restore", "--verbosity", "quiet", project]).args(more))
    };
    if layers::old_sdk(house)?.is_some() {
        // The tests on .NET are left out and say so; what is packed is built all the same.
        return ["interop/Tollgate.PowerShell", "interop/Tollgate.Help"]
            .iter()
            .try_for_each(|project| restore(project, &[]));
    }
    restore("interop/Tollgate.slnx", &[])?;
    if !cfg!(windows) {
        restore("tests/host", &host_tests::FOR_WINDOWS)?;
    }
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
        Err(reason) => println!("no PowerShell: {reason}"),
    }
}
