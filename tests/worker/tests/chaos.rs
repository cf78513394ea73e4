//! Sixty real processes at one gate for half a minute, while some are killed and some are suspended, and once more while
//! somebody writes to the ledger as he likes. What the rules promise on a test's clock holds on the machine's.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use imds_sim::{Options, Simulator};
use tempfile::TempDir;
use tollgate_gate::{Clock, SystemClock};

/// One at a time: each has the machine to itself, and its moments are the clock's.
static TURN: Mutex<()> = Mutex::new(());

const PROCESSES: usize = 60;
const LENGTH: Duration = Duration::from_secs(30);
/// The longest a process is suspended: less than what the gate waits for.
const LONGEST_STOP: Duration = Duration::from_secs(5);
/// What nobody waits longer than at the gate, with room for a slow machine.
const BOUND: Duration = Duration::from_secs(70 + 10);

/// How one process fared: what it said, and when it was let go.
struct Said {
    number: usize,
    line: String,
    released: Instant,
}

struct Script {
    process: Child,
    number: usize,
    stopped_until: Option<Instant>,
    was_killed: bool,
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Script {
    /// Starts one that asks for a token at once.
    fn start(service: &Simulator, gate: &Path, number: usize, said: Sender<Said>) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_worker"))
            .arg("paced")
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", service.url())
            .env("TOLLGATE_GATE_DIRECTORY", gate)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
        let stdout = process.stdout.take().unwrap();
        let released = Instant::now();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            let line = lines.find(|line| line != "ready").unwrap_or_default();
            let _ = said.send(Said { number, line, released });
        });
        Self { process, number, stopped_until: None, was_killed: false }
    }

    fn signal(&self, name: &str) {
        let _ = Command::new("kill").args([name, &self.process.id().to_string()]).status();
    }
}

/// Keeps sixty processes asking for half a minute; kills and suspends some. Waits for all that are left.
fn chaos(service: &Simulator, gate: &Path, mut meanwhile: impl FnMut(usize)) {
    let (teller, said): (Sender<Said>, Receiver<Said>) = channel();
    let mut scripts: Vec<Script> = Vec::new();
    let (start, mut next, mut tokens) = (Instant::now(), 0, 0);
    while start.elapsed() < LENGTH || !scripts.is_empty() {
        let is_on = start.elapsed() < LENGTH;
        while is_on && scripts.len() < PROCESSES {
            scripts.push(Script::start(service, gate, next, teller.clone()));
            next += 1;
        }
        for script in &mut scripts {
            if script.stopped_until.is_some_and(|until| !is_on || Instant::now() >= until) {
                script.stopped_until = None;
                script.signal("-CONT");
            }
        }
        if is_on {
            meanwhile(next);
            let chosen = fastrand::usize(..scripts.len());
            match fastrand::u8(..20) {
                0 => {
                    scripts[chosen].was_killed = true;
                    let _ = scripts[chosen].process.kill();
                }
                1 if scripts[chosen].stopped_until.is_none() => {
                    scripts[chosen].signal("-STOP");
                    scripts[chosen].stopped_until =
                        Some(Instant::now() + LONGEST_STOP.mul_f64(fastrand::f64()));
                }
                _ => {}
            }
        }
        while let Ok(Said { number, line, released }) = said.recv_timeout(Duration::from_millis(30)) {
            let place = scripts.iter().position(|script| script.number == number).unwrap();
            let script = scripts.swap_remove(place);
            assert!(script.was_killed || line == "token", "process {number}: {line}");
            assert!(released.elapsed() <= BOUND, "process {number} waited {:?}", released.elapsed());
            tokens += usize::from(line == "token");
        }
        assert!(start.elapsed() < LENGTH + BOUND, "{} processes hang", scripts.len());
    }
    assert!(tokens > PROCESSES, "{tokens}");
}

fn machine() -> (Simulator, TempDir) {
    let options = Options { latency: Duration::from_millis(20), ..Options::default() };
    let gate = tempfile::tempdir().unwrap();
    std::fs::set_permissions(gate.path(), PermissionsExt::from_mode(0o1777)).unwrap();
    (Simulator::start(options).unwrap(), gate)
}

#[test]
fn killed_and_suspended_processes_bring_no_refusal_and_make_nobody_fail() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (service, gate) = machine();
    chaos(&service, gate.path(), |_| ());
    let counts = service.counts();
    assert!(counts.max_per_second <= 20 && counts.max_in_flight <= 5, "{counts:?}");
    assert_eq!((counts.refused_by_rate, counts.refused_by_concurrency), (0, 0), "{counts:?}");
}

#[test]
fn a_writer_of_the_ledger_makes_nobody_fail_and_nobody_wait_longer_than_the_bound() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (service, gate) = machine();
    let ledger = gate.path().join("tollgate.ledger");
    let mut without_a_past = Vec::new();
    let mut step = 0_usize;
    chaos(&service, gate.path(), |_| {
        let Ok(file) = std::fs::File::options().read(true).write(true).open(&ledger) else { return };
        if without_a_past.is_empty() {
            without_a_past = std::fs::read(&ledger).unwrap();
        }
        // The words of a ledger, as anybody can find them out.
        let put = |word: u64, value: u64| drop(file.write_all_at(&value.to_le_bytes(), 8 + word * 8));
        let now = SystemClock.boot().nanos();
        step += 1;
        match step % 5 {
            0 => put(46, now + 59_000_000_000),
            1 => (51..54).for_each(|counter| put(counter, now)),
            2 => (21..41).for_each(|arrival| put(arrival, now)),
            3 => drop(file.set_len(0)),
            _ => drop(file.write_all_at(&without_a_past, 0)),
        }
    });
}
