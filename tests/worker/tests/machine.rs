//! Real processes at one gate: many at once, killed ones, suspended ones, those of another user. Each is a small native
//! process that says it is ready, waits for a line, asks for a token and says how it went.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
#[cfg(unix)]
use std::os::unix::{fs::PermissionsExt, process::CommandExt};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use imds_sim::{Counts, Fault, Options, Simulator};
use tempfile::TempDir;

/// Longer than anything here may take; a test that gets there has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// The gate's own bound, with room for a slow machine.
const BOUND: Duration = Duration::from_secs(15);
/// The same where a request explains for as long as it may take that nothing moves.
#[cfg(unix)]
const BOUND_OF_REQUESTS: Duration = Duration::from_secs(21 + 15);

struct Machine {
    service: Simulator,
    gate: TempDir,
}

struct Script {
    process: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Machine {
    fn new() -> Self {
        let options = Options { latency: Duration::from_millis(20), ..Options::default() };
        let gate = tempfile::tempdir().unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(gate.path(), PermissionsExt::from_mode(0o1777)).unwrap();
        Self { service: Simulator::start(options).unwrap(), gate }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_worker"));
        command
            .arg("paced")
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", self.service.url())
            .env("TOLLGATE_GATE_DIRECTORY", self.gate.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command
    }

    fn scripts(&self, count: usize) -> Vec<Script> {
        (0..count).map(|_| Script::start(self.command())).collect()
    }

    fn wait_until(&self, reached: impl Fn(&Counts) -> bool) -> Counts {
        self.service.wait_until(reached, PATIENCE).unwrap()
    }

    /// Starts scripts whose requests the service holds, so that they hold the gate's five slots.
    fn five_in_the_air(&self) -> Vec<Script> {
        self.service.push_fault(Fault::Hold.times(5));
        let mut scripts = self.scripts(5);
        release(&mut scripts);
        self.wait_until(|counts| counts.held == 5);
        scripts
    }

    fn nobody_was_refused(&self) {
        let counts = self.service.counts();
        assert_eq!((counts.refused_by_rate, counts.refused_by_concurrency), (0, 0), "{counts:?}");
    }
}

impl Script {
    fn start(mut command: Command) -> Self {
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut script = Self { process, lines };
        assert_eq!(script.line(), "ready");
        script
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let signal = Command::new("kill").args([name, &self.process.id().to_string()]).status().unwrap();
        assert!(signal.success());
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn release(scripts: &mut [Script]) {
    for script in scripts {
        script.process.stdin.take().unwrap().write_all(b"\n").unwrap();
    }
}

fn all_have_tokens(scripts: &mut [Script]) {
    for script in scripts {
        assert_eq!(script.line(), "token");
    }
}

#[test]
fn sixty_processes_at_once_all_get_their_token_and_none_is_refused() {
    let machine = Machine::new();
    let mut scripts = machine.scripts(60);
    release(&mut scripts);
    all_have_tokens(&mut scripts);
    machine.nobody_was_refused();
    let counts = machine.service.counts();
    assert_eq!(
        (counts.tokens, counts.max_per_second <= 20, counts.max_in_flight <= 5),
        (60, true, true),
        "{counts:?}"
    );
}

#[test]
fn processes_that_are_killed_in_the_air_free_their_slots_at_once() {
    let machine = Machine::new();
    let killed = machine.five_in_the_air();
    drop(killed);
    machine.wait_until(|counts| counts.abandoned == 5);
    let mut next = machine.scripts(5);
    // To start a program is not the gate's doing.
    let start = Instant::now();
    release(&mut next);
    all_have_tokens(&mut next);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    machine.nobody_was_refused();
}

#[test]
fn processes_killed_in_line_delay_those_behind_them_by_the_gates_bound_at_most() {
    let machine = Machine::new();
    let mut first = machine.scripts(60);
    release(&mut first);
    machine.wait_until(|counts| counts.tokens >= 5);
    drop(first);
    let mut next = machine.scripts(20);
    // To start a program is not the gate's doing.
    let start = Instant::now();
    release(&mut next);
    all_have_tokens(&mut next);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    machine.nobody_was_refused();
}

#[cfg(unix)]
#[test]
fn five_suspended_processes_delay_the_next_by_the_time_of_a_request_and_the_gates_bound_and_finish_when_they_wake()
 {
    let machine = Machine::new();
    let mut suspended = machine.five_in_the_air();
    suspended.iter().for_each(|script| script.signal("-STOP"));
    machine.service.release();
    let mut next = machine.scripts(3);
    // To start a program is not the gate's doing.
    let start = Instant::now();
    release(&mut next);
    all_have_tokens(&mut next);
    assert!(start.elapsed() < BOUND_OF_REQUESTS, "{:?}", start.elapsed());
    suspended.iter().for_each(|script| script.signal("-CONT"));
    all_have_tokens(&mut suspended);
    machine.nobody_was_refused();
}

#[cfg(unix)]
#[test]
#[ignore = "needs to be root: it runs half of its processes as another user"]
fn two_users_share_the_pace() {
    const NOBODY: u32 = 65_534;
    let machine = Machine::new();
    let script = |number| {
        let mut command = machine.command();
        if number % 2 == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        Script::start(command)
    };
    let mut scripts: Vec<_> = (0..50).map(script).collect();
    release(&mut scripts);
    all_have_tokens(&mut scripts);
    machine.nobody_was_refused();
    let counts = machine.service.counts();
    assert!(counts.max_per_second <= 20 && counts.served_span() > Duration::from_secs(1), "{counts:?}");
}
