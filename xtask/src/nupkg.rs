//! The package that the PowerShell Gallery takes: the packed module's folder, with a description made of its manifest in the
//! words that the Gallery searches for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use zip::ZipArchive;

use crate::files;
use crate::house::House;
use crate::manifest::Manifest;
use crate::program::{self, dotnet};

const ID: &str = "Tollgate";

/// Makes `output/Tollgate.<version>.nupkg` of the packed module and makes sure that it holds the same files.
pub(crate) fn make(house: &House) -> Result<PathBuf> {
    let packed = house.packed();
    let manifest = fs::read_to_string(packed.join("Tollgate.psd1")).context("the module is not packed")?;
    let description = house.target().join(format!("{ID}.nuspec"));
    fs::write(&description, nuspec(&Manifest(&manifest))?)
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
    let package = house.gallery_package();
    compare(&package, &packed)?;
    Ok(package)
}

fn nuspec(manifest: &Manifest<'_>) -> Result<String> {
    let mut tags = manifest.list("Tags")?;
    tags.extend(["PSModule".to_string(), "PSIncludes_Cmdlet".to_string()]);
    for command in manifest.list("CmdletsToExport")? {
        tags.extend([format!("PSCmdlet_{command}"), format!("PSCommand_{command}")]);
    }
    let fields = [
        ("id", ID.to_string()),
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
    text.push_str("  </metadata>\n  <files><file src=\"**\" target=\"\" /></files>\n</package>\n");
    Ok(text)
}

/// The package's files but for those that every package has, and the folder's: the same names and bytes?
fn compare(package: &Path, folder: &Path) -> Result<()> {
    let mut archive = ZipArchive::new(File::open(package)?)
        .with_context(|| format!("{} cannot be opened again", package.display()))?;
    let mut inside = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let every = ["_rels/", "package/", "[Content_Types].xml", "Tollgate.nuspec"];
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
        let compared = compare(&folder.path().join("it.nupkg"), &folder.path().join("packed"));
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
        let text = nuspec(&Manifest(&manifest)).unwrap();
        assert!(text.contains("<id>Tollgate</id>\n"));
        assert!(text.contains("<authors>The Tollgate authors</authors>\n"));
        for tag in ["PSModule", "PSEdition_Core", "PSEdition_Desktop", "PSCommand_Get-MiAccessToken"] {
            assert!(text.contains(&format!(" {tag}")), "{tag}: {text}");
        }
    }

    #[test]
    fn a_sign_of_xml_in_the_manifest_is_text() {
        let manifest = fs::read_to_string(House::find().at("module/Tollgate/Tollgate.psd1")).unwrap();
        let changed = Manifest(&manifest).with("Description", "a < b & c").unwrap();
        let text = nuspec(&Manifest(&changed)).unwrap();
        assert!(text.contains("<description>a &lt; b &amp; c</description>"), "{text}");
    }
}
