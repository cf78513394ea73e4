//! The two ledgers of a process, the shared and the local one, and its memory of a recent fallback.

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

/// How long after a fallback the gate is tried with a short timeout only.
const FALLBACK_MEMORY: Duration = Duration::from_secs(60);

/// The longest delay between two tries to lock the ledger, before jitter.
const MAX_LOCK_POLL: Duration = Duration::from_millis(8);

/// One process's access to the gate of a category.
pub(crate) struct GateAccess {
    candidates: directory::Candidates,
    category: Category,
    /// The chosen directory and its files, once known.
    known: Mutex<Option<(PathBuf, Arc<dyn Machine>)>>,
    pub(crate) local: Arc<LocalLimiter>,
    /// When the last patient caller fell back, in boot clock nanoseconds; 0 for never.
    fallback_at: AtomicU64,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Where reservations and sends are recorded.
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

    /// The same access with its own memory of fallbacks, which starts empty.
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
    pub(crate) fn know(&self, directory: PathBuf, machine: Arc<dyn Machine>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((directory, machine));
    }

    pub(crate) fn now(&self) -> BootInstant {
        self.clock.now()
    }

    /// The directory of the machine's files, and the files. The choice is kept.
    pub(crate) async fn machine(&self) -> Result<(PathBuf, Arc<dyn Machine>), GateError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().clone() {
            return Ok(known);
        }
        let choose = || self.candidates.choose(self.category, &*self.clock).map(Path::to_owned);
        let directory = retry_open(&*self.clock, self.open_retry_timeout(), choose).await?;
        let machine: Arc<dyn Machine> =
            Arc::new(GateFiles { directory: directory.clone(), category: self.category });
        *known() = Some((directory.clone(), Arc::clone(&machine)));
        Ok((directory, machine))
    }

    /// Calls `change` with the ledger locked. Returns its result and how long the lock was waited for, without the time
    /// in which the process was suspended.
    ///
    /// # Errors
    /// [`GateError::LockTimeout`] after `timeout` without the lock, or why the file cannot be used.
    pub(crate) async fn update<R>(
        &self,
        store: &LedgerStore,
        timeout: Duration,
        change: impl FnOnce(&mut Ledger, BootInstant) -> R,
    ) -> Result<(R, Duration), GateError> {
        let machine = match store {
            LedgerStore::Shared(machine) => machine,
            LedgerStore::Local(local) => {
                return Ok((change(&mut local.ledger(), self.now()), Duration::ZERO));
            }
        };
        let mut started = self.now();
        let mut delay = Duration::from_millis(1);
        let (mut change, mut result) = (Some(change), None);
        loop {
            machine.try_update(&*self.clock, &mut |ledger, now| {
                result = change.take().map(|change| change(ledger, now));
            })?;
            let waited = self.now().duration_since(started);
            if let Some(result) = result {
                return Ok((result, waited));
            }
            if waited >= timeout {
                return Err(GateError::LockTimeout { what: "the ledger", waited });
            }
            let from = self.now();
            let meant = jitter_poll(delay);
            sleep(meant).await;
            started = started + suspended(self.now().duration_since(from), meant);
            delay = (delay * 2).min(MAX_LOCK_POLL);
        }
    }

    /// The same with one try for the lock; failures are ignored.
    pub(crate) fn try_update(&self, store: &LedgerStore, mut change: impl FnMut(&mut Ledger, BootInstant)) {
        match store {
            LedgerStore::Shared(machine) => drop(machine.try_update(&*self.clock, &mut change)),
            LedgerStore::Local(local) => change(&mut local.ledger(), self.now()),
        }
    }

    /// How long to wait for a held lock; short after a fallback, not to wait again for the same suspended process.
    pub(crate) fn stall_timeout(&self) -> Duration {
        if self.fell_back_recently() { STALL_TIMEOUT_AFTER_FALLBACK } else { STALL_TIMEOUT }
    }

    pub(crate) fn open_retry_timeout(&self) -> Duration {
        if self.fell_back_recently() { Duration::ZERO } else { OPEN_RETRY_TIMEOUT }
    }

    /// Remembers a fallback, unless the caller used the short timeout that follows one: such a caller would keep
    /// renewing the memory that made it impatient.
    pub(crate) fn record_fallback(&self, is_patient: bool) {
        if is_patient {
            self.fallback_at.store(self.now().as_nanos(), Ordering::Relaxed);
        }
    }

    /// Forgets the fallback, as a request was sent through the gate.
    pub(crate) fn forget_fallback(&self) {
        self.fallback_at.store(0, Ordering::Relaxed);
    }

    pub(crate) fn fell_back_recently(&self) -> bool {
        let fallback_at = self.fallback_at.load(Ordering::Relaxed);
        fallback_at != 0 && self.now().duration_since(BootInstant::from_nanos(fallback_at)) < FALLBACK_MEMORY
    }
}

/// Returns 0.5 to 1.5 times `delay`, so that callers that collided once do not collide again.
pub(crate) fn jitter_poll(delay: Duration) -> Duration {
    delay.mul_f64(0.5 + fastrand::f64())
}
