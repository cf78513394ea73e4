//! The machine's gate, as one process sees it: where its files are, whether they can be used, and what stands in them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use crate::admission::Admission;
use crate::alone::{Alone, AlonePlace, AloneSlot};
use crate::category::Category;
use crate::clock::{Boot, Clock};
use crate::directory;
use crate::grace::{GRACE, patiently};
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::obstacle::Obstacle;
use crate::queue::{LOOK, Queue};
use crate::shared::Shared;
use crate::slot::SLOTS;
use crate::stall::{SHORT_STALL, STALL, frozen};
use crate::state::GateState;

/// How long a look at the gate waits for it.
const LOOK_BOUND: Duration = Duration::from_secs(1);

/// After the gate could not be passed, how long it is only tried and not waited for.
const OBSTACLE_MEMORY: Duration = Duration::from_secs(60);

/// The longest pause between two tries for the ledger's lock.
const LOCK_POLL: Duration = Duration::from_millis(8);

/// What a caller at the gate is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its place in line.
    Place {
        /// The time until its place, as known now.
        left: Duration,
        /// Callers of this machine with a place still to come.
        waiting: u32,
        /// What is left of the pause that a 429 asked for; nothing where there is none.
        paused: Duration,
    },
    /// One of the five slots.
    Slot,
    /// The second its request may leave in, with a slot held.
    Send {
        /// What is left of the pause that a 429 asked for; nothing where there is none.
        paused: Duration,
    },
}

/// Who is told what a caller waits for.
pub(crate) type Watch<'a> = dyn Fn(Stage) + Send + Sync + 'a;

/// The machine's gate, as one process sees it.
pub struct Gate(Arc<Inner>);

pub(crate) struct Inner {
    candidates: directory::Candidates,
    category: Category,
    /// The folder that was chosen, and what is in it.
    known: Mutex<Option<(PathBuf, Arc<dyn Machine>)>>,
    pub(crate) alone: Arc<Alone>,
    hindered_at: AtomicU64,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Where places and sends are entered.
#[derive(Clone)]
pub(crate) enum Book {
    Shared(Arc<dyn Machine>),
    Alone(Arc<Alone>),
}

impl Gate {
    /// A gate for token requests over the machine's files, or over those in `directory` when one is given. Nothing is
    /// opened yet.
    pub fn new(directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self::for_category(Category::Tokens, directory, clock)
    }

    /// The same for the requests of a category, with its limit and files of its own.
    pub fn for_category(category: Category, directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            candidates: directory::candidates(directory),
            category,
            known: Mutex::default(),
            alone: Alone::new(category, clock.boot()),
            hindered_at: AtomicU64::new(0),
            clock,
        }))
    }

    /// The same gate for who only wants to find out: what one of the two meets, the other does not remember. The pace that the
    /// process keeps alone is one for both.
    #[must_use]
    pub fn apart(&self) -> Self {
        let inner = &self.0;
        let known = inner.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self(Arc::new(Inner {
            candidates: inner.candidates.clone(),
            category: inner.category,
            known: Mutex::new(known),
            alone: Arc::clone(&inner.alone),
            hindered_at: AtomicU64::new(0),
            clock: Arc::clone(&inner.clock),
        }))
    }

    /// A gate over a machine that is all within a test.
    #[cfg(test)]
    pub(crate) fn over(machine: Arc<dyn Machine>, clock: Arc<dyn Clock>) -> Self {
        let gate = Self::new(Some(PathBuf::from("test")), clock);
        *gate.0.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((PathBuf::from("test"), machine));
        gate
    }

    /// What this process has of its own.
    #[cfg(test)]
    pub(crate) fn own(&self) -> &Alone {
        &self.0.alone
    }

    /// Waits for a place and a slot. This never fails: at worst the process paces itself alone and the admission says why.
    pub async fn admit(&self, watch: &Watch<'_>) -> Admission {
        let inner = &self.0;
        let is_patient = !inner.remembers_obstacle();
        let obstacle = match inner.machine().await {
            Ok((_, machine)) => match Queue::pass(inner, &machine, watch, is_patient).await {
                Ok(passed) => return Admission::shared(Arc::clone(inner), machine, passed),
                Err(obstacle) => obstacle,
            },
            Err(obstacle) => obstacle,
        };
        inner.meet_obstacle(is_patient);
        let slot = inner.pass_alone(watch).await;
        Admission::alone(Arc::clone(inner), slot, obstacle)
    }

    /// What the gate looks like now.
    pub async fn look(&self) -> GateState {
        let inner = &self.0;
        let (directory, obstacle, book) = match inner.machine().await {
            Ok((folder, machine)) => (Some(folder), None, Book::Shared(machine)),
            Err(obstacle) => (None, Some(obstacle), Book::Alone(Arc::clone(&inner.alone))),
        };
        let slots_busy = match &book {
            Book::Shared(machine) => machine.slots().map_or(0, |mut slots| {
                slots.taken([false; SLOTS]).into_iter().filter(|taken| *taken).count()
            }),
            Book::Alone(alone) => alone.busy(),
        };
        let read = |ledger: &mut Ledger, now| (ledger.clone(), now);
        let (ledger, now, obstacle) = match inner.update(&book, LOOK_BOUND, read).await {
            Ok(((ledger, now), _)) => (ledger, now, obstacle),
            Err(stuck) => {
                let own = inner.alone.ledger().clone();
                (own, inner.now(), Some(stuck))
            }
        };
        GateState {
            directory,
            obstacle,
            even: ledger.is_even(now),
            slots_busy,
            waiting: ledger.waiting(now),
            paused: ledger.paused_for(now),
            wait: ledger.wait(now),
            sent: ledger.sent,
            throttled: ledger.throttled,
            rebuilt: ledger.rebuilt,
            sent_last_second: ledger.sent_last_second(now),
        }
    }
}

