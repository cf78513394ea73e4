//! The two books of a process, the machine's and its own, and what it remembers of the machine's.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::{Boot, Clock};

use crate::alone::Alone;
use crate::category::Category;
use crate::directory;
use crate::grace::{GRACE, patiently};
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::obstacle::Obstacle;
use crate::shared::Shared;
use crate::stall::{SHORT_STALL, STALL, frozen};

/// After the gate could not be passed, how long it is only tried and not waited for.
const OBSTACLE_MEMORY: Duration = Duration::from_secs(60);

/// The longest pause between two tries for the ledger's lock.
const LOCK_POLL: Duration = Duration::from_millis(8);

/// What a process has of the gate.
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

impl Inner {
    pub(crate) fn new(category: Category, directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            candidates: directory::candidates(directory),
            category,
            known: Mutex::default(),
            alone: Alone::new(category, clock.boot()),
            hindered_at: AtomicU64::new(0),
            clock,
        }
    }

    /// The same, without what this one has met.
    pub(crate) fn apart(&self) -> Self {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            candidates: self.candidates.clone(),
            category: self.category,
            known: Mutex::new(known),
            alone: Arc::clone(&self.alone),
            hindered_at: AtomicU64::new(0),
            clock: Arc::clone(&self.clock),
        }
    }

    #[cfg(test)]
    pub(crate) fn know(&self, folder: PathBuf, machine: Arc<dyn Machine>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((folder, machine));
    }

    pub(crate) fn now(&self) -> Boot {
        self.clock.boot()
    }

    /// The machine's files, and the folder that they are in.
    pub(crate) async fn machine(&self) -> Result<(PathBuf, Arc<dyn Machine>), Obstacle> {
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

    pub(crate) fn remembers_obstacle(&self) -> bool {
        let hindered_at = self.hindered_at.load(Ordering::Relaxed);
        hindered_at != 0 && self.now().since(Boot::from_nanos(hindered_at)) < OBSTACLE_MEMORY
    }
}

/// Between half and one and a half of the pause, so that those who collided once do not collide again.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}
