//! Windows programs on a machine that is none: Wine with a prefix of its own below the target folder, never the user's.
//! `WINE` and `WINESERVER` name other programs than those on the search path.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::files;
use crate::house::House;
use crate::program::{self, command};
use crate::toolchain;

/// What to say when there is no Wine.
pub(crate) const ABSENT: &str = "no Wine on PATH; apt-get install wine wine64";

/// The source of what an old Wine lacks.
const RANDOM_NUMBERS: &str = "tests/windows/bcryptprimitives.c";

/// Wine with its prefix made. The programs that still run in the prefix end with it.
pub(crate) struct Wine {
    program: PathBuf,
    server: PathBuf,
    version: String,
    prefix: PathBuf,
    anchor: Option<Child>,
}

impl Wine {
    /// Is there one?
    pub(crate) fn is_here() -> bool {
        programs().is_some()
    }

    /// The Wine of this machine, its prefix made when it is not there yet; nothing when there is no Wine.
    pub(crate) fn find(house: &House) -> Result<Option<Self>> {
        let Some((program, server)) = programs() else {
            return Ok(None);
        };
        let output = command(house, &program).arg("--version").output();
        let output = output.with_context(|| format!("cannot start {}", program.display()))?;
        let version = version(&output.stdout);
        // A prefix belongs to the Wine that made it: an older one cannot use what a newer one wrote.
        let prefix = house.target().join(format!("wine-{version}"));
        let mut wine = Self { program, server, version, prefix, anchor: None };
        let made = wine.prefix.join("made-by-xtask");
        let source = house.at(RANDOM_NUMBERS);
        let source =
            fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
        if fs::read_to_string(&made).is_ok_and(|from| from == source) {
            wine.boot(house, &[])?;
        } else {
            wine.prepare(house)?;
            fs::write(&made, source).with_context(|| format!("cannot write {}", made.display()))?;
        }
        Ok(Some(wine))
    }

    /// The version as Wine tells it, `10.0`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The file to start programs with.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// A Windows program, or one of Wine's own, that starts in the repository's root.
    pub(crate) fn command(&self, house: &House, program: impl AsRef<OsStr>) -> Command {
        let mut command = command(house, &self.program);
        self.surround(&mut command).arg(program);
        command
    }

    /// Lets cargo run what it builds for a Windows target.
    pub(crate) fn run_for<'a>(&self, cargo: &'a mut Command, target: &str) -> &'a mut Command {
        self.surround(cargo).env(toolchain::variable(target, "RUNNER"), &self.program)
    }

    /// Sets what Wine needs in the environment of a command, for one that starts Wine in turn.
    pub(crate) fn surround<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            // .NET maps the pages of its code twice otherwise, and Wine 8 ends such a process sooner or later.
            .env("DOTNET_EnableWriteXorExecute", "0")
            // Wine writes names of files in the locale's letters.
            .env("LC_ALL", "C.UTF-8")
            // Menus belong to users, and a debugger would wait for one.
            .env("WINEDLLOVERRIDES", "winemenubuilder.exe,winedbg.exe=")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
    }

    /// Does something with programs that end together when they take longer than this: Wine can lose a program in a way that
    /// it never ends by itself.
    pub(crate) fn within<T>(&self, limit: Duration, work: impl FnOnce() -> T) -> T {
        limited(limit, || self.end(), work)
    }

    fn end(&self) {
        program::succeeds(self.surround(&mut Command::new(&self.server)).arg("-k"));
    }

    fn prepare(&mut self, house: &House) -> Result<()> {
        files::remove_folder(&self.prefix)?;
        fs::create_dir_all(&self.prefix).with_context(|| format!("cannot make {}", self.prefix.display()))?;
        self.boot(house, &["--init"])?;
        let mut register = self.command(house, "reg");
        succeed(register.args(["add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"]))?;
        self.add_random_numbers(house)
    }

    /// Starts Wine's services, which stay as long as some program does, and one that does nothing but stay: the first program
    /// would start them otherwise, and they would hold its output open.
    fn boot(&mut self, house: &House, words: &[&str]) -> Result<()> {
        // What stands in for .NET Framework and Internet Explorer would ask to be installed.
        let without = "mscoree,mshtml,winemenubuilder.exe,winedbg.exe=";
        // By itself: two programs that start in a new prefix make it both, and one fails.
        succeed(self.command(house, "wineboot").args(words).env("WINEDLLOVERRIDES", without))?;
        let mut shell = self.command(house, "cmd");
        shell
            .env("WINEDLLOVERRIDES", without)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let anchor = shell.spawn().with_context(|| format!("cannot start {}", self.program.display()))?;
        self.anchor = Some(anchor);
        Ok(())
    }

    /// Rust's standard library needs a DLL that Wine has from version 9 on.
    fn add_random_numbers(&self, house: &House) -> Result<()> {
        let library = self.prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        if library.exists() {
            return Ok(());
        }
        let mut compile = command(house, "x86_64-w64-mingw32-gcc");
        compile.args(["-shared", "-O2", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&library);
        program::run(compile.arg(house.at(RANDOM_NUMBERS)).arg("-ladvapi32"))
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        self.end();
        if let Some(mut anchor) = self.anchor.take() {
            // It has ended with the server, or its input does now.
            let _ = anchor.wait();
        }
    }
}

/// A path of this machine as a Windows program sees it.
pub(crate) fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', r"\")
}

/// Does something, and calls `end` from another thread when it takes longer than this.
fn limited<T>(limit: Duration, end: impl FnOnce() + Send, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (working, over) = mpsc::channel::<()>();
        scope.spawn(move || {
            if over.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                println!("not over after {} s: every program in Wine is ended", limit.as_secs());
                end();
            }
        });
        let result = work();
        drop(working);
        result
    })
}

fn succeed(command: &mut Command) -> Result<()> {
    ensure!(program::succeeds(command), "{command:?} failed");
    Ok(())
}

/// Wine itself, and what ends its programs.
fn programs() -> Option<(PathBuf, PathBuf)> {
    Some((named("WINE", "wine")?, named("WINESERVER", "wineserver")?))
}

fn named(variable: &str, name: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).or_else(|| program::find(&[name]))
}

/// `wine-8.0 (Debian 8.0~repack-4)` is 8.0.
fn version(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let word = said.split_whitespace().next().unwrap_or("wine-unknown");
    word.strip_prefix("wine-").unwrap_or(word).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_what_stands_behind_the_first_dash() {
        assert_eq!(version(b"wine-8.0 (Debian 8.0~repack-4)\n"), "8.0");
        assert_eq!(version(b"wine-10.0\n"), "10.0");
    }

    #[test]
    fn what_is_not_over_in_time_is_ended() {
        let (end, ended) = mpsc::channel();
        let waited =
            limited(Duration::ZERO, || end.send(()).unwrap(), || ended.recv_timeout(Duration::from_secs(30)));
        assert_eq!(waited, Ok(()));
    }

    #[test]
    fn what_is_over_in_time_is_left_alone() {
        assert_eq!(limited(Duration::from_secs(600), || panic!("ended"), || 7), 7);
    }

    #[test]
    fn a_path_lies_on_the_drive_that_shows_the_whole_machine() {
        assert_eq!(windows_path(Path::new("/a b/c.exe")), r"Z:\a b\c.exe");
    }
}
