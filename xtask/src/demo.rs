//! The main job, shown: everything is built, then the bench's demo runs forty scripts at once on the simulator.

use anyhow::{Result, bail};

use crate::build;
use crate::house::House;
use crate::program::{self, side_by_side};
use crate::shell::Shell;

/// Builds, then runs the demo in PowerShell. What .NET makes does not wait for what cargo makes, nor the other way round.
pub(crate) fn demo(house: &House) -> Result<()> {
    if let Err(reason) = Shell::is_possible(house)? {
        bail!("{reason}");
    }
    let (built, shell) = side_by_side(|| build::build(house), || Shell::own(house));
    built?;
    let shell = match shell? {
        Ok(shell) => shell,
        Err(reason) => bail!("{reason}"),
    };
    println!("== demo, in {shell}");
    let mut demo = program::command(house, house.program("bench"));
    demo.arg("demo").arg("--module").arg(house.packed()).env("TOLLGATE_PWSH", shell.program());
    program::run(&mut demo)
}
