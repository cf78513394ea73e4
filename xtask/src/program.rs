//! Other programs: finding them, running them, reading what they print while it is shown.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::house::House;
use crate::tally::Tally;

/// A command that starts in the repository's root, and reaches no other machine where the house is closed.
pub(crate) fn command(house: &House, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(house.root());
    if house.is_closed() {
        // Nobody listens there. Registries and Azure are asked by https alone; a variable of the other spelling would be preferred.
        command.env("HTTPS_PROXY", "http://127.0.0.1:9").env_remove("https_proxy");
        command.env_remove("NO_PROXY").env_remove("no_proxy");
    }
    command
}

/// The cargo of the search path, which built us. It builds where we look for it, whatever its own settings say.
pub(crate) fn cargo(house: &House) -> Command {
    let mut command = command(house, "cargo");
    command.env("CARGO_TARGET_DIR", house.target());
    command
}

/// The .NET SDK, speaking English (its summary is read) and leaving no server behind that would hold our pipe open.
pub(crate) fn dotnet(house: &House) -> Command {
    let mut command = command(house, "dotnet");
    command
        .env("CARGO_TARGET_DIR", house.target())
        .env("DOTNET_CLI_UI_LANGUAGE", "en")
        .env("DOTNET_NOLOGO", "1")
        .env("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
        .env("DOTNET_CLI_USE_MSBUILD_SERVER", "0")
        .env("MSBUILDDISABLENODEREUSE", "1");
    command
}

/// Runs a command to its end; an error says which one failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = describe(command);
    let status = command.status().with_context(|| format!("cannot start {line}"))?;
    if !status.success() {
        bail!("{line} failed ({status})");
    }
    Ok(())
}

/// Does two things at once and gives the results of both.
pub(crate) fn side_by_side<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let there = scope.spawn(there);
        let here = here();
        (here, there.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Runs a command silently; what it printed is shown only when it fails.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command, shows its output as it comes and adds up the summaries found in it. A command that fails without
/// a counted failure, or ends without having counted anything, is one failure itself.
pub(crate) fn count(command: &mut Command, summary: fn(&str) -> Option<Tally>) -> Result<Tally> {
    let line = describe(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {line}"))?;
    let output = child.stdout.take().expect("stdout was asked for as a pipe");
    let mut tally = echo(output, &mut std::io::stdout(), summary)?;
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        println!("{line} failed ({status})");
        tally.failed += 1;
    } else if tally == Tally::default() {
        println!("{line} ran no test");
        tally.failed += 1;
    }
    Ok(tally)
}

fn echo(output: impl Read, shown: &mut impl Write, summary: fn(&str) -> Option<Tally>) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        shown.write_all(&line)?;
        shown.flush()?;
        if let Some(found) = summary(String::from_utf8_lossy(&line).trim_end()) {
            tally += found;
        }
        line.clear();
    }
    Ok(tally)
}

/// The first of these programs that the search path has.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .find(|candidate| candidate.is_file())
    })
}

fn describe(command: &Command) -> String {
    let arguments = command.get_args().map(OsStr::to_string_lossy);
    std::iter::once(command.get_program().to_string_lossy()).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_several_programs_add_up() {
        let output = "noise\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                      test result: FAILED. 1 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let mut shown = Vec::new();
        let tally = echo(output.as_bytes(), &mut shown, crate::tally::cargo).unwrap();
        assert_eq!(shown, output.as_bytes());
        assert_eq!(tally, Tally { passed: 3, failed: 3, skipped: 1 });
    }

    #[test]
    fn output_that_is_not_text_is_passed_over() {
        let tally = echo(
            &b"\xff\xfe\n3 passed, 0 failed, 0 skipped\n"[..],
            &mut std::io::sink(),
            crate::tally::plain,
        )
        .unwrap();
        assert_eq!(tally, Tally { passed: 3, failed: 0, skipped: 0 });
    }

    #[test]
    fn a_closed_house_has_no_way_outside_whatever_the_machine_says_of_proxies() {
        let command = command(&House::find().closed(), "cargo");
        let set = |name: &str| command.get_envs().find(|(key, _)| *key == name).map(|(_, value)| value);
        assert_eq!(set("HTTPS_PROXY"), Some(Some("http://127.0.0.1:9".as_ref())));
        for preferred in ["https_proxy", "NO_PROXY", "no_proxy"] {
            assert_eq!(set(preferred), Some(None), "{preferred}");
        }
        assert_eq!(super::command(&House::find(), "cargo").get_envs().count(), 0);
    }

    #[test]
    fn two_things_go_on_at_once_and_both_results_come_back() {
        let (send, receive) = std::sync::mpsc::channel();
        // The first ends only when the second has begun.
        let (here, there) = side_by_side(
            move || receive.recv_timeout(std::time::Duration::from_secs(30)),
            move || send.send(7).is_ok(),
        );
        assert_eq!((here, there), (Ok(7), true));
    }

    #[test]
    fn a_command_is_described_as_it_is_typed() {
        let mut command = Command::new("cargo");
        command.args(["build", "--release"]);
        assert_eq!(describe(&command), "cargo build --release");
    }
}
