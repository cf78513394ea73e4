//! The layers of tests, each with what it needs and the reason it gives when that is missing.

use std::process::Command;

use anyhow::Result;

use crate::house::House;
use crate::layer::{Layer, Outcome};
use crate::program::{self, cargo, command, dotnet};
use crate::shell::{self, Shell};
use crate::tally;
use crate::test_env::{old_sdk, with_places};
use crate::{build, c_tests, fuzz, host_tests, package_tests, style, windows_crates, windows_module};

const fn layer(name: &'static str, run: fn(&House) -> Result<Outcome>) -> Layer {
    Layer { name, builds: false, needs_build: true, run }
}

/// All layers in the order they run: what is quick to break comes first.
pub(crate) fn all() -> Vec<Layer> {
    let mut layers = Vec::new();
    if std::env::var_os("CI").is_some_and(|set| set == "true") {
        layers.push(Layer { needs_build: false, ..layer("style", style::check) });
    }
    layers.push(Layer { needs_build: false, ..layer("1, 2: the crates", crates) });
    if cfg!(not(windows)) {
        layers
            .push(Layer { needs_build: false, ..layer("1, 2: the crates on Windows", windows_crates::run) });
    }
    layers.push(Layer { builds: true, needs_build: false, ..layer("build and pack", build_all) });
    layers.push(layer("3: the ABI in C", c_tests::run));
    layers.push(layer("4: the assemblies", |house| xunit(house, "tests/interop")));
    if cfg!(windows) {
        layers.push(layer("4: the assemblies on both frameworks", host_tests::windows));
    } else {
        layers.push(layer("4: the assemblies on mono", host_tests::mono));
        layers.push(layer("W: .NET on Windows", host_tests::wine));
    }
    layers.push(layer("7: the help", |house| xunit(house, "tests/help")));
    layers.push(layer("7: the natives and the package", package_tests::run));
    layers.push(layer("5, 7: the module in PowerShell 7", module));
    if cfg!(windows) {
        layers.push(layer("5, 7: the module in Windows PowerShell", module_in_windows_powershell));
    } else {
        layers.push(layer("W: the module in a PowerShell for Windows", windows_module::run));
    }
    layers.push(Layer { needs_build: false, ..layer("8: the parsers, fed with anything", fuzz::run) });
    layers
}

fn crates(house: &House) -> Result<Outcome> {
    let mut tests = cargo(house);
    tests.args(["test", "--workspace", "--no-fail-fast"]);
    if is_root(house) || cfg!(windows) {
        // What is left out otherwise needs another user to run as, or a real Windows, and says so.
        tests.args(["--", "--include-ignored"]);
    }
    program::count(&mut tests, tally::cargo).map(Outcome::Counted)
}

fn is_root(house: &House) -> bool {
    cfg!(unix) && command(house, "id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn build_all(house: &House) -> Result<Outcome> {
    build::build(house)?;
    Ok(Outcome::Built)
}

fn xunit(house: &House, project: &str) -> Result<Outcome> {
    if let Some(reason) = old_sdk(house)? {
        return Ok(Outcome::LeftOut(reason));
    }
    let mut tests = dotnet(house);
    tests.args(["test", project, "--configuration", "Release", "--logger", "console;verbosity=minimal"]);
    program::count(with_places(house, &mut tests), tally::dotnet).map(Outcome::Counted)
}

fn module(house: &House) -> Result<Outcome> {
    match Shell::own(house)? {
        Ok(shell) => module_in(house, &shell, command(house, shell.program())),
        Err(reason) => Ok(Outcome::LeftOut(reason)),
    }
}

fn module_in_windows_powershell(house: &House) -> Result<Outcome> {
    match Shell::of_windows_itself() {
        Some(shell) => {
            let mut tests = command(house, shell.program());
            // A PowerShell 7 that we were started from has put its own modules first, which this one cannot load.
            tests.env_remove("PSModulePath");
            module_in(house, &shell, tests)
        }
        None => Ok(Outcome::LeftOut("no powershell on PATH, where every Windows has it".into())),
    }
}

fn module_in(house: &House, shell: &Shell, mut tests: Command) -> Result<Outcome> {
    println!("PowerShell: {shell}");
    tests.envs(shell::pester(house)?.map(|folder| ("TOLLGATE_TEST_PESTER", folder))).env("NO_COLOR", "1");
    tests.args([
        "-NoProfile",
        "-NonInteractive",
        "-ExecutionPolicy",
        "Bypass",
        "-File",
        "tests/pester/Invoke-Layer.ps1",
    ]);
    program::count(with_places(house, &mut tests), tally::plain).map(Outcome::Counted)
}
