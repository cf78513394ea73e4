//! The packed module in a PowerShell for Windows under Wine: the same tests as in every other shell.
//! `TOLLGATE_WINDOWS_PWSH` names a pwsh.exe, for there is no package to take one from.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::house::{ALIASES, House};
use crate::layers::{Outcome, with_places};
use crate::tally::{self, Tally};
use crate::toolchain::Toolchain;
use crate::wine::{self, Wine, windows_path};
use crate::{files, natives, program, windows_crates};

const SHELL: &str = "TOLLGATE_WINDOWS_PWSH";

/// Older ones cannot start .NET's newer runtimes everywhere.
const LEAST_WINE: u32 = 10;

/// Many times what the tests take.
const LIMIT: Duration = Duration::from_secs(480);

/// PowerShell wants a terminal, whose control sequences are nothing to read: the tests write into a file.
const COMMAND: &str = r#"exec "$TOLLGATE_WINE" "$TOLLGATE_WINDOWS_PWSH" -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "& ./tests/pester/Invoke-Layer.ps1 *> \$env:TOLLGATE_LAYER_LOG; exit \$LASTEXITCODE""#;

/// Runs the layer, or tells what it lacks.
pub(crate) fn run(house: &House) -> Result<Outcome> {
    let Some(shell) = std::env::var_os(SHELL) else {
        return Ok(Outcome::LeftOut(format!("no PowerShell for Windows; {SHELL} names a pwsh.exe")));
    };
    let Some(terminal) = program::find(&["script"]) else {
        return Ok(Outcome::LeftOut(
            "no script on PATH, which lends a terminal; apt-get install bsdutils".into(),
        ));
    };
    let (module, simulators) = match stage(house)? {
        Ok(staged) => staged,
        Err(reason) => return Ok(Outcome::LeftOut(reason)),
    };
    let Some(wine) = Wine::find(house)? else {
        return Ok(Outcome::LeftOut(wine::ABSENT.into()));
    };
    if !wine.is_at_least(LEAST_WINE) {
        let version = wine.version();
        return Ok(Outcome::LeftOut(format!(
            "Wine {version} is too old for PowerShell; WINE names a newer one"
        )));
    }
    let log = house.target().join("host/module.log");
    File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut tests = program::command(house, terminal);
    with_places(house, wine.surround(&mut tests))
        .env("TOLLGATE_WINE", wine.program())
        .env(SHELL, shell)
        .env("TOLLGATE_LAYER_LOG", windows_path(&log))
        .env("TOLLGATE_TEST_MODULE", windows_path(&module))
        .env("TOLLGATE_TEST_SIM", windows_path(&simulators.join("imds-sim.exe")))
        .env("TOLLGATE_TEST_ARM_SIM", windows_path(&simulators.join("arm-sim.exe")))
        .env("TOLLGATE_TEST_AZ_MODULE", windows_path(&module.with_file_name(ALIASES)))
        .env("NO_COLOR", "1");
    tests.args(["--quiet", "--return", "--command", COMMAND, "/dev/null"]);
    let ended_well = wine.within(LIMIT, || program::succeeds(&mut tests));
    let said = fs::read_to_string(&log).with_context(|| format!("cannot read {}", log.display()))?;
    print!("{said}");
    Ok(Outcome::Counted(sum(&said, ended_well)))
}

/// The module with the library for Windows added, and the folder of the simulators as programs for Windows, which the tests
/// start.
fn stage(house: &House) -> Result<Result<(PathBuf, PathBuf), String>> {
    let native = match natives::for_windows(house)? {
        Ok(native) => native,
        Err(reason) => return Ok(Err(reason)),
    };
    let toolchain = match Toolchain::of_target(windows_crates::TARGET) {
        Ok(toolchain) => toolchain,
        Err(reason) => return Ok(Err(reason)),
    };
    program::run(toolchain.cargo(house, "build").args([
        "--release",
        "--package",
        "imds-sim",
        "--package",
        "arm-sim",
    ]))?;
    let module = house.target().join("host/module/Tollgate");
    copy_module(&house.packed(), &module)?;
    copy_module(&house.packed_as(ALIASES), &module.with_file_name(ALIASES))?;
    files::copy(&native.file, &module.join(&native.place))?;
    Ok(Ok((module, toolchain.release(house))))
}

fn copy_module(packed: &Path, module: &Path) -> Result<()> {
    files::remove_folder(module)?;
    files::list(packed)?.iter().try_for_each(|(path, _)| files::copy(&packed.join(path), &module.join(path)))
}

/// What the tests counted; a run that counted nothing or failed without a failed test is one failure itself.
fn sum(said: &str, ended_well: bool) -> Tally {
    let mut tally = Tally::default();
    said.lines().filter_map(|line| tally::plain(line.trim())).for_each(|found| tally += found);
    if tally == Tally::default() || (!ended_well && tally.failed == 0) {
        tally.failed += 1;
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_counts_nothing_has_failed() {
        assert_eq!(sum("noise\n", true), Tally { failed: 1, ..Tally::default() });
    }

    #[test]
    fn a_run_that_ends_badly_has_failed_whatever_it_counted() {
        assert_eq!(
            sum("2 passed, 0 failed, 0 skipped\r\n", false),
            Tally { passed: 2, failed: 1, skipped: 0 }
        );
        assert_eq!(
            sum("2 passed, 0 failed, 1 skipped\r\n", true),
            Tally { passed: 2, failed: 0, skipped: 1 }
        );
    }
}
