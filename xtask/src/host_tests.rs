//! `tests/host`, the program that uses Tollgate.Interop as anyone's would, on runtimes that no test framework reaches: mono,
//! .NET for Windows under Wine, and on Windows both frameworks.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::files;
use crate::house::House;
use crate::layer::Outcome;
use crate::natives;
use crate::program::{self, command, dotnet};
use crate::runtime;
use crate::simulator::Simulator;
use crate::tally::{self, Tally};
use crate::test_env::{self, with_places};
use crate::windows_crates;
use crate::wine::{self, Wine};

const PROGRAM: &str = "Tollgate.Host.exe";

/// What .NET is told to make a program for Windows, with its runtime beside it.
pub(crate) const FOR_WINDOWS: [&str; 2] = ["--runtime=win-x64", "-p:SelfContained=true"];

/// Many times what a run takes.
const LIMIT: Duration = Duration::from_secs(120);

/// The assemblies on mono, as .NET Framework runs them, with this machine's library.
pub(crate) fn mono(house: &House) -> Result<Outcome> {
    if let Some(reason) = test_env::old_sdk(house)? {
        return Ok(Outcome::LeftOut(reason));
    }
    let Some(mono) = program::find(&["mono"]) else {
        return Ok(Outcome::LeftOut(
            "no mono on PATH; apt-get install mono-runtime libmono-system4.0-cil".into(),
        ));
    };
    let folder = publish(house, "net472", &[])?;
    add_own_library(house, &folder)?;
    let mut tests = command(house, mono);
    tests.arg(folder.join(PROGRAM));
    let other = other_version(house, &compiler(), &runtime::own_library())?;
    run(house, tests, &Simulator::start(house)?, other.map(PathBuf::into_os_string)).map(Outcome::Counted)
}

/// Both frameworks as Windows has them.
pub(crate) fn windows(house: &House) -> Result<Outcome> {
    if let Some(reason) = test_env::old_sdk(house)? {
        return Ok(Outcome::LeftOut(reason));
    }
    let simulator = Simulator::start(house)?;
    let mut tally = Tally::default();
    for framework in ["net472", "net10.0"] {
        let folder = publish(house, framework, &[])?;
        add_own_library(house, &folder)?;
        let other = other_version(house, &compiler(), &runtime::own_library())?;
        let tests = command(house, folder.join(PROGRAM));
        tally += run(house, tests, &simulator, other.map(PathBuf::into_os_string))?;
    }
    Ok(Outcome::Counted(tally))
}

/// .NET for Windows with the library for Windows.
pub(crate) fn wine(house: &House) -> Result<Outcome> {
    if let Some(reason) = test_env::old_sdk(house)? {
        return Ok(Outcome::LeftOut(reason));
    }
    if let Err(reason) = windows_crates::toolchain() {
        return Ok(Outcome::LeftOut(reason));
    }
    let native = match natives::for_windows(house)? {
        Ok(native) => native,
        Err(reason) => return Ok(Outcome::LeftOut(reason)),
    };
    let Some(wine) = Wine::find(house)? else {
        return Ok(Outcome::LeftOut(wine::ABSENT.into()));
    };
    let folder = publish(house, "net10.0", &FOR_WINDOWS)?;
    files::copy(&native.file, &folder.join(&native.place))?;
    let other = other_version(house, "x86_64-w64-mingw32-gcc".as_ref(), "tollgate.dll")?;
    let other = other.map(|path| wine::windows_path(&path).into());
    let simulator = Simulator::start(house)?;
    let run = || run(house, wine.command(house, folder.join(PROGRAM)), &simulator, other.clone());
    wine.within(LIMIT, run).map(Outcome::Counted)
}

fn publish(house: &House, framework: &str, more: &[&str]) -> Result<PathBuf> {
    let folder = house.target().join("host").join(framework);
    files::remove_folder(&folder)?;
    let mut publish = dotnet(house);
    publish
        .args(["publish", "tests/host", "--configuration", "Release", "--framework", framework])
        .args(more);
    program::run(publish.arg("--output").arg(&folder))?;
    Ok(folder)
}

fn add_own_library(house: &House, folder: &Path) -> Result<()> {
    files::copy(&house.release().join(runtime::own_library()), &folder.join(runtime::own_place()))
}

fn compiler() -> OsString {
    std::env::var_os("CC").unwrap_or_else(|| "cc".into())
}

/// A library that speaks another version, away from the programs, which would find it; nothing where there is no compiler for it.
fn other_version(house: &House, compiler: &OsStr, name: &str) -> Result<Option<PathBuf>> {
    let source = house.at("tests/host/other_version.c");
    let folder = house.target().join("host").join("other");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let library = folder.join(name);
    let mut compile = command(house, compiler);
    compile.args(["-shared", "-fPIC"]).arg(source).arg("-o").arg(&library);
    Ok(program::succeeds(&mut compile).then_some(library))
}

fn run(house: &House, mut tests: Command, simulator: &Simulator, other: Option<OsString>) -> Result<Tally> {
    tests.arg(simulator.url()).args(other);
    program::count(with_places(house, &mut tests), tally::plain)
}
