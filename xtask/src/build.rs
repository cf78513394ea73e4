//! Builds everything in release and packs the module: manifest, assemblies for both frameworks, native library, help.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::files;
use crate::house::{House, VERSION};
use crate::manifest::Manifest;
use crate::natives::{self, Native};
use crate::program::{self, dotnet};

/// Each edition of PowerShell and the framework its assemblies are built for. The folders bear the editions' names, so that
/// the manifest finds its own without a condition, which would cost an import a sixth more.
const EDITIONS: [(&str, &str); 2] = [("Desktop", "net472"), ("Core", "net8.0")];

/// Builds and packs into `output/Tollgate/<version>`, with this machine's own library.
pub(crate) fn build(house: &House) -> Result<()> {
    println!("== native library");
    assemble(house, &[natives::own(house)?])
}

/// Packs these libraries with all that is built once for every machine.
pub(crate) fn assemble(house: &House, natives: &[Native]) -> Result<()> {
    println!("== assemblies");
    program::run(dotnet(house).args(["build", "interop/Tollgate.PowerShell", "--configuration", "Release"]))?;
    println!("== package");
    let packed = house.packed();
    pack(house, &packed, natives)?;
    println!("== help");
    help(house, &packed.join("en-US"))?;
    println!("packed: {}", packed.display());
    Ok(())
}

fn pack(house: &House, packed: &Path, natives: &[Native]) -> Result<()> {
    files::remove_folder(packed)?;
    let module = house.at("module/Tollgate");
    files::copy_kinds(&module, packed, &["ps1xml"])?;
    let manifest = module.join("Tollgate.psd1");
    let text =
        fs::read_to_string(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    fs::write(packed.join("Tollgate.psd1"), Manifest(&text).with("ModuleVersion", VERSION)?)
        .context("cannot write the manifest")?;
    for (edition, framework) in EDITIONS {
        let from = assemblies(house, framework);
        let copied = files::copy_kinds(&from, &packed.join("bin").join(edition), &["dll"])?;
        ensure!(copied > 0, "no assembly in {}", from.display());
    }
    natives.iter().try_for_each(|native| files::copy(&native.file, &packed.join(&native.place)))
}

/// `Get-Help`'s file, made from the cmdlets' documentation; what is undocumented fails the build.
fn help(house: &House, folder: &Path) -> Result<()> {
    let topics = house.at("module/Tollgate/help/en-US");
    let assembly = assemblies(house, "net8.0").join("Tollgate.PowerShell.dll");
    files::copy_kinds(&topics, folder, &["txt"])?;
    program::run(
        dotnet(house)
            .args(["run", "--project", "interop/Tollgate.Help", "--configuration", "Release", "--"])
            .arg("--assembly")
            .arg(&assembly)
            .arg("--xml")
            .arg(assembly.with_extension("xml"))
            .arg("--about")
            .arg(&topics)
            .arg("--maml")
            .arg(folder.join("Tollgate.PowerShell.dll-Help.xml")),
    )
}

fn assemblies(house: &House, framework: &str) -> std::path::PathBuf {
    house.at("interop/Tollgate.PowerShell/bin/Release").join(framework)
}