impl Inner {
    pub(crate) fn now(&self) -> Boot {
        self.clock.boot()
    }

    async fn machine(&self) -> Result<(PathBuf, Arc<dyn Machine>), Obstacle> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().clone() {
            return Ok(known);
        }
        let choose = || self.candidates.choose(self.category, &*self.clock).map(Path::to_owned);
        let folder = patiently(&*self.clock, self.grace(), choose).await?;
        let machine: Arc<dyn Machine> = Arc::new(Shared { folder: folder.clone(), category: self.category });
        *known() = Some((folder.clone(), Arc::clone(&machine)));
        Ok((folder, machine))
    }

    /// The same way over this process's own book, in which nobody else can stand in it.
    async fn pass_alone(&self, watch: &Watch<'_>) -> AloneSlot {
        let place = AlonePlace::take(&self.alone, self.now());
        loop {
            let now = self.now();
            let (due, waiting, paused) = place.look(now);
            if due <= now {
                break;
            }
            let left = due.since(now);
            watch(Stage::Place { left, waiting, paused });
            sleep(left.min(LOOK)).await;
        }
        watch(Stage::Slot);
        let slot = Arc::clone(&self.alone).slot().await;
        place.use_up();
        slot
    }

    /// Works on the book under its lock, and tells how long it had to wait for it, without the time in which the process
    /// was frozen; that is no longer than the bound.
    pub(crate) async fn update<R>(
        &self,
        book: &Book,
        bound: Duration,
        change: impl FnOnce(&mut Ledger, Boot) -> R,
    ) -> Result<(R, Duration), Obstacle> {
        let machine = match book {
            Book::Shared(machine) => machine,
            Book::Alone(alone) => {
                return Ok((change(&mut alone.ledger(), self.now()), Duration::ZERO));
            }
        };
        let mut started = self.now();
        let mut pause = Duration::from_millis(1);
        let (mut change, mut result) = (Some(change), None);
        loop {
            machine.try_update(&*self.clock, &mut |ledger, now| {
                result = change.take().map(|change| change(ledger, now));
            })?;
            let waited = self.now().since(started);
            if let Some(result) = result {
                return Ok((result, waited));
            }
            if waited >= bound {
                return Err(Obstacle::Stuck { held: "the ledger", waited });
            }
            let from = self.now();
            let meant = jittered(pause);
            sleep(meant).await;
            started = started + frozen(self.now().since(from), meant);
            pause = (pause * 2).min(LOCK_POLL);
        }
    }

    /// One try at the same.
    pub(crate) fn try_update(&self, book: &Book, mut change: impl FnMut(&mut Ledger, Boot)) {
        match book {
            Book::Shared(machine) => drop(machine.try_update(&*self.clock, &mut change)),
            Book::Alone(alone) => change(&mut alone.ledger(), self.now()),
        }
    }

    /// How long to wait for a lock that is held: not again and again for the same suspended process.
    pub(crate) fn bound(&self) -> Duration {
        if self.remembers_obstacle() { SHORT_STALL } else { STALL }
    }

    pub(crate) fn grace(&self) -> Duration {
        if self.remembers_obstacle() { Duration::ZERO } else { GRACE }
    }

    /// Remembers that the gate could not be passed. What only a try has met proves nothing new: it would keep the memory
    /// of itself alive.
    pub(crate) fn meet_obstacle(&self, is_patient: bool) {
        if is_patient {
            self.hindered_at.store(self.now().nanos(), Ordering::Relaxed);
        }
    }

    /// Forgets it: a request has left by the gate.
    pub(crate) fn meet_none(&self) {
        self.hindered_at.store(0, Ordering::Relaxed);
    }

    fn remembers_obstacle(&self) -> bool {
        let hindered_at = self.hindered_at.load(Ordering::Relaxed);
        hindered_at != 0 && self.now().since(Boot::from_nanos(hindered_at)) < OBSTACLE_MEMORY
    }
}

/// Between half and one and a half of the pause, so that those who collided once do not collide again.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}
