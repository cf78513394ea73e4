//! A cached token through the C ABI, measured by a C program that knows only the header and the library.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::bounds::Bounds;
use crate::figures::Figures;
use crate::ground::Ground;
use crate::paths;
use crate::table::Table;

/// Over a call that does nothing, `tollgate_abi_version`: a microsecond on the machine this was set on.
const RATIO: f64 = 750.0;

/// Compiles the C program, runs it on a ground of its own and prints one table.
pub(crate) fn run(bounds: &mut Bounds) -> Result<()> {
    if cfg!(windows) {
        println!("abi is left out: its program is linked the way of Unix");
        return Ok(());
    }
    let library = paths::library()?;
    let release = library.parent().context("the library has no folder")?;
    let folder = paths::gathered("abi")?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let program = folder.join("abi");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let status = Command::new(&compiler)
        .args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(paths::repository("native/ffi/include"))
        .arg(paths::own("abi.c"))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(release)
        .arg("-ltollgate")
        .arg(format!("-Wl,-rpath,{}", release.display()))
        .status()
        .context("cannot start the C compiler")?;
    ensure!(status.success(), "abi.c does not compile");

    println!("abi: cached tokens through the C ABI");
    let ground = Ground::new(Duration::ZERO)?;
    let mut command = Command::new(&program);
    ground.point(&mut command);
    let mut figures = Figures::default();
    figures.gather(&mut command)?;
    let (nothing, cached) = (figures.median("nothing"), figures.median("cached"));
    let mut table = Table::new(&["through the C ABI", "nanoseconds", "x nothing"]);
    table.row(["nothing: tollgate_abi_version".to_string(), format!("{nothing:.2}"), "1".into()]);
    let what = "cached token: start, wait, take, read, free".to_string();
    table.row([what, format!("{cached:.0}"), format!("{:.0}", cached / nothing)]);
    println!("\n{table}");
    bounds.at_most("abi: a cached token over a call that does nothing", cached / nothing, RATIO, "x");
    Ok(())
}
