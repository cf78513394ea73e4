//! A caller's way through the gate: a place in line, a slot, and the moment its request leaves.
//!
//! The same way is walked over the machine's files or, where an obstacle stands, over this process's own book. Nothing
//! is held while waiting but the slot, and dropping any of the futures gives everything back.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use crate::admission::{Admission, Slot};
use crate::alone::Alone;
use crate::clock::{Boot, Clock};
use crate::directory;
use crate::grace::{GRACE, patiently};
use crate::ledger::Ledger;
use crate::obstacle::Obstacle;
use crate::shared;
use crate::slot::Slots;
use crate::state::GateState;

/// How long nothing may move before a caller goes on alone.
const BOUND: Duration = Duration::from_secs(10);

/// The longest anybody waits at the gate, however it moves: a line of some two thousand.
pub(crate) const PATIENCE: Duration = Duration::from_secs(100);

/// How often a caller in line looks whether the line still moves.
const LOOK: Duration = Duration::from_secs(2);

/// How long a look at the gate waits for it.
const LOOK_BOUND: Duration = Duration::from_secs(1);

/// How long nothing may move when the gate could not be passed just before.
const SHORT_BOUND: Duration = Duration::from_millis(50);

/// After the gate could not be passed, how long it is only tried and not waited for.
const OBSTACLE_MEMORY: Duration = Duration::from_secs(60);

/// The longest pause between two tries for a lock and for a slot.
const LOCK_POLL: Duration = Duration::from_millis(8);
const SLOT_POLL: Duration = Duration::from_millis(32);

/// What a caller at the gate is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its place in line.
    Place {
        /// The time until its place, as known now.
        left: Duration,
        /// Callers of this machine with a place still to come.
        waiting: u32,
    },
    /// One of the five slots, or the second its request may leave in.
    Slot,
}

/// The machine's gate, as one process sees it.
pub struct Gate {
    candidates: Vec<PathBuf>,
    folder: Mutex<Option<PathBuf>>,
    alone: Arc<Alone>,
    hindered_at: AtomicU64,
    clock: Arc<dyn Clock>,
}

/// Where places and sends are entered.
#[derive(Clone)]
pub(crate) enum Book {
    Shared(PathBuf),
    Alone(Arc<Alone>),
}

