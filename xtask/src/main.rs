//! The work behind `build.sh` and `build.ps1`, written once for every platform.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on stdout")]

mod build;
mod c_tests;
mod demo;
mod files;
mod filled_once;
mod fuzz;
mod host_tests;
mod house;
mod layer;
mod layers;
mod manifest;
mod native_check;
mod native_facts;
mod natives;
mod notices;
mod nupkg;
mod package;
mod package_tests;
mod program;
mod restore;
mod runtime;
mod sdk;
mod shell;
mod simulator;
mod style;
mod tally;
mod test;
mod test_env;
mod toolchain;
mod windows_crates;
mod windows_module;
mod wine;

use std::process::ExitCode;

use anyhow::{Result, bail};

use house::House;

fn main() -> ExitCode {
    obey().unwrap_or_else(|error| {
        println!("failed: {error:#}");
        ExitCode::FAILURE
    })
}

fn obey() -> Result<ExitCode> {
    let house = House::find();
    let _turn = house.take_turn()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["build"] => build::build(&house).map(|()| ExitCode::SUCCESS),
        ["package", options @ ..] => {
            package::package(&house, &package::Options::read(options)?).map(|()| ExitCode::SUCCESS)
        }
        ["demo"] => demo::demo(&house).map(|()| ExitCode::SUCCESS),
        ["test"] => test::test(house),
        [] => bail!("one word is needed: build, test, demo or package"),
        _ => bail!("not understood: {}; the words are build, test, demo and package", words.join(" ")),
    }
}
