//! The machine's gate, as one process sees it: where its files are, whether they can be used, and what stands in them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::Clock;

use crate::category::Category;
use crate::ledger::Ledger;
use crate::limits::SLOTS;
#[cfg(test)]
use crate::local::LocalLimiter;
use crate::local::{LocalReservation, LocalSlot};
#[cfg(test)]
use crate::machine::Machine;
use crate::permit::Permit;
use crate::queue::{Queue, REFRESH_INTERVAL};
use crate::state::GateState;
use crate::store::{GateAccess, LedgerStore};
use crate::wait_stage::{OnWait, WaitStage};

/// How long a look at the gate waits for it.
const STATE_TIMEOUT: Duration = Duration::from_secs(1);

/// The machine's gate, as one process sees it.
pub struct Gate(Arc<GateAccess>);

impl Gate {
    /// A gate for token requests over the machine's files, or over those in `directory` when one is given. Nothing is
    /// opened yet.
    pub fn new(directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self::for_category(Category::Tokens, directory, clock)
    }

    /// The same for the requests of a category, with its limit and files of its own.
    pub fn for_category(category: Category, directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(GateAccess::new(category, directory, clock)))
    }

    /// The same gate for who only wants to find out: what one of the two meets, the other does not remember. The pace that the
    /// process keeps alone is one for both.
    #[must_use]
    pub fn with_own_memory(&self) -> Self {
        Self(Arc::new(self.0.with_own_memory()))
    }

    /// A gate over a machine that is all within a test.
    #[cfg(test)]
    pub(crate) fn with_machine(machine: Arc<dyn Machine>, clock: Arc<dyn Clock>) -> Self {
        let gate = Self::new(Some(PathBuf::from("test")), clock);
        gate.0.know(PathBuf::from("test"), machine);
        gate
    }

    /// What this process has of its own.
    #[cfg(test)]
    pub(crate) fn local(&self) -> &LocalLimiter {
        &self.0.local
    }

    /// Waits for a place and a slot. This never fails: at worst the process paces itself alone and the admission says why.
    pub async fn acquire(&self, watch: &OnWait<'_>) -> Permit {
        let inner = &self.0;
        let is_patient = !inner.fell_back_recently();
        let obstacle = match inner.machine().await {
            Ok((_, machine)) => match Queue::acquire(inner, &machine, watch, is_patient).await {
                Ok(passed) => return Permit::shared(Arc::clone(inner), machine, passed),
                Err(obstacle) => obstacle,
            },
            Err(obstacle) => obstacle,
        };
        inner.record_fallback(is_patient);
        let slot = self.acquire_locally(watch).await;
        Permit::local(Arc::clone(inner), slot, obstacle)
    }

    /// What the gate looks like now.
    pub async fn state(&self) -> GateState {
        let inner = &self.0;
        let (directory, obstacle, book) = match inner.machine().await {
            Ok((folder, machine)) => (Some(folder), None, LedgerStore::Shared(machine)),
            Err(obstacle) => (None, Some(obstacle), LedgerStore::Local(Arc::clone(&inner.local))),
        };
        let slots_busy = match &book {
            LedgerStore::Shared(machine) => machine.slots().map_or(0, |mut slots| {
                slots.taken([false; SLOTS]).into_iter().filter(|taken| *taken).count()
            }),
            LedgerStore::Local(alone) => alone.slots_in_use(),
        };
        let read = |ledger: &mut Ledger, now| (ledger.clone(), now);
        let (ledger, now, obstacle) = match inner.update(&book, STATE_TIMEOUT, read).await {
            Ok(((ledger, now), _)) => (ledger, now, obstacle),
            Err(stuck) => {
                let own = inner.local.ledger().clone();
                (own, inner.now(), Some(stuck))
            }
        };
        GateState {
            directory,
            fallback_reason: obstacle,
            is_paced: ledger.is_paced(now),
            slots_in_use: slots_busy,
            queue_length: ledger.queue_length(now),
            pause_remaining: ledger.pause_remaining(now),
            estimated_wait: ledger.estimated_wait(now),
            requests_sent: ledger.requests_sent,
            throttled_responses: ledger.throttled_responses,
            is_reset: ledger.is_reset,
            requests_last_second: ledger.requests_last_second(now),
        }
    }

    /// The same way over this process's own book, in which nobody else can stand in it.
    async fn acquire_locally(&self, watch: &OnWait<'_>) -> LocalSlot {
        let inner = &self.0;
        let place = LocalReservation::reserve(&inner.local, inner.now());
        loop {
            let now = inner.now();
            let (due, waiting, paused) = place.status(now);
            if due <= now {
                break;
            }
            let left = due.duration_since(now);
            watch(WaitStage::Queued { remaining: left, queue_length: waiting, pause_remaining: paused });
            sleep(left.min(REFRESH_INTERVAL)).await;
        }
        watch(WaitStage::Slot);
        let slot = Arc::clone(&inner.local).acquire_slot().await;
        place.commit();
        slot
    }
}
