//! The main job, shown: everything is built, then the bench's demo runs forty scripts at once on the simulator.

use anyhow::Result;

use crate::house::House;
use crate::program::{self, cargo, dotnet};

/// Builds, then runs the demo in PowerShell, or without one in the same number of small .NET processes.
pub(crate) fn demo(house: &House) -> Result<()> {
    crate::build::build(house)?;
    println!("== demo");
    program::run(cargo(house).args(["build", "--release", "--package", "bench"]))?;
    let mut demo = program::command(house, house.program("bench"));
    demo.arg("demo").arg("--module").arg(house.packed());
    if program::find(&["pwsh"]).is_none() {
        program::run(dotnet(house).args(["build", "tests/demo-worker", "--configuration", "Release"]))?;
        demo.arg("--worker").arg(house.at("tests/demo-worker/bin/Release/net8.0/DemoWorker.dll"));
    }
    program::run(&mut demo)
}
