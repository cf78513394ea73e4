//! PowerShell 7, and the libraries that .NET gathers for it to load.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::paths;

/// The variable that names the shell.
const NAMED: &str = "TOLLGATE_PWSH";

/// Why a measurement that needs a shell is left out.
pub(crate) const NO_SHELL: &str = "left out: no pwsh that TOLLGATE_PWSH names, on PATH or published for the tests; install \
                                   PowerShell 7.4 or later: https://aka.ms/powershell";

/// A command that runs one of our scripts in a fresh shell.
pub(crate) fn script(shell: &Path, script: &str) -> Command {
    let mut command = Command::new(shell);
    command
        .env("POWERSHELL_TELEMETRY_OPTOUT", "1")
        .env("POWERSHELL_UPDATECHECK", "Off")
        .args(["-NoProfile", "-NonInteractive", "-File"])
        .arg(paths::own("scripts").join(script));
    command
}

/// The pwsh that `TOLLGATE_PWSH` names; else that of the search path; else the one that was published for the tests.
pub(crate) fn find() -> Result<Option<PathBuf>> {
    let published = paths::target()?.join("shell").join(runtime()).join(file());
    choose(std::env::var_os(NAMED), std::env::var_os("PATH"), published)
}

/// As [`find`], and says which shell it is: figures of one that compiles itself while it is measured are no others'.
pub(crate) fn introduce() -> Result<Option<PathBuf>> {
    let Some(shell) = find()? else { return Ok(None) };
    let output = script(&shell, "shell.ps1").stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot start {}", shell.display()))?;
    ensure!(output.status.success(), "{} failed to say what it is", shell.display());
    println!("shell: {}: {}", shell.display(), String::from_utf8_lossy(&output.stdout).trim());
    Ok(Some(shell))
}

fn choose(named: Option<OsString>, path: Option<OsString>, published: PathBuf) -> Result<Option<PathBuf>> {
    if let Some(named) = named.map(PathBuf::from) {
        ensure!(named.is_file(), "{NAMED} is no file: '{}'; name a pwsh or unset it", named.display());
        return Ok(Some(named));
    }
    let path = path.unwrap_or_default();
    let candidates = std::env::split_paths(&path).map(|folder| folder.join(file()));
    Ok(candidates.chain([published]).find(|candidate| candidate.is_file()))
}

fn file() -> String {
    format!("pwsh{}", std::env::consts::EXE_SUFFIX)
}

/// What .NET calls this kind of machine.
fn runtime() -> String {
    let system = match std::env::consts::OS {
        "windows" => "win",
        "macos" => "osx",
        "linux" if cfg!(target_env = "musl") => "linux-musl",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// The `PSModulePath` by which a shell finds a module by its name, as an installed one: what holds `<name>` or
/// `<name>/<version>`.
pub(crate) fn modules<'module>(name: &str, module: &'module Path) -> Result<&'module Path> {
    let mut folders = [Some(module), module.parent()].into_iter().flatten();
    let named = folders.find(|folder| folder.file_name().is_some_and(|last| last == name));
    named.and_then(Path::parent).with_context(|| {
        format!(
            "{} is no folder '{name}' or '{name}/<version>', so it cannot be found by name",
            module.display()
        )
    })
}

/// The folder of the module that does nothing, built now and laid out as an installed one: bare, or with a view and with
/// data of a type as a module has whose objects are shown.
pub(crate) fn empty_module(name: &str) -> Result<PathBuf> {
    publish("EmptyModule", &format!("modules/{name}/1.0.0")).context("the empty module cannot be built")
}

/// The folder of Azure.Identity and all it needs; says so where NuGet does not give it.
pub(crate) fn azure_identity() -> Option<PathBuf> {
    let gathered = publish("AzureIdentity", "AzureIdentity");
    if gathered.is_err() {
        println!("Azure.Identity is left out: NuGet does not give it here");
    }
    gathered.ok()
}

fn publish(project: &str, folder: &str) -> Result<PathBuf> {
    let folder = paths::gathered(folder)?;
    let status = Command::new("dotnet")
        .args(["publish", "--nologo", "--configuration", "Release", "--verbosity", "quiet"])
        .arg(paths::own(project))
        .arg("--output")
        .arg(&folder)
        .env("MSBUILDDISABLENODEREUSE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("cannot start dotnet")?;
    ensure!(status.success(), "dotnet publish of {project} failed");
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn shell_in(folder: &Path) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(file()), "").unwrap();
        folder.join(file())
    }

    #[test]
    fn the_named_shell_comes_first_then_that_of_the_path_then_the_published_one() {
        let root = tempfile::tempdir().unwrap();
        let absent = root.path().join("absent");
        let [named, found, published] =
            ["named", "path", "target"].map(|name| shell_in(&root.path().join(name)));
        let path = std::env::join_paths([absent.as_path(), found.parent().unwrap()]).unwrap();
        let chosen = |named: Option<&Path>, path: Option<OsString>| {
            choose(named.map(OsString::from), path, published.clone()).unwrap()
        };
        assert_eq!(chosen(Some(&named), Some(path.clone())), Some(named.clone()));
        assert_eq!(chosen(None, Some(path)), Some(found.clone()));
        assert_eq!(chosen(None, Some(absent.clone().into())), Some(published.clone()));
        assert_eq!(chosen(None, None), Some(published.clone()));
        assert_eq!(choose(None, None, absent).unwrap(), None);
    }

    #[test]
    fn a_named_shell_that_is_no_file_is_never_replaced_by_another() {
        let root = tempfile::tempdir().unwrap();
        let published = shell_in(root.path());
        for named in ["", "no/such/pwsh"] {
            let error = choose(Some(named.into()), None, published.clone()).unwrap_err().to_string();
            assert!(error.contains(&format!("TOLLGATE_PWSH is no file: '{named}'")), "{error}");
        }
    }

    #[test]
    fn a_module_is_found_below_the_folder_of_its_name() {
        let found = |module: &'static str| modules("Tollgate", Path::new(module)).ok();
        assert_eq!(found("out/Tollgate/1.2.3"), Some(Path::new("out")));
        assert_eq!(found("out/Tollgate"), Some(Path::new("out")));
        assert_eq!(found("out/1.2.3"), None);
    }
}
