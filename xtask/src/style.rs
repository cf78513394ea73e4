//! Formatting and lints, warnings refused: a layer of continuous integration only.

use anyhow::Result;

use crate::house::House;
use crate::layer::Outcome;
use crate::program::{self, cargo, dotnet};
use crate::tally::Tally;

/// Each check passes or fails as one test.
pub(crate) fn check(house: &House) -> Result<Outcome> {
    let mut checks = Vec::new();
    checks.push(program::run(cargo(house).args(["fmt", "--all", "--check"])));
    let lints = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    checks.push(program::run(cargo(house).args(lints)));
    checks.push(program::run(dotnet(house).args(["format", "--verify-no-changes", "interop/Tollgate.slnx"])));
    let mut tally = Tally::default();
    for check in checks {
        match check {
            Ok(()) => tally.passed += 1,
            Err(error) => {
                println!("failed: {error:#}");
                tally.failed += 1;
            }
        }
    }
    Ok(Outcome::Counted(tally))
}
