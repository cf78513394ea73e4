//! PowerShell 7, and the libraries that .NET gathers for it to load.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::paths;

/// Why a measurement that needs a shell is left out.
pub(crate) const NO_SHELL: &str =
    "left out: no pwsh on PATH; install PowerShell 7.4 or later: https://aka.ms/powershell";

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

/// The pwsh that TOLLGATE_PWSH names, else the one of the search path.
pub(crate) fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("TOLLGATE_PWSH") {
        return Some(named.into());
    }
    let name = format!("pwsh{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|candidate| candidate.is_file())
}

/// The folder of the empty module, built now.
pub(crate) fn empty_module() -> Result<PathBuf> {
    publish("EmptyModule").context("the empty module cannot be built")
}

/// The folder of Azure.Identity and all it needs; says so where NuGet does not give it.
pub(crate) fn azure_identity() -> Option<PathBuf> {
    let gathered = publish("AzureIdentity");
    if gathered.is_err() {
        println!("Azure.Identity is left out: NuGet does not give it here");
    }
    gathered.ok()
}

fn publish(project: &str) -> Result<PathBuf> {
    let folder = paths::gathered(project)?;
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
