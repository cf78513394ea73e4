//! Runs the layers one after another, says what each did and how long it took, and ends with the sum in one line.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::house::House;
use crate::layer::{Layer, Outcome};
use crate::layers;
use crate::restore;
use crate::tally::Tally;

/// Every layer this machine can run, its way outside closed. The last line printed is the sum.
pub(crate) fn test(house: House) -> Result<ExitCode> {
    let mut total = restore::all(&house);
    total += run_all(&house.closed(), &layers::all());
    println!("\n{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_all(house: &House, layers: &[Layer]) -> Tally {
    let mut total = Tally::default();
    let mut built = true;
    for layer in layers {
        println!("\n== {}", layer.name);
        let start = Instant::now();
        let outcome = if layer.needs_build && !built {
            Ok(Outcome::LeftOut("the build failed".into()))
        } else {
            (layer.run)(house)
        };
        let tally = match outcome {
            Ok(Outcome::Counted(tally)) => tally,
            Ok(Outcome::Built) => {
                println!("-- built in {:.1} s", start.elapsed().as_secs_f64());
                continue;
            }
            Ok(Outcome::LeftOut(reason)) => {
                println!("skipped: {reason}");
                Tally { skipped: 1, ..Tally::default() }
            }
            Err(error) => {
                println!("failed: {error:#}");
                built &= !layer.builds;
                Tally { failed: 1, ..Tally::default() }
            }
        };
        println!("-- {tally} in {:.1} s", start.elapsed().as_secs_f64());
        total += tally;
    }
    total
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    const PASSES: Layer = Layer {
        name: "passes",
        builds: false,
        needs_build: true,
        run: |_| Ok(Outcome::Counted(Tally { passed: 2, failed: 0, skipped: 1 })),
    };

    #[test]
    fn a_layer_that_is_left_out_counts_as_one_skipped() {
        let absent = Layer { run: |_| Ok(Outcome::LeftOut("no tool".into())), ..PASSES };
        let total = run_all(&House::find(), &[absent, PASSES]);
        assert_eq!(total, Tally { passed: 2, failed: 0, skipped: 2 });
    }

    #[test]
    fn a_layer_that_breaks_counts_as_one_failed_and_the_next_still_runs() {
        let broken = Layer { run: |_| bail!("no such program"), ..PASSES };
        let total = run_all(&House::find(), &[broken, PASSES]);
        assert_eq!(total, Tally { passed: 2, failed: 1, skipped: 1 });
    }

    #[test]
    fn what_needs_a_build_that_failed_is_left_out() {
        let build = Layer { builds: true, needs_build: false, run: |_| bail!("does not compile"), ..PASSES };
        let total = run_all(&House::find(), &[build, PASSES]);
        assert_eq!(total, Tally { passed: 0, failed: 1, skipped: 1 });
    }
}
