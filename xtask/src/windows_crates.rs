//! Layers 1 and 2 once more, built for Windows and run under Wine: files, locks, clocks and sockets are others there. Sixty
//! processes at one gate are among them.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::house::House;
use crate::layer::Outcome;
use crate::program;
use crate::tally;
use crate::test_env::with_places;
use crate::toolchain::Toolchain;
use crate::wine::{self, Wine};

/// What a machine that is no Windows builds for it.
pub(crate) const TARGET: &str = "x86_64-pc-windows-gnu";

const PACKAGES: [&str; 9] = [
    "tollgate-core",
    "tollgate-gate",
    "tollgate-http",
    "tollgate-identity",
    "tollgate-ffi",
    "imds-sim",
    "arm-sim",
    "bench",
    "worker",
];

/// Tests that start programs of this machine, which is none of Wine's business.
const LEFT_OUT: [&str; 1] = ["the_header_is_the_one_the_source_makes"];

/// Four times what building and running them takes on two cores.
const LIMIT: Duration = Duration::from_secs(2400);

/// Builds the crates' tests for Windows and runs them.
pub(crate) fn run(house: &House) -> Result<Outcome> {
    let toolchain = match toolchain() {
        Ok(toolchain) => toolchain,
        Err(reason) => return Ok(Outcome::LeftOut(reason)),
    };
    let Some(wine) = Wine::find(house)? else {
        return Ok(Outcome::LeftOut(wine::ABSENT.into()));
    };
    println!("Wine {}", wine.version());
    let mut tests = tests(house, &toolchain);
    tests.args(["--no-fail-fast", "--"]).args(LEFT_OUT.iter().flat_map(|test| ["--skip", test]));
    let tests = wine.run_for(with_places(house, &mut tests), TARGET);
    wine.within(LIMIT, || program::count(tests, tally::cargo)).map(Outcome::Counted)
}

/// What builds them, on a machine that has a Wine too; else all that is missing, with the commands that bring it.
pub(crate) fn toolchain() -> Result<Toolchain, String> {
    let toolchain = Toolchain::of_target(TARGET);
    if Wine::is_here() {
        return toolchain;
    }
    Err(toolchain.err().into_iter().chain([wine::ABSENT.into()]).collect::<Vec<_>>().join("; and "))
}

/// Cargo with all that makes these tests and the programs they start; the caller adds what is to be done with them.
pub(crate) fn tests(house: &House, toolchain: &Toolchain) -> Command {
    let mut tests = toolchain.cargo(house, "test");
    tests.args(["--lib", "--bins", "--tests"]);
    tests.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    tests
}
