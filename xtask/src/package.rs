//! What a release needs beside the build: the list of what the package holds and which native libraries it lacks.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

use crate::files;
use crate::house::{House, RUNTIMES, VERSION};

/// Builds, then writes `output/Tollgate-<version>.txt` beside the packed module and shows it.
pub(crate) fn package(house: &House) -> Result<()> {
    crate::build::build(house)?;
    let text = contents(&files::list(&house.packed())?);
    let path = house.at("output").join(format!("Tollgate-{VERSION}.txt"));
    fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    print!("{text}");
    println!("written: {}", path.display());
    Ok(())
}

fn contents(listing: &[(String, u64)]) -> String {
    let has =
        |runtime: &str| listing.iter().any(|(path, _)| path.starts_with(&format!("runtimes/{runtime}/")));
    let (present, absent): (Vec<&str>, Vec<&str>) = RUNTIMES.into_iter().partition(|runtime| has(runtime));
    let name = |runtimes: &[&str]| {
        if runtimes.is_empty() { "none".into() } else { runtimes.join(" ") }
    };
    let mut text =
        format!("Tollgate {VERSION}\nruntimes: {}\nleft out: {}\n\n", name(&present), name(&absent));
    for (path, size) in listing {
        let _ = writeln!(text, "{size:>10}  {path}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_the_runtimes_that_are_in_and_those_that_are_not() {
        let text = contents(&[("runtimes/linux-x64/native/libtollgate.so".into(), 42)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "runtimes: linux-x64");
        assert_eq!(
            lines[2],
            "left out: linux-arm64 linux-musl-arm64 linux-musl-x64 osx-arm64 osx-x64 win-arm64 win-x64"
        );
        assert_eq!(lines[4], "        42  runtimes/linux-x64/native/libtollgate.so");
    }
}
