//! Sixty real processes at one gate for half a minute, while some are killed and some are suspended, and once more while
//! somebody does with the gate's files as he likes. What the rules promise on a test's clock holds on the machine's.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use imds_sim::{Options, Simulator};
use tempfile::TempDir;
use tollgate_core::{Clock, SystemClock};

use locks::{Files, Locks};

mod locks;

/// One at a time: each has the machine to itself, and its moments are the clock's.
static TURN: Mutex<()> = Mutex::new(());

const PROCESSES: usize = 60;
const LENGTH: Duration = Duration::from_secs(30);
/// The longest a process is suspended: less than what the gate waits for.
const LONGEST_STOP: Duration = Duration::from_secs(8);
/// How long nobody waits at the gate while no slot changes hands, with room for a slow machine.
const BOUND: Duration = Duration::from_secs(70 + 10);
/// When all must be over: twice that, for slots do change hands, and the tries of those that go alone and meet each other.
const END: Duration = Duration::from_secs(30 + 2 * 80 + 40);
/// How long nothing may come to the service while somebody is there to send.
const LONGEST_GAP: Duration = Duration::from_millis(1500);
/// How often it is looked at all that.
const STEP: Duration = Duration::from_millis(30);

/// From when on the bound counts.
#[derive(Clone, Copy)]
enum Bound {
    /// The start of the process.
    InAll,
    /// When a slot last changed hands: while they do, a line is waited in.
    SinceSlotsMoved,
}

/// How one process fared: what it said.
struct Said {
    number: usize,
    lines: Vec<String>,
}

struct Script {
    process: Child,
    number: usize,
    released: Instant,
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
            .arg("watched")
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", service.url())
            .env("TOLLGATE_GATE_DIRECTORY", gate)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
        let stdout = process.stdout.take().unwrap();
        std::thread::spawn(move || {
            let mut lines = Vec::new();
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let is_last = line == "token" || line.starts_with("failed");
                lines.push(line);
                if is_last {
                    break;
                }
            }
            let _ = said.send(Said { number, lines });
        });
        Self { process, number, released: Instant::now(), stopped_until: None, was_killed: false }
    }

    fn signal(&self, name: &str) {
        let _ = Command::new("kill").args([name, &self.process.id().to_string()]).status();
    }
}

impl Said {
    fn has_token(&self) -> bool {
        self.lines.last().is_some_and(|line| line == "token")
    }

    /// How long a request of it waited at the gate at most.
    fn waited(&self) -> Duration {
        let seconds = self.lines.iter().find_map(|line| line.strip_prefix("waited ")?.parse().ok());
        Duration::from_secs_f64(seconds.unwrap())
    }
}

/// How long nothing has come to the service. What this test itself was held up by counts for nothing.
struct Gap {
    served: u64,
    length: Duration,
    seen_at: Instant,
}

impl Gap {
    /// Looks again; `is_excused` where nobody can send now.
    fn see(&mut self, served: u64, is_excused: bool) {
        let step = std::mem::replace(&mut self.seen_at, Instant::now()).elapsed();
        let is_over = std::mem::replace(&mut self.served, served) != served;
        self.length = if is_over || is_excused { Duration::ZERO } else { self.length + step.min(STEP * 2) };
    }
}

