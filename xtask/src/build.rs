//! Builds everything in release and packs the modules: manifest, assemblies, native library, help; and the
//! one of Azure PowerShell's names.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::files;
use crate::house::{ALIASES, House, MODULE, VERSION};
use crate::manifest::Manifest;
use crate::natives::{self, Native};
use crate::notices;
use crate::program::{self, dotnet, side_by_side};

/// Where .NET leaves the assemblies. One set serves both editions of PowerShell, so that the manifest can name it literally:
/// what a manifest computes is found by running it, and a command that is looked up meanwhile is not found at all.
const ASSEMBLIES: &str = "interop/Tollgate.PowerShell/bin/Release/netstandard2.0";

/// Builds and packs into `output/Tollgate/<version>`, with this machine's own library.
pub(crate) fn build(house: &House) -> Result<()> {
    println!("== native library and assemblies");
    let (native, assemblies) = side_by_side(|| natives::own(house), || assemblies_of(house));
    assemblies?;
    assemble(house, &[native?])
}

/// Builds the assemblies, which are the same for every machine.
pub(crate) fn assemblies_of(house: &House) -> Result<()> {
    ["interop/Tollgate.PowerShell", "interop/Tollgate.Help"].iter().try_for_each(|project| {
        let build = ["build", project, "--configuration", "Release", "--nologo", "--verbosity", "minimal"];
        program::run(dotnet(house).args(build))
    })
}

/// Packs these libraries with the assemblies.
pub(crate) fn assemble(house: &House, natives: &[Native]) -> Result<()> {
    println!("== package");
    let packed = house.packed();
    pack(house, &packed, natives)?;
    println!("== help");
    help(house, &packed.join("en-US"))?;
    let aliases = house.packed_as(ALIASES);
    pack_aliases(house, &aliases)?;
    println!("packed: {}, {}", packed.display(), aliases.display());
    Ok(())
}

/// Removes every version of a module that was packed before: a shell that looks for it by its name would take the highest.
fn remove_packed(output: &Path, module: &str) -> Result<()> {
    files::remove_folder(&output.join(module))?;
    let Ok(entries) = output.read_dir() else { return Ok(()) };
    for file in entries.flatten().map(|entry| entry.path()) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let version = name.strip_prefix(module).and_then(|rest| rest.strip_prefix('.'));
        if name.ends_with(".nupkg")
            && version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
        {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn pack(house: &House, packed: &Path, natives: &[Native]) -> Result<()> {
    remove_packed(&house.at("output"), MODULE)?;
    let module = house.at("module/Tollgate");
    files::copy_kinds(&module, packed, &["ps1xml"])?;
    pack_manifest(house, MODULE, &["ModuleVersion"])?;
    pack_terms(house, packed)?;
    notices::write(house, packed)?;
    let assemblies = house.at(ASSEMBLIES);
    let copied = files::copy_kinds(&assemblies, packed, &["dll"])?;
    ensure!(copied > 0, "no assembly in {}", assemblies.display());
    natives.iter().try_for_each(|native| files::copy(&native.file, &packed.join(&native.place)))
}

/// Packs the module of names, which is script and help only. It needs the module of its own version.
fn pack_aliases(house: &House, packed: &Path) -> Result<()> {
    remove_packed(&house.at("output"), ALIASES)?;
    files::copy_kinds(&house.at("module").join(ALIASES), packed, &["psm1"])?;
    files::copy_kinds(&topics(house, ALIASES), &packed.join("en-US"), &["txt"])?;
    pack_terms(house, packed)?;
    pack_manifest(house, ALIASES, &["ModuleVersion", "RequiredVersion"])
}

/// Packs the terms of our own code.
fn pack_terms(house: &House, packed: &Path) -> Result<()> {
    files::copy(&house.at("LICENSE"), &packed.join("LICENSE"))
}

/// Packs a module's manifest with the version of the workspace in these places.
fn pack_manifest(house: &House, module: &str, versions: &[&str]) -> Result<()> {
    let name = format!("{module}.psd1");
    let manifest = house.at("module").join(module).join(&name);
    let mut text =
        fs::read_to_string(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    for version in versions {
        text = Manifest(&text).with(version, VERSION)?;
    }
    let packed = house.packed_as(module).join(name);
    fs::write(&packed, text).with_context(|| format!("cannot write {}", packed.display()))
}

/// `Get-Help`'s file, made from the cmdlets' documentation; what is undocumented fails the build.
fn help(house: &House, folder: &Path) -> Result<()> {
    let topics = topics(house, MODULE);
    let assembly = house.at(ASSEMBLIES).join("Tollgate.PowerShell.dll");
    files::copy_kinds(&topics, folder, &["txt"])?;
    program::run(
        dotnet(house)
            .args([
                "run",
                "--no-build",
                "--project",
                "interop/Tollgate.Help",
                "--configuration",
                "Release",
                "--",
            ])
            .arg("--assembly")
            .arg(&assembly)
            .arg("--xml")
            .arg(assembly.with_extension("xml"))
            .arg("--about")
            .arg(&topics)
            .arg("--about")
            .arg(self::topics(house, ALIASES))
            .arg("--maml")
            .arg(folder.join("Tollgate.PowerShell.dll-Help.xml")),
    )
}

/// The folder of a module's about topics.
fn topics(house: &House, module: &str) -> PathBuf {
    house.at("module").join(module).join("help/en-US")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_version_of_a_module_stays_where_a_shell_would_find_it() {
        let output = tempfile::tempdir().unwrap();
        let made = [
            "Tollgate/9.0.0/Tollgate.psd1",
            "Tollgate.9.0.0.nupkg",
            "Tollgate.Az.9.0.0.nupkg",
            "Tollgate-0.1.0.txt",
        ];
        for file in made.map(|file| output.path().join(file)) {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        remove_packed(output.path(), MODULE).unwrap();
        let stays = made.map(|file| output.path().join(file).exists());
        assert_eq!(stays, [false, false, true, true]);
        remove_packed(&output.path().join("none"), MODULE).unwrap();
    }
}
