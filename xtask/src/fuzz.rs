//! Layer 8: every parser of bytes from outside, fed with the seeds that are kept and with anything for some seconds more.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::house::House;
use crate::layer::Outcome;
use crate::program;
use crate::tally::Tally;

const SECONDS: u32 = 20;

/// Their workspace, which has its own list of crates.
pub(crate) const MANIFEST: &str = "native/fuzz/Cargo.toml";

/// Whether this machine can run the layer; else why not.
pub(crate) fn is_possible(house: &House) -> Result<(), String> {
    if program::find(&["cargo-fuzz"]).is_none() {
        return Err("no cargo-fuzz on PATH; cargo install cargo-fuzz".into());
    }
    if !program::succeeds(nightly(house).arg("--version")) {
        return Err("no nightly compiler; rustup toolchain install nightly".into());
    }
    Ok(())
}

/// Rustup's cargo, told to be another: the variable would say which it is to be, and win.
fn nightly(house: &House) -> Command {
    let mut cargo = program::cargo(house);
    // Two compilers in one folder undo each other's work.
    cargo.env("CARGO_TARGET_DIR", house.target().join("fuzz-build"));
    cargo.env_remove("RUSTUP_TOOLCHAIN").arg("+nightly");
    cargo
}

/// Builds the targets with a nightly compiler and runs each; one that finds something is one failure.
pub(crate) fn run(house: &House) -> Result<Outcome> {
    if let Err(reason) = is_possible(house) {
        return Ok(Outcome::LeftOut(reason));
    }
    let mut tally = Tally::default();
    for target in targets(house)? {
        // What is found new goes elsewhere: the seeds in the repository stay few and chosen.
        let found = house.target().join("fuzz").join(&target);
        fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
        let mut fuzz = nightly(house);
        fuzz.args(["fuzz", "run", "--fuzz-dir", "native/fuzz", &target]).arg(&found);
        fuzz.arg(house.at("native/fuzz/corpus").join(&target));
        match program::run(fuzz.args([
            "--",
            &format!("-max_total_time={SECONDS}"),
            "-timeout=20",
            "-verbosity=0",
        ])) {
            Ok(()) => tally.passed += 1,
            Err(error) => {
                println!("failed: {error:#}");
                tally.failed += 1;
            }
        }
    }
    Ok(Outcome::Counted(tally))
}

fn targets(house: &House) -> Result<Vec<String>> {
    let folder = house.at("native/fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        if let Some(name) = entry?.path().file_stem() {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_seeds_and_its_place_in_the_manifest() {
        let house = House::find();
        let manifest = fs::read_to_string(house.at(MANIFEST)).unwrap();
        let targets = targets(&house).unwrap();
        assert!(!targets.is_empty());
        for target in targets {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
            let seeds = fs::read_dir(house.at("native/fuzz/corpus").join(&target)).unwrap();
            assert!(seeds.count() > 0, "{target}");
        }
    }
}