/// Keeps sixty processes asking for half a minute; kills and suspends some. Waits for all that are left. Tells the longest
/// gap in what came to the service.
fn chaos(service: &Simulator, gate: &Path, bound: Bound, mut meanwhile: impl FnMut()) -> Duration {
    let (teller, said): (Sender<Said>, Receiver<Said>) = channel();
    let mut scripts: Vec<Script> = Vec::new();
    let (start, mut next, mut tokens) = (Instant::now(), 0, 0);
    let (mut locks, mut moved_at) = (Locks::now(), start);
    let (mut gap, mut longest) = (Gap { served: 0, length: Duration::ZERO, seen_at: start }, Duration::ZERO);
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
        meanwhile();
        let files = Files::of(gate);
        let before = std::mem::replace(&mut locks, Locks::now());
        if files.as_ref().is_some_and(|files| files.have_moved(&before, &locks)) {
            moved_at = Instant::now();
        }
        if is_on {
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
            let stopped: Vec<_> = scripts.iter().filter(|script| script.stopped_until.is_some()).collect();
            let stopped: Vec<_> = stopped.iter().map(|script| script.process.id()).collect();
            // The first of them are still being started.
            let is_excused = files.is_none_or(|files| files.are_kept(&locks, &stopped)) || tokens == 0;
            gap.see(service.counts().served, is_excused);
            longest = longest.max(gap.length);
        }
        let step = Instant::now() + STEP;
        while let Ok(said) = said.recv_timeout(step.saturating_duration_since(Instant::now())) {
            let place = scripts.iter().position(|script| script.number == said.number).unwrap();
            let script = scripts.swap_remove(place);
            assert!(script.was_killed || said.has_token(), "process {}: {:?}", said.number, said.lines);
            if said.has_token() {
                let moved = match bound {
                    Bound::InAll => Duration::ZERO,
                    Bound::SinceSlotsMoved => moved_at.saturating_duration_since(script.released),
                };
                let bound = BOUND + moved;
                assert!(
                    said.waited() <= bound,
                    "process {} waited {:?} of {bound:?}",
                    said.number,
                    said.waited()
                );
                tokens += 1;
            }
        }
        assert!(start.elapsed() < END, "{} processes hang", scripts.len());
    }
    assert!(tokens > PROCESSES, "{tokens}");
    longest
}

fn machine() -> (Simulator, TempDir) {
    let options = Options { latency: Duration::from_millis(20), ..Options::default() };
    let gate = tempfile::tempdir().unwrap();
    std::fs::set_permissions(gate.path(), PermissionsExt::from_mode(0o1777)).unwrap();
    (Simulator::start(options).unwrap(), gate)
}

#[test]
fn killed_and_suspended_processes_bring_no_refusal_and_no_gap_and_make_nobody_fail() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (service, gate) = machine();
    let gap = chaos(&service, gate.path(), Bound::InAll, || ());
    let counts = service.counts();
    assert!(counts.max_per_second <= 20 && counts.max_in_flight <= 5, "{counts:?}");
    assert_eq!((counts.refused_by_rate, counts.refused_by_concurrency), (0, 0), "{counts:?}");
    assert!(gap <= LONGEST_GAP, "{gap:?}");
}

#[test]
fn somebody_who_does_as_he_likes_with_the_files_makes_nobody_fail_and_nobody_wait_longer_than_the_bound_once_no_slot_moves()
 {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (service, gate) = machine();
    let ledger = gate.path().join("tollgate.ledger");
    let mut without_a_past = Vec::new();
    let (mut step, mut held) = (0_usize, Vec::<File>::new());
    chaos(&service, gate.path(), Bound::SinceSlotsMoved, || {
        let Ok(file) = File::options().read(true).write(true).open(&ledger) else { return };
        if without_a_past.is_empty() {
            without_a_past = std::fs::read(&ledger).unwrap();
        }
        // The words of a ledger, as anybody can find them out.
        let put = |word: u64, value: u64| drop(file.write_all_at(&value.to_le_bytes(), 8 + word * 8));
        let now = SystemClock.now().as_nanos();
        step += 1;
        match step % 5 {
            0 => put(46, now + 59_000_000_000),
            1 => (51..55).for_each(|counter| put(counter, now)),
            2 => (21..41).for_each(|arrival| put(arrival, now)),
            3 => drop(file.set_len(0)),
            _ => drop(file.write_all_at(&without_a_past, 0)),
        }
        // Two of the slots he looks at and does not let go, so that nobody can take them.
        if held.is_empty() {
            held = [1, 2]
                .map(|slot| File::open(gate.path().join(format!("tollgate.slot{slot}"))).unwrap())
                .into();
            held.iter().for_each(|slot| slot.lock_shared().unwrap());
        }
    });
}
