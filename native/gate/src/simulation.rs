//! A simulated machine: thousands of callers, each with its own gate handle as a process has, on a clock that only
//! waiting advances. Nothing really sleeps, and every run is the same.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tollgate_core::{BootInstant, Clock};

use crate::category::Category;
use crate::error::GateError;
use crate::gate::Gate;
use crate::ledger::Ledger;
use crate::limits::SLOTS;
use crate::machine::{Machine, SlotLock, Slots, Taken};

mod hostile;
mod lines;
mod standstill;

const START: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

/// The runtime's paused clock, seen as a boot clock.
pub(crate) struct TestClock(Instant);

impl Clock for TestClock {
    fn now(&self) -> BootInstant {
        START + self.0.elapsed()
    }

    fn unix_now(&self) -> i64 {
        0
    }
}

/// The ledger and the slots of one machine.
pub(crate) struct TestMachine {
    pub(crate) ledger: Mutex<Ledger>,
    taken: Arc<[AtomicBool; SLOTS]>,
    /// Whether the ledger stays locked by another process.
    pub(crate) is_stuck: AtomicBool,
    /// Whether the slot files cannot be opened.
    pub(crate) is_scanned: AtomicBool,
    pub(crate) reads: AtomicUsize,
}

impl Machine for TestMachine {
    fn try_update(
        &self,
        clock: &dyn Clock,
        change: &mut dyn FnMut(&mut Ledger, BootInstant),
    ) -> Result<bool, GateError> {
        if self.is_stuck.load(Ordering::Relaxed) {
            return Ok(false);
        }
        self.reads.fetch_add(1, Ordering::Relaxed);
        let now = clock.now();
        let mut ledger = self.ledger.lock().unwrap();
        if !ledger.is_plausible(now) {
            *ledger = Ledger::reset(Category::Tokens, now);
        }
        change(&mut ledger, now);
        Ok(true)
    }

    fn slots(&self) -> Result<Box<dyn Slots>, GateError> {
        if self.is_scanned.load(Ordering::Relaxed) {
            let kind = std::io::ErrorKind::ResourceBusy;
            return Err(GateError::OpenFailed { path: PathBuf::from("slot"), kind });
        }
        Ok(Box::new(TestSlots(Arc::clone(&self.taken))))
    }
}

struct TestSlots(Arc<[AtomicBool; SLOTS]>);

struct TestSlot(Arc<[AtomicBool; SLOTS]>, usize);

impl Slots for TestSlots {
    fn try_lock_any(&mut self) -> Option<(usize, SlotLock)> {
        let free = (0..SLOTS).find(|slot| !self.0[*slot].swap(true, Ordering::Relaxed))?;
        Some((free, Box::new(TestSlot(Arc::clone(&self.0), free))))
    }

    fn taken(&mut self, _: Taken) -> Taken {
        std::array::from_fn(|slot| self.0[slot].load(Ordering::Relaxed))
    }
}

impl Drop for TestSlot {
    fn drop(&mut self) {
        self.0[self.1].store(false, Ordering::Relaxed);
    }
}

/// The result of one request.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// The number of the caller, in the order of their arrival.
    pub(crate) caller: usize,
    /// How long after the start it was sent.
    pub(crate) at: Duration,
    /// How long it waited at the gate.
    pub(crate) waited: Duration,
    pub(crate) fallback_reason: Option<GateError>,
    pub(crate) is_refused: bool,
}

/// The service: its limits, its latency, and the planned 429s that other programs cause.
pub(crate) struct Service {
    latency: Duration,
    /// Answers the first request after each of these times with 429 and this `Retry-After`.
    refusals: Mutex<Vec<(Duration, Option<Duration>)>>,
    arrivals: Mutex<Vec<Duration>>,
    in_flight: AtomicUsize,
}

impl Service {
    /// Whether a request that arrives now exceeds the service's limits.
    fn is_too_much(&self, now: Duration) -> bool {
        let mut arrivals = self.arrivals.lock().unwrap();
        arrivals.push(now);
        let lately = arrivals.iter().rev().take_while(|at| now - **at < Duration::from_secs(1)).count();
        lately > 20 || self.in_flight.load(Ordering::Relaxed) > SLOTS
    }

