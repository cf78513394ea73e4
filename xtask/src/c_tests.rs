//! Layer 3: the checked-in header and the built library as a C program meets them, under AddressSanitizer where it works.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::house::House;
use crate::layer::Outcome;
use crate::program::{self, command};
use crate::tally;
use crate::test_env::with_places;

const SANITIZE: &str = "-fsanitize=address";

/// Compiles `tests/ffi/*.c` into one program and runs it.
pub(crate) fn run(house: &House) -> Result<Outcome> {
    if cfg!(windows) {
        return Ok(Outcome::LeftOut(
            "these tests start processes and threads the way of Unix; run them there".into(),
        ));
    }
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let folder = house.release().join("ffi-tests");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let sanitize = sanitizer_works(house, &compiler, &folder);
    println!("AddressSanitizer: {}", if sanitize { "on" } else { "not to be had with this compiler" });

    let program = folder.join("ffi-tests");
    let mut compile = command(house, &compiler);
    compile.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-g", "-pthread"]);
    if sanitize {
        compile.arg(SANITIZE);
    }
    let mut search = OsString::from("-Wl,-rpath,");
    search.push(house.release());
    compile
        .arg("-I")
        .arg(house.at("native/ffi/include"))
        .args(sources(&house.at("tests/ffi"))?)
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(house.release())
        .arg("-ltollgate")
        .arg(search);
    program::run(&mut compile)?;
    let mut tests = command(house, &program);
    program::count(with_places(house, &mut tests), tally::plain).map(Outcome::Counted)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut found = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "c"));
    found.sort();
    Ok(found)
}

/// Compilers accept the flag without having the runtime for it, so an empty program is built and run.
fn sanitizer_works(house: &House, compiler: &OsString, folder: &Path) -> bool {
    let source = folder.join("probe.c");
    let probe = folder.join("probe");
    fs::write(&source, "int main(void) { return 0; }\n").is_ok()
        && program::succeeds(command(house, compiler).arg(SANITIZE).arg(&source).arg("-o").arg(&probe))
        && program::succeeds(&mut command(house, &probe))
}