impl Gate {
    /// A gate over the machine's files, or over those in `directory` when one is given. Nothing is opened yet.
    pub fn new(directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            candidates: directory::candidates(directory),
            folder: Mutex::new(None),
            alone: Alone::new(),
            hindered_at: AtomicU64::new(0),
            clock,
        }
    }

    /// Waits for a place and a slot. This never fails: at worst the process paces itself alone and the admission says why.
    pub async fn admit(&self, watch: &(dyn Fn(Stage) + Send + Sync)) -> Admission<'_> {
        let patient = !self.remembers_obstacle();
        let obstacle = match self.folder().await {
            Ok(folder) => match self.pass(&Book::Shared(folder.clone()), watch).await {
                Ok(slot) => {
                    self.hindered_at.store(0, Ordering::Relaxed);
                    return Admission::new(self, Book::Shared(folder), slot, None);
                }
                Err(obstacle) => obstacle,
            },
            Err(obstacle) => obstacle,
        };
        // What only a try has met proves nothing new: it would keep the memory of itself alive.
        if patient {
            self.hindered_at.store(self.clock.boot().nanos(), Ordering::Relaxed);
        }
        let book = Book::Alone(Arc::clone(&self.alone));
        let slot = match self.pass(&book, watch).await {
            Ok(slot) => slot,
            // Even its own line is too long: all that is left is one request at a time for each slot.
            Err(_) => Slot::Alone(Arc::clone(&self.alone).slot().await),
        };
        Admission::new(self, book, slot, Some(obstacle))
    }

    /// What the gate looks like now.
    pub async fn look(&self) -> GateState {
        let folder = self.folder().await;
        let (directory, obstacle, book) = match folder {
            Ok(folder) => (Some(folder.clone()), None, Book::Shared(folder)),
            Err(obstacle) => (None, Some(obstacle), Book::Alone(Arc::clone(&self.alone))),
        };
        let slots_busy = match &book {
            Book::Shared(folder) => Slots::open(folder).map_or(0, |slots| slots.busy()),
            Book::Alone(alone) => alone.busy(),
        };
        let read = |ledger: &mut Ledger, now| (ledger.clone(), now);
        let (ledger, now, obstacle) = match self.change_within(&book, LOOK_BOUND, read).await {
            Ok((ledger, now)) => (ledger, now, obstacle),
            Err(stuck) => {
                let own = self.alone.ledger().clone();
                (own, self.clock.boot(), Some(stuck))
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

    pub(crate) fn now(&self) -> Boot {
        self.clock.boot()
    }

    pub(crate) const fn alone(&self) -> &Arc<Alone> {
        &self.alone
    }

    async fn folder(&self) -> Result<PathBuf, Obstacle> {
        let known = || self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known().clone() {
            return Ok(folder);
        }
        let choose = || directory::choose(&self.candidates).map(Path::to_owned);
        let folder = patiently(&*self.clock, self.grace(), choose).await?;
        *known() = Some(folder.clone());
        Ok(folder)
    }

    async fn pass(&self, book: &Book, watch: &(dyn Fn(Stage) + Send + Sync)) -> Result<Slot, Obstacle> {
        let arrived = self.clock.boot();
        self.wait_for_place(book, arrived, watch).await?;
        watch(Stage::Slot);
        match book {
            Book::Shared(folder) => self.wait_for_slot(folder, book, arrived).await,
            Book::Alone(alone) => Ok(Slot::Alone(Arc::clone(alone).slot().await)),
        }
    }

    async fn wait_for_place(
        &self,
        book: &Book,
        arrived: Boot,
        watch: &(dyn Fn(Stage) + Send + Sync),
    ) -> Result<(), Obstacle> {
        let mut ticket = self.change(book, Ledger::ticket).await?;
        let mut moved_at = arrived;
        loop {
            let now = self.clock.boot();
            if ticket.place <= now {
                return Ok(());
            }
            if now.since(arrived) > PATIENCE {
                return Err(Obstacle::LineTooLong);
            }
            let left = ticket.place.since(now);
            watch(Stage::Place { left, waiting: ticket.waiting });
            sleep(left.min(LOOK)).await;
            let seen = &mut ticket;
            self.change(book, |ledger, now| {
                if ledger.sent != seen.sent || ledger.paused_for(now) > Duration::ZERO {
                    seen.sent = ledger.sent;
                    moved_at = now;
                } else if now.since(moved_at) >= BOUND {
                    ledger.withdraw_places();
                    moved_at = now;
                }
                // A pause may have come over the place, and a line that was withdrawn holds none for us.
                let paused_over = ledger.paused_for(now) > Duration::ZERO && seen.place <= now;
                if ledger.line != seen.line || paused_over {
                    *seen = ledger.ticket(now);
                } else {
                    seen.waiting = ledger.waiting(now);
                }
            })
            .await?;
        }
    }

    async fn wait_for_slot(&self, folder: &Path, book: &Book, arrived: Boot) -> Result<Slot, Obstacle> {
        let mut slots = patiently(&*self.clock, self.grace(), || Slots::open(folder)).await?;
        let mut pause = Duration::from_millis(1);
        let (mut moved_at, mut looked_at, mut sent) = (self.clock.boot(), self.clock.boot(), None);
        loop {
            if let Some((number, file)) = slots.try_take() {
                return Ok(Slot::Shared(number, file));
            }
            let now = self.clock.boot();
            if now.since(looked_at) >= LOOK || sent.is_none() {
                let seen = self.change(book, |ledger, _| ledger.sent).await?;
                looked_at = now;
                if sent.replace(seen) != Some(seen) {
                    moved_at = now;
                }
            }
            if now.since(moved_at) >= self.bound() || now.since(arrived) > PATIENCE {
                return Err(Obstacle::Stuck { held: "the slots", waited: now.since(moved_at) });
            }
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(SLOT_POLL);
        }
    }

    pub(crate) async fn change<R>(
        &self,
        book: &Book,
        change: impl FnOnce(&mut Ledger, Boot) -> R,
    ) -> Result<R, Obstacle> {
        self.change_within(book, self.bound(), change).await
    }

    /// Works on the book under its lock; waits for the lock up to the bound.
    async fn change_within<R>(
        &self,
        book: &Book,
        bound: Duration,
        change: impl FnOnce(&mut Ledger, Boot) -> R,
    ) -> Result<R, Obstacle> {
        let folder = match book {
            Book::Shared(folder) => folder,
            Book::Alone(alone) => {
                return Ok(change(&mut alone.ledger(), self.clock.boot()));
            }
        };
        let started = self.clock.boot();
        let mut pause = Duration::from_millis(1);
        let mut change = Some(change);
        loop {
            let work = |ledger: &mut Ledger, now| change.take().map(|change| change(ledger, now));
            if let Some(Some(result)) = shared::try_change(folder, || self.clock.boot(), work)? {
                return Ok(result);
            }
            let waited = self.clock.boot().since(started);
            if waited >= bound {
                return Err(Obstacle::Stuck { held: "the ledger", waited });
            }
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(LOCK_POLL);
        }
    }

    /// How long to wait for something that does not move: not again and again for the same suspended process.
    fn bound(&self) -> Duration {
        if self.remembers_obstacle() { SHORT_BOUND } else { BOUND }
    }

    fn grace(&self) -> Duration {
        if self.remembers_obstacle() { Duration::ZERO } else { GRACE }
    }

    fn remembers_obstacle(&self) -> bool {
        let hindered_at = self.hindered_at.load(Ordering::Relaxed);
        hindered_at != 0 && self.clock.boot().since(Boot::from_nanos(hindered_at)) < OBSTACLE_MEMORY
    }
}

/// Between half and one and a half of the pause, so that those who collided once do not collide again.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}
