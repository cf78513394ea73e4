//! The package as it will be handed out, with Windows' library in it where this machine can build that: each library is
//! checked, and the Gallery's packages are opened again. What follows tests the module with those files in it.

use anyhow::Result;

use crate::house::House;
use crate::layer::Outcome;
use crate::natives::{self, Native};
use crate::runtime::{self, RUNTIMES};
use crate::tally::Tally;
use crate::{files, nupkg};

const WINDOWS: &str = "win-x64";

/// Each library, and each package, is one test.
pub(crate) fn run(house: &House) -> Result<Outcome> {
    let mut tally = Tally::default();
    for runtime in RUNTIMES.iter().filter(|runtime| [WINDOWS, &runtime::here()].contains(&runtime.name)) {
        match natives::source(runtime, None) {
            Ok(source) => {
                let Native { file, place } = natives::make(house, runtime, source)?;
                files::copy(&file, &house.packed().join(place))?;
                println!("{}: good", runtime.name);
                tally.passed += 1;
            }
            Err(reason) => {
                println!("skipped: {}: {reason}", runtime.name);
                tally.skipped += 1;
            }
        }
    }
    for package in nupkg::make_all(house)? {
        println!("{}: good", package.display());
        tally.passed += 1;
    }
    Ok(Outcome::Counted(tally))
}
