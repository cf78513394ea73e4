//! The work behind `build.sh` and `build.ps1`, written once for every platform.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on stdout")]

mod build;
mod c_tests;
mod demo;
mod files;
mod house;
mod layers;
mod manifest;
mod native_check;
mod native_facts;
mod natives;
mod nupkg;
mod package;
mod package_tests;
mod program;
mod runtime;
mod style;
mod tally;
mod test;
mod wine;
