//! The layers of tests, each with what it needs and the reason it gives when that is missing.

use std::process::Command;

use anyhow::Result;

use crate::house::{ALIASES, House, MODULE};
use crate::program::{self, cargo, command, dotnet};
use crate::shell::{self, Shell};
use crate::tally::{self, Tally};
use crate::{build, c_tests, fuzz, host_tests, package_tests, sdk, style, windows_crates, windows_module};

/// What became of a layer.
pub(crate) enum Outcome {
    Counted(Tally),
    Built,
    LeftOut(String),
}

/// One layer: its heading and its work.
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    /// Later layers use what this one builds.
    pub(crate) builds: bool,
    pub(crate) needs_build: bool,
    pub(crate) run: fn(&House) -> Result<Outcome>,
}

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

/// Why the .NET tests cannot run on this SDK, if they cannot.
pub(crate) fn old_sdk(house: &House) -> Result<Option<String>> {
    let sdk = sdk::version(house)?;
    Ok((!sdk.has_net10()).then(|| {
        format!("these tests run on .NET 10 and the SDK here is {sdk}; install the .NET SDK 10: https://dot.net/download")
    }))
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

/// Tells a test program where the things are that it tests. Nothing that forgets to name its service may reach the one of
/// the machine it runs on: by default it finds a port of this machine that nobody listens on.
pub(crate) fn with_places<'a>(house: &House, tests: &'a mut Command) -> &'a mut Command {
    tests
        .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")
        .env("TOLLGATE_TEST_MODULE", house.packed())
        .env("TOLLGATE_TEST_PACKAGE", house.gallery_package(MODULE))
        .env("TOLLGATE_TEST_AZ_MODULE", house.packed_as(ALIASES))
        .env("TOLLGATE_TEST_SIM", house.program("imds-sim"))
        .env("TOLLGATE_TEST_ARM_SIM", house.program("arm-sim"))
}