    fn planned(&self, now: Duration) -> Option<Option<Duration>> {
        let mut refusals = self.refusals.lock().unwrap();
        let is_due = refusals.first().is_some_and(|(at, _)| *at <= now);
        is_due.then(|| refusals.remove(0).1)
    }
}

/// One run.
pub(crate) struct World {
    pub(crate) machine: Arc<TestMachine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) service: Arc<Service>,
    start: Instant,
}

impl World {
    pub(crate) fn new(latency_ms: u64) -> Self {
        fastrand::seed(7);
        let start = Instant::now();
        let ledger = Mutex::new(Ledger::new(Category::Tokens, START));
        Self {
            machine: Arc::new(TestMachine {
                ledger,
                taken: Arc::default(),
                is_stuck: AtomicBool::new(false),
                is_scanned: AtomicBool::new(false),
                reads: AtomicUsize::new(0),
            }),
            clock: Arc::new(TestClock(start)),
            service: Arc::new(Service {
                latency: Duration::from_millis(latency_ms),
                refusals: Mutex::default(),
                arrivals: Mutex::default(),
                in_flight: AtomicUsize::new(0),
            }),
            start,
        }
    }

    pub(crate) fn gate(&self) -> Gate {
        let machine: Arc<dyn Machine> = self.machine.clone();
        Gate::with_machine(machine, Arc::clone(&self.clock))
    }

    /// Plans a 429 for the first request from `at` on, in seconds.
    pub(crate) fn refuse(self, at: u64, retry_after: Option<u64>) -> Self {
        let refusal = (Duration::from_secs(at), retry_after.map(Duration::from_secs));
        self.service.refusals.lock().unwrap().push(refusal);
        self
    }

    /// Records a 429, as if a request had received one.
    pub(crate) fn note_refusal(&self, retry_after: u64) {
        let retry_after = Some(Duration::from_secs(retry_after));
        self.machine.ledger.lock().unwrap().record_throttled(self.clock.now(), retry_after);
    }

    /// Starts `callers` callers now; each sends once and does not retry a 429. Returns in the order of the sends.
    pub(crate) async fn run(&self, callers: usize) -> Vec<Sent> {
        let mut running = self.start(callers);
        let mut sent = Vec::new();
        while let Some(one) = running.join_next().await {
            sent.push(one.unwrap());
        }
        sent.sort_by_key(|sent| sent.at);
        sent
    }

    pub(crate) fn start(&self, callers: usize) -> JoinSet<Sent> {
        let mut running = JoinSet::new();
        for caller in 0..callers {
            let (gate, service, start) = (self.gate(), Arc::clone(&self.service), self.start);
            running.spawn(async move {
                let came = Instant::now();
                let mut permit = gate.acquire(&|_| ()).await;
                while !permit.wait_to_send(Duration::from_secs(2), &|_| ()).await {}
                let fallback_reason = permit.fallback_reason().cloned();
                let (waited, at) = (came.elapsed(), start.elapsed());
                service.in_flight.fetch_add(1, Ordering::Relaxed);
                let (is_too_much, planned) = (service.is_too_much(at), service.planned(at));
                sleep(service.latency).await;
                service.in_flight.fetch_sub(1, Ordering::Relaxed);
                match planned {
                    Some(retry_after) => permit.report_throttled(retry_after).await,
                    None if is_too_much => permit.report_throttled(None).await,
                    None => permit.complete().await,
                }
                Sent { caller, at, waited, fallback_reason, is_refused: is_too_much }
            });
        }
        running
    }
}

/// The requests that fell back.
pub(crate) fn fell_back(sent: &[Sent]) -> Vec<&Sent> {
    sent.iter().filter(|sent| sent.fallback_reason.is_some()).collect()
}

/// The most requests in any second.
pub(crate) fn most_in_a_second(sent: &[Sent]) -> usize {
    let in_second = |(from, first): (usize, &Sent)| {
        sent[from..].iter().take_while(|sent| sent.at < first.at + Duration::from_secs(1)).count()
    };
    sent.iter().enumerate().map(in_second).max().unwrap_or(0)
}

/// The largest number of later callers that overtook one caller.
pub(crate) fn most_overtaken(sent: &[Sent]) -> usize {
    let overtakers = |(place, one): (usize, &Sent)| {
        sent[..place].iter().filter(|earlier| earlier.caller > one.caller).count()
    };
    sent.iter().enumerate().map(overtakers).max().unwrap_or(0)
}
