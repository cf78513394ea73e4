//! The two books of a process, the machine's and its own, and what it remembers of the machine's.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::{BootInstant, Clock};

use crate::category::Category;
use crate::directory;
use crate::error::GateError;
use crate::ledger::Ledger;
use crate::local::LocalLimiter;
use crate::machine::Machine;
use crate::machine_files::GateFiles;
use crate::open_retry::{OPEN_RETRY_TIMEOUT, retry_open};
use crate::stall::{STALL_TIMEOUT, STALL_TIMEOUT_AFTER_FALLBACK, suspended};

/// After the gate could not be passed, how long it is only tried and not waited for.
const FALLBACK_MEMORY: Duration = Duration::from_secs(60);

/// The longest pause between two tries for the ledger's lock.
const MAX_LOCK_POLL: Duration = Duration::from_millis(8);

/// What a process has of the gate.
pub(crate) struct GateAccess {
    candidates: directory::Candidates,
    category: Category,
    /// The folder that was chosen, and what is in it.
    known: Mutex<Option<(PathBuf, Arc<dyn Machine>)>>,
    pub(crate) local: Arc<LocalLimiter>,
    fallback_at: AtomicU64,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Where places and sends are entered.
#[derive(Clone)]
pub(crate) enum LedgerStore {
    Shared(Arc<dyn Machine>),
    Local(Arc<LocalLimiter>),
}

impl GateAccess {
    pub(crate) fn new(category: Category, directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            candidates: directory::candidates(directory),
            category,
            known: Mutex::default(),
            local: LocalLimiter::new(category, clock.now()),
            fallback_at: AtomicU64::new(0),
            clock,
        }
    }

    /// The same, without what this one has met.
    pub(crate) fn with_own_memory(&self) -> Self {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            candidates: self.candidates.clone(),
            category: self.category,
            known: Mutex::new(known),
            local: Arc::clone(&self.local),
            fallback_at: AtomicU64::new(0),
            clock: Arc::clone(&self.clock),
        }
    }

    #[cfg(test)]
    pub(crate) fn know(&self, folder: PathBuf, machine: Arc<dyn Machine>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((folder, machine));
    }

    pub(crate) fn now(&self) -> BootInstant {
        self.clock.now()
    }

    /// The machine's files, and the folder that they are in.
    pub(crate) async fn machine(&self) -> Result<(PathBuf, Arc<dyn Machine>), GateError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().clone() {
            return Ok(known);
        }
        let choose = || self.candidates.choose(self.category, &*self.clock).map(Path::to_owned);
        let folder = retry_open(&*self.clock, self.open_retry_timeout(), choose).await?;
        let machine: Arc<dyn Machine> =
            Arc::new(GateFiles { directory: folder.clone(), category: self.category });
        *known() = Some((folder.clone(), Arc::clone(&machine)));
        Ok((folder, machine))
    }

    /// Works on the book under its lock, and tells how long it had to wait for it, without the time in which the process
    /// was frozen; that is no longer than the bound.
    pub(crate) async fn update<R>(
        &self,
        book: &LedgerStore,
        bound: Duration,
        change: impl FnOnce(&mut Ledger, BootInstant) -> R,
    ) -> Result<(R, Duration), GateError> {
        let machine = match book {
            LedgerStore::Shared(machine) => machine,
            LedgerStore::Local(alone) => {
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
            let waited = self.now().duration_since(started);
            if let Some(result) = result {
                return Ok((result, waited));
            }
            if waited >= bound {
                return Err(GateError::LockTimeout { what: "the ledger", waited });
            }
            let from = self.now();
            let meant = jitter_poll(pause);
            sleep(meant).await;
            started = started + suspended(self.now().duration_since(from), meant);
            pause = (pause * 2).min(MAX_LOCK_POLL);
        }
    }

    /// One try at the same.
    pub(crate) fn try_update(&self, book: &LedgerStore, mut change: impl FnMut(&mut Ledger, BootInstant)) {
        match book {
            LedgerStore::Shared(machine) => drop(machine.try_update(&*self.clock, &mut change)),
            LedgerStore::Local(alone) => change(&mut alone.ledger(), self.now()),
        }
    }

    /// How long to wait for a lock that is held: not again and again for the same suspended process.
    pub(crate) fn stall_timeout(&self) -> Duration {
        if self.fell_back_recently() { STALL_TIMEOUT_AFTER_FALLBACK } else { STALL_TIMEOUT }
    }

    pub(crate) fn open_retry_timeout(&self) -> Duration {
        if self.fell_back_recently() { Duration::ZERO } else { OPEN_RETRY_TIMEOUT }
    }

    /// Remembers that the gate could not be passed. What only a try has met proves nothing new: it would keep the memory
    /// of itself alive.
    pub(crate) fn record_fallback(&self, is_patient: bool) {
        if is_patient {
            self.fallback_at.store(self.now().as_nanos(), Ordering::Relaxed);
        }
    }

    /// Forgets it: a request has left by the gate.
    pub(crate) fn forget_fallback(&self) {
        self.fallback_at.store(0, Ordering::Relaxed);
    }

    pub(crate) fn fell_back_recently(&self) -> bool {
        let hindered_at = self.fallback_at.load(Ordering::Relaxed);
        hindered_at != 0 && self.now().duration_since(BootInstant::from_nanos(hindered_at)) < FALLBACK_MEMORY
    }
}

/// Between half and one and a half of the pause, so that those who collided once do not collide again.
pub(crate) fn jitter_poll(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}
