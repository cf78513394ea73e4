//! The PowerShell that a layer runs in: the one a variable names, else, for this machine's own system, the one of the search path,
//! else the one of `tests/shell`, which is published once for each version of that project. Pester comes from that project for all
//! of them.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::filled_once::{Filled, once};
use crate::house::House;
use crate::program::{self, dotnet};
use crate::{files, runtime, sdk};

const PROJECT: &str = "tests/shell";
/// Published with these it needs no package but PowerShell's own, and starts more slowly.
const NOT_COMPILED: [&str; 2] = ["-p:PublishReadyToRun=false", "-p:SelfContained=false"];

/// Which system the shell is for, and where one may be found.
struct Kind {
    variable: &'static str,
    program: &'static str,
    runtime: String,
}

impl Kind {
    fn own() -> Self {
        Self { variable: "TOLLGATE_PWSH", program: "pwsh", runtime: runtime::here() }
    }

    fn windows() -> Self {
        Self { variable: "TOLLGATE_WINDOWS_PWSH", program: "pwsh.exe", runtime: "win-x64".into() }
    }

    fn is_own(&self) -> bool {
        self.runtime == runtime::here()
    }

    fn given(&self) -> Result<Option<Shell>> {
        given(self, std::env::var_os(self.variable), || program::find(&[self.program]))
    }
}

/// A PowerShell, and where it was found.
#[derive(Debug)]
pub(crate) struct Shell {
    program: PathBuf,
    origin: &'static str,
}

impl Shell {
    /// PowerShell 7 for this machine; or why there is none.
    pub(crate) fn own(house: &House) -> Result<Result<Self, String>> {
        Self::of(house, &Kind::own())
    }

    /// PowerShell 7 for Windows, on a machine that is none; or why there is none.
    pub(crate) fn windows(house: &House) -> Result<Result<Self, String>> {
        Self::of(house, &Kind::windows())
    }

    /// Windows PowerShell, which is part of Windows and of nothing else.
    pub(crate) fn of_windows_itself() -> Option<Self> {
        program::find(&["powershell"]).map(|program| Self { program, origin: "part of Windows" })
    }

    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Why this machine will have none of its own, told before anything is built for it.
    pub(crate) fn is_possible(house: &House) -> Result<Result<(), String>> {
        Ok(match Kind::own().given()? {
            Some(_) => Ok(()),
            None => can_publish(house, &Kind::own())?,
        })
    }

    fn of(house: &House, kind: &Kind) -> Result<Result<Self, String>> {
        if let Some(found) = kind.given()? {
            return Ok(Ok(found));
        }
        if let Err(reason) = can_publish(house, kind)? {
            return Ok(Err(reason));
        }
        let program = published(house, kind)?.join(format!("{}{EXE_SUFFIX}", kind.program));
        Ok(Ok(Self { program, origin: "published from tests/shell" }))
    }
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.program.display(), self.origin)
    }
}

/// What the variable names comes before what the search path has, which has shells for this machine only: a `pwsh.exe` there on a
/// Linux is Windows' own, which runs beside it and not in Wine. A variable that names nothing is an error: what was asked for is
/// not quietly replaced.
fn given(
    kind: &Kind,
    named: Option<OsString>,
    on_path: impl FnOnce() -> Option<PathBuf>,
) -> Result<Option<Shell>> {
    if let Some(named) = named {
        let program = PathBuf::from(named);
        if !program.is_file() {
            bail!("{} names no file: {}", kind.variable, program.display());
        }
        return Ok(Some(Shell { program, origin: kind.variable }));
    }
    let found = kind.is_own().then(on_path).flatten();
    Ok(found.map(|program| Shell { program, origin: "on PATH" }))
}

/// Whether the project can be published here; else why not.
fn can_publish(house: &House, kind: &Kind) -> Result<Result<(), String>> {
    let sdk = sdk::version(house)?;
    if sdk.has_net10() {
        return Ok(Ok(()));
    }
    let (none, otherwise) = if kind.is_own() {
        ("no PowerShell here", "install PowerShell 7.4 or later (https://aka.ms/powershell)".to_string())
    } else {
        ("no PowerShell for Windows", format!("name a {} in {}", kind.program, kind.variable))
    };
    Ok(Err(format!(
        "{none}, and publishing one from NuGet takes the .NET SDK 10, not {sdk}; {otherwise} or install that SDK \
         (https://dot.net/download)"
    )))
}

