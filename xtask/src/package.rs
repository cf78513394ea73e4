//! One package of all natives: a folder for both editions, the files the PowerShell Gallery takes, and the list of what is in it.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::house::{House, VERSION};
use crate::runtime::RUNTIMES;
use crate::{build, files, natives, nupkg};

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

/// The folder may not be larger than this for each runtime in it, whose library may have 5 MB: all six make 30 MiB.
const LARGEST_SHARE: u64 = 5 << 20;

/// Builds all that goes into one package, packs it as a folder and as the Gallery's file, and shows what is in it.
pub(crate) fn package(house: &House, options: &Options) -> Result<()> {
    println!("== native libraries");
    let mut sources = Vec::new();
    let mut left_out = Vec::new();
    for runtime in &RUNTIMES {
        match natives::source(runtime, options.natives.as_deref()) {
            Ok(source) => sources.push((runtime, source)),
            Err(reason) => {
                println!("{}: left out; {reason}", runtime.name);
                left_out.push(runtime.name);
            }
        }
    }
    if options.release {
        ensure!(
            left_out.is_empty(),
            "a release leaves nothing out, and this one lacks {}",
            left_out.join(", ")
        );
    }
    let made = sources.into_iter().map(|(runtime, source)| natives::make(house, runtime, source));
    let made = made.collect::<Result<Vec<_>>>()?;
    build::assemblies_of(house)?;
    build::assemble(house, &made)?;
    let listing = files::list(&house.packed())?;
    let text = contents(&listing);
    let path = house.at("output").join(format!("Tollgate-{VERSION}.txt"));
    fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    print!("{text}");
    let size: u64 = listing.iter().map(|(_, size)| size).sum();
    let largest = LARGEST_SHARE * made.len() as u64;
    ensure!(
        size <= largest,
        "{size} bytes are too many; a package of {} runtimes has up to {largest}",
        made.len()
    );
    println!("== the Gallery's packages");
    let [module, aliases] = nupkg::make_all(house)?;
    println!("written: {}, {}, {}", path.display(), module.display(), aliases.display());
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
    let size: u64 = listing.iter().map(|(_, size)| size).sum();
    let mut text = format!(
        "Tollgate {VERSION}, {size} bytes\nruntimes: {}\nleft out: {}\n\n",
        name(&present),
        name(&absent)
    );
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
        assert_eq!(lines[0], format!("Tollgate {VERSION}, 42 bytes"));
        assert_eq!(lines[1], "runtimes: linux-x64");
        assert_eq!(lines[2], "left out: linux-arm64 linux-musl-x64 osx-arm64 win-arm64 win-x64");
        assert_eq!(lines[4], "        42  runtimes/linux-x64/native/libtollgate.so");
    }

    #[test]
    fn options_are_read_in_any_order_and_nothing_else_is() {
        let here = std::env::temp_dir();
        let folder = here.to_str().unwrap();
        let expected = Options { natives: Some(here.clone()), release: true };
        assert_eq!(Options::read(&["--release", "--natives", folder]).unwrap(), expected);
        assert_eq!(Options::read(&["--natives", folder, "--release"]).unwrap(), expected);
        assert_eq!(Options::read(&[]).unwrap(), Options::default());
        for wrong in [&["--natives"][..], &["--natives", "no such folder"], &["--releases"]] {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
