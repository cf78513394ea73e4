//! The package of a module that the PowerShell Gallery takes: the packed module's folder, with a description made of its manifest in the
//! words that the Gallery searches for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use zip::ZipArchive;

use crate::files;
use crate::house::{ALIASES, House, MODULE};
use crate::manifest::Manifest;
use crate::program::{self, dotnet};

/// Makes the packages of both modules.
pub(crate) fn make_all(house: &House) -> Result<[PathBuf; 2]> {
    Ok([make(house, MODULE)?, make(house, ALIASES)?])
}

/// Makes `output/<module>.<version>.nupkg` of a packed module and makes sure that it holds the same files.
fn make(house: &House, module: &str) -> Result<PathBuf> {
    let packed = house.packed_as(module);
    let manifest = fs::read_to_string(packed.join(format!("{module}.psd1")))
        .with_context(|| format!("{module} is not packed"))?;
    let description = house.target().join(description_of(module));
    fs::write(&description, nuspec(module, &Manifest(&manifest))?)
        .with_context(|| format!("cannot write {}", description.display()))?;
    let mut base = std::ffi::OsString::from("-p:NuspecBasePath=");
    base.push(&packed);
    let mut file = std::ffi::OsString::from("-p:NuspecFile=");
    file.push(&description);
    // `dotnet pack` wants a project and takes nothing from this one: the description names all that goes in.
    program::run(
        dotnet(house)
            .args(["pack", "interop/Tollgate.PowerShell", "--configuration", "Release", "--no-build"])
            .args(["--verbosity", "quiet", "-p:NoPackageAnalysis=true"])
            .arg("--output")
            .arg(house.at("output"))
            .args([file, base]),
    )?;
    let package = house.gallery_package(module);
    compare(&package, &packed, module)?;
    Ok(package)
}

/// The name under which a package carries its own description.
fn description_of(module: &str) -> String {
    format!("{module}.nuspec")
}

fn nuspec(module: &str, manifest: &Manifest<'_>) -> Result<String> {
    let mut tags = manifest.list("Tags")?;
    tags.push("PSModule".to_string());
    let cmdlets = manifest.list("CmdletsToExport")?;
    if !cmdlets.is_empty() {
        tags.push("PSIncludes_Cmdlet".to_string());
    }
    for command in cmdlets.iter().chain(&manifest.list("AliasesToExport")?) {
        tags.push(format!("PSCommand_{command}"));
    }
    tags.extend(cmdlets.iter().map(|cmdlet| format!("PSCmdlet_{cmdlet}")));
    let fields = [
        ("id", module.to_string()),
        ("version", manifest.text("ModuleVersion")?),
        ("authors", manifest.text("Author")?),
        ("owners", manifest.text("CompanyName")?),
        ("requireLicenseAcceptance", "false".to_string()),
        ("licenseUrl", manifest.text("LicenseUri")?),
        ("projectUrl", manifest.text("ProjectUri")?),
        ("description", manifest.text("Description")?),
        ("releaseNotes", manifest.text("ReleaseNotes")?),
        ("copyright", manifest.text("Copyright")?),
        ("tags", tags.join(" ")),
    ];
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <package xmlns=\"http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd\">\n  <metadata>\n",
    );
    for (name, value) in fields {
        let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(text, "    <{name}>{value}</{name}>");
    }
    if let Ok(version) = manifest.text("RequiredVersion") {
        let needed = manifest.text("ModuleName")?;
        let _ = writeln!(
            text,
            "    <dependencies><dependency id=\"{needed}\" version=\"[{version}]\" /></dependencies>"
        );
    }
    text.push_str("  </metadata>\n  <files><file src=\"**\" target=\"\" /></files>\n</package>\n");
    Ok(text)
}

/// The package's files but for those that every package has, and the folder's: the same names and bytes?
fn compare(package: &Path, folder: &Path, module: &str) -> Result<()> {
    let mut archive = ZipArchive::new(File::open(package)?)
        .with_context(|| format!("{} cannot be opened again", package.display()))?;
    let mut inside = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let description = description_of(module);
        let every = ["_rels/", "package/", "[Content_Types].xml", &description];
        if !every.iter().any(|start| name.starts_with(start)) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            inside.insert(name, bytes);
        }
    }
    for (name, _) in files::list(folder)? {
        let packed = fs::read(folder.join(&name))?;
        ensure!(inside.remove(&name) == Some(packed), "{} has no {name} as it is packed", package.display());
    }
    let extra: Vec<&String> = inside.keys().collect();
    ensure!(extra.is_empty(), "{} has what is not packed: {extra:?}", package.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::house::VERSION;

    fn package(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = ZipWriter::new(File::create(folder.path().join("it.nupkg")).unwrap());
        for (name, text) in [("_rels/.rels", "x"), ("Tollgate.nuspec", "x")].iter().chain(files) {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
        fs::create_dir_all(folder.path().join("packed/bin")).unwrap();
        fs::write(folder.path().join("packed/bin/a.dll"), "a").unwrap();
        folder
    }

    fn says(files: &[(&str, &str)]) -> String {
        let folder = package(files);
        let compared = compare(&folder.path().join("it.nupkg"), &folder.path().join("packed"), MODULE);
        compared.map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_package_holds_the_folders_files_and_no_others() {
        assert_eq!(says(&[("bin/a.dll", "a")]), "");
        assert!(says(&[]).ends_with("has no bin/a.dll as it is packed"));
        assert!(says(&[("bin/a.dll", "b")]).ends_with("has no bin/a.dll as it is packed"));
        assert!(says(&[("bin/a.dll", "a"), ("b", "b")]).ends_with("has what is not packed: [\"b\"]"));
    }

    #[test]
    fn the_description_says_what_the_manifest_says() {
        let manifest = fs::read_to_string(House::find().at("module/Tollgate/Tollgate.psd1")).unwrap();
        let text = nuspec(MODULE, &Manifest(&manifest)).unwrap();
        assert!(text.contains("<id>Tollgate</id>\n"));
        assert!(!text.contains("dependency"));
        assert!(text.contains("<authors>The Tollgate authors</authors>\n"));
        for tag in ["PSModule", "PSEdition_Core", "PSEdition_Desktop", "PSCommand_Get-MiAccessToken"] {
            assert!(text.contains(&format!(" {tag}")), "{tag}: {text}");
        }
    }

    #[test]
    fn the_names_are_found_and_bring_the_module_of_their_version() {
        let manifest = fs::read_to_string(House::find().at("module/Tollgate.Az/Tollgate.Az.psd1")).unwrap();
        let text = nuspec(ALIASES, &Manifest(&manifest)).unwrap();
        assert!(text.contains("<id>Tollgate.Az</id>\n"));
        assert!(text.contains(" PSCommand_Connect-AzAccount"), "{text}");
        assert!(!text.contains("PSIncludes_Cmdlet"));
        let needed = format!("<dependency id=\"Tollgate\" version=\"[{VERSION}]\" />");
        assert!(text.contains(&needed), "{text}");
    }

    #[test]
    fn a_sign_of_xml_in_the_manifest_is_text() {
        let manifest = fs::read_to_string(House::find().at("module/Tollgate/Tollgate.psd1")).unwrap();
        let changed = Manifest(&manifest).with("Description", "a < b & c").unwrap();
        let text = nuspec(MODULE, &Manifest(&changed)).unwrap();
        assert!(text.contains("<description>a &lt; b &amp; c</description>"), "{text}");
    }
}