/// The folder with Pester in it, for the module path of every shell; none where the SDK is too old, and the shell's own is taken.
pub(crate) fn pester(house: &House) -> Result<Option<PathBuf>> {
    if !sdk::version(house)?.has_net10() {
        return Ok(None);
    }
    let folder = house.target().join("shell/modules");
    once(house, PROJECT, &folder, |folder| {
        let mut publish = dotnet(house);
        publish.args(["build", PROJECT, "--configuration", "Release", "-target:PublishPester"]);
        // The last slash is MSBuild's, which makes a folder of it. No runtime and no compiler is fetched for a module of script.
        let folder = format!("-p:PublishDir={}/", folder.display());
        program::run(publish.args(QUIET).args(NOT_COMPILED).arg(folder))?;
        Ok(Filled::ForGood)
    })?;
    Ok(Some(folder))
}

const QUIET: [&str; 3] = ["--nologo", "--verbosity", "quiet"];

fn published(house: &House, kind: &Kind) -> Result<PathBuf> {
    let folder = house.target().join("shell").join(&kind.runtime);
    once(house, PROJECT, &folder, |folder| {
        println!("PowerShell for {} is published from {PROJECT} to {}", kind.runtime, folder.display());
        let publish = |more: &[&str]| {
            let mut publish = dotnet(house);
            publish.args(["publish", PROJECT, "--configuration", "Release"]).args(QUIET).args(more);
            publish.args(["--runtime", &kind.runtime]).arg("--output").arg(folder);
            program::run(&mut publish)
        };
        match publish(&[]) {
            Ok(()) => Ok(Filled::ForGood),
            // Compiling ahead takes packages of the SDK's very patch. Another system's program brings its runtime or has none.
            Err(error) if kind.is_own() => {
                println!("once more, not compiled ahead of time: {error:#}");
                files::remove_folder(folder)?;
                publish(&NOT_COMPILED).map(|()| Filled::ForNow)
            }
            Err(error) => Err(error),
        }
    })?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_the_variable_names_comes_before_the_search_path() {
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("mine");
        fs::write(&named, "").unwrap();
        let found = given(&Kind::own(), Some(named.clone().into()), || Some("pwsh".into())).unwrap().unwrap();
        assert_eq!(found.program(), named);
        assert!(found.to_string().ends_with("mine (TOLLGATE_PWSH)"), "{found}");
    }

    #[test]
    fn the_search_path_comes_before_the_published_one() {
        let found = given(&Kind::own(), None, || Some("/bin/pwsh".into())).unwrap().unwrap();
        assert_eq!(found.to_string(), "/bin/pwsh (on PATH)");
        assert!(given(&Kind::own(), None, || None).unwrap().is_none());
    }

    #[test]
    fn a_shell_for_windows_is_not_looked_for_on_the_search_path_of_another_system() {
        let kind = Kind { runtime: "another-x64".into(), ..Kind::windows() };
        assert!(given(&kind, None, || Some("/mnt/c/pwsh.exe".into())).unwrap().is_none());
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("pwsh.exe");
        fs::write(&named, "").unwrap();
        let found = given(&kind, Some(named.into()), || None).unwrap().unwrap();
        assert!(found.to_string().ends_with("pwsh.exe (TOLLGATE_WINDOWS_PWSH)"), "{found}");
    }

    #[test]
    fn a_variable_that_names_nothing_is_an_error_and_not_passed_over() {
        for named in ["", "/no/such/pwsh"] {
            let error = given(&Kind::own(), Some(named.into()), || Some("pwsh".into())).unwrap_err();
            assert!(error.to_string().starts_with("TOLLGATE_PWSH names no file"), "{error}");
        }
    }

    #[test]
    fn the_readme_names_what_the_tests_bring_along() {
        let house = House::find();
        let project = fs::read_to_string(house.at(PROJECT).join("Shell.csproj")).unwrap();
        let version = |name: &str| {
            let (_, rest) = project.split_once(&format!("<{name}>")).unwrap();
            rest.split_once('<').unwrap().0.to_string()
        };
        let readme = fs::read_to_string(house.at("README.md")).unwrap();
        let line =
            format!("PowerShell {} and Pester {}", version("PowerShellVersion"), version("PesterVersion"));
        assert!(readme.contains(&line), "{line}");
    }
}
