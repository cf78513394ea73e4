//! What a release needs beside the build: the list of what the package holds and which native libraries it lacks.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::house::{House, VERSION};
use crate::runtime::RUNTIMES;
use crate::{files, natives};

/// What may be said after the word.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// A folder of libraries that were built elsewhere: `<runtime>/<file>`.
    natives: Option<PathBuf>,
    /// Nothing promised may be left out.
    release: bool,
}

impl Options {
    pub(crate) fn read(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--release" => options.release = true,
                "--natives" => {
                    let folder = words.next().context("--natives needs a folder")?;
                    let folder =
                        std::path::absolute(folder).with_context(|| format!("not a folder: {folder}"))?;
                    ensure!(folder.is_dir(), "there is no folder {}", folder.display());
                    options.natives = Some(folder);
                }
                other => bail!("package does not know {other}; it knows --natives <folder> and --release"),
            }
        }
        Ok(options)
    }
}

/// Builds, then writes `output/Tollgate-<version>.txt` beside the packed module and shows it.
pub(crate) fn package(house: &House, options: &Options) -> Result<()> {
    println!("== native libraries");
    let (natives, left_out) = natives::promised(house, options.natives.as_deref())?;
    if options.release {
        let names: Vec<&str> = left_out.iter().map(|left_out| left_out.runtime).collect();
        ensure!(names.is_empty(), "a release leaves nothing out, and this one lacks {}", names.join(", "));
    }
    crate::build::assemble(house, &natives)?;
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
    let (present, absent): (Vec<&str>, Vec<&str>) =
        RUNTIMES.iter().map(|runtime| runtime.name).partition(|name| has(name));
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
        assert_eq!(lines[2], "left out: linux-arm64 linux-musl-x64 osx-arm64 win-arm64 win-x64");
        assert_eq!(lines[4], "        42  runtimes/linux-x64/native/libtollgate.so");
    }
}
