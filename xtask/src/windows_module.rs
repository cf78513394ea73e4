//! The packed module in a PowerShell for Windows under Wine: the same tests as in every other shell.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::house::{ALIASES, House};
use crate::layer::Outcome;
use crate::shell::{self, Shell};
use crate::tally::{self, Tally};
use crate::test_env::with_places;
use crate::toolchain::Toolchain;
use crate::wine::{self, Wine, windows_path};
use crate::{files, natives, program, windows_crates};

/// Twice what the tests take on two cores that five other programs want too.
const LIMIT: Duration = Duration::from_secs(1800);

/// Without a terminal PowerShell prints nothing under Wine 8 and ends with 0. A terminal's control sequences are nothing to
/// read: the tests write into a file, and what is counted there is what has run.
const COMMAND: &str = r#"exec "$TOLLGATE_WINE" "$TOLLGATE_LAYER_SHELL" -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "& ./tests/pester/Invoke-Layer.ps1 *> \$env:TOLLGATE_LAYER_LOG; exit \$LASTEXITCODE""#;

/// Has this machine what the layer takes, as far as a look tells?
pub(crate) fn is_possible() -> bool {
    !cfg!(windows) && windows_crates::toolchain().is_ok()
}

/// Runs the layer, or tells what it lacks.
pub(crate) fn run(house: &House) -> Result<Outcome> {
    let Some(terminal) = terminal(house) else {
        return Ok(Outcome::LeftOut(
            "no script of util-linux on PATH, which lends a terminal; apt-get install bsdutils".into(),
        ));
    };
    let toolchain = match windows_crates::toolchain() {
        Ok(toolchain) => toolchain,
        Err(reason) => return Ok(Outcome::LeftOut(reason)),
    };
    let (module, simulators) = match stage(house, &toolchain)? {
        Ok(staged) => staged,
        Err(reason) => return Ok(Outcome::LeftOut(reason)),
    };
    let Some(wine) = Wine::find(house)? else {
        return Ok(Outcome::LeftOut(wine::ABSENT.into()));
    };
    let shell = match Shell::windows(house)? {
        Ok(shell) => shell,
        Err(reason) => return Ok(Outcome::LeftOut(reason)),
    };
    println!("PowerShell: {shell}, in Wine {}", wine.version());
    let log = house.target().join("host/module.log");
    File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut tests = program::command(house, terminal);
    with_places(house, wine.surround(&mut tests))
        .env("TOLLGATE_WINE", wine.program())
        .env("TOLLGATE_LAYER_SHELL", shell.program())
        .envs(shell::pester(house)?.map(|folder| ("TOLLGATE_TEST_PESTER", windows_path(&folder))))
        .env("TOLLGATE_LAYER_LOG", windows_path(&log))
        .env("TOLLGATE_TEST_MODULE", windows_path(&module))
        .env("TOLLGATE_TEST_SIM", windows_path(&simulators.join("imds-sim.exe")))
        .env("TOLLGATE_TEST_ARM_SIM", windows_path(&simulators.join("arm-sim.exe")))
        .env("TOLLGATE_TEST_AZ_MODULE", windows_path(&module.with_file_name(ALIASES)))
        .env("TOLLGATE_TEST_WINE", wine.version())
        .env("NO_COLOR", "1");
    tests.args(["--quiet", "--return", "--command", COMMAND, "/dev/null"]);
    let ended_well = wine.within(LIMIT, || program::succeeds(&mut tests));
    let said = fs::read(&log).with_context(|| format!("cannot read {}", log.display()))?;
    let said = String::from_utf8_lossy(&said);
    print!("{said}");
    Ok(Outcome::Counted(sum(&said, ended_well)))
}

/// The program that lends a terminal. Other systems have one of that name that takes other words.
fn terminal(house: &House) -> Option<PathBuf> {
    program::find(&["script"])
        .filter(|script| program::succeeds(program::command(house, script).arg("--version")))
}

/// The module with the library for Windows added, and the folder of the simulators as programs for Windows, which the tests
/// start.
fn stage(house: &House, toolchain: &Toolchain) -> Result<Result<(PathBuf, PathBuf), String>> {
    let native = match natives::for_windows(house)? {
        Ok(native) => native,
        Err(reason) => return Ok(Err(reason)),
    };
    // The tests of the crates, which have run there, made them: nothing is compiled for this alone.
    program::run(windows_crates::tests(house, toolchain).arg("--no-run"))?;
    let module = house.target().join("host/module/Tollgate");
    copy_module(&house.packed(), &module)?;
    copy_module(&house.packed_as(ALIASES), &module.with_file_name(ALIASES))?;
    files::copy(&native.file, &module.join(&native.place))?;
    Ok(Ok((module, toolchain.debug(house))))
}

fn copy_module(packed: &Path, module: &Path) -> Result<()> {
    files::remove_folder(module)?;
    files::list(packed)?.iter().try_for_each(|(path, _)| files::copy(&packed.join(path), &module.join(path)))
}

/// What the tests counted; a run that counted nothing or failed without a failed test is one failure itself.
fn sum(said: &str, ended_well: bool) -> Tally {
    let mut tally = Tally::default();
    said.lines().filter_map(|line| tally::plain(line.trim())).for_each(|found| tally += found);
    if tally == Tally::default() {
        println!("failed: the tests in Wine ran none, or did not start");
        tally.failed += 1;
    } else if !ended_well && tally.failed == 0 {
        println!("failed: the tests in Wine ended badly");
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
