//! One process's handle of the machine's gate: acquires permits and reads the gate's state.

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

/// How long [`Gate::state`] waits for the ledger's lock.
const STATE_TIMEOUT: Duration = Duration::from_secs(1);

/// One process's handle of the machine-wide rate limiter.
pub struct Gate(Arc<GateAccess>);

impl Gate {
    /// A gate for token requests over the machine's files, or over those in `directory` if one is given. Opens no file
    /// yet.
    pub fn new(directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self::for_category(Category::Tokens, directory, clock)
    }

    /// The same for a category of requests, which has its own limit and files.
    pub fn for_category(category: Category, directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(GateAccess::new(category, directory, clock)))
    }

    /// A second handle for diagnosis: a fallback of one does not affect the other. Both share the process-local rate
    /// limit.
    #[must_use]
    pub fn with_own_memory(&self) -> Self {
        Self(Arc::new(self.0.with_own_memory()))
    }

    /// A gate over a simulated machine.
    #[cfg(test)]
    pub(crate) fn with_machine(machine: Arc<dyn Machine>, clock: Arc<dyn Clock>) -> Self {
        let gate = Self::new(Some(PathBuf::from("test")), clock);
        gate.0.know(PathBuf::from("test"), machine);
        gate
    }

    /// The process-local limiter.
    #[cfg(test)]
    pub(crate) fn local(&self) -> &LocalLimiter {
        &self.0.local
    }

    /// Waits for a reservation and a slot. Never fails: at worst the process limits its own rate only, and
    /// [`Permit::fallback_reason`] is why.
    pub async fn acquire(&self, on_wait: &OnWait<'_>) -> Permit {
        let inner = &self.0;
        let is_patient = !inner.fell_back_recently();
        let reason = match inner.machine().await {
            Ok((_, machine)) => match Queue::acquire(inner, &machine, on_wait, is_patient).await {
                Ok(held) => return Permit::shared(Arc::clone(inner), machine, held),
                Err(error) => error,
            },
            Err(error) => error,
        };
        inner.record_fallback(is_patient);
        let slot = self.acquire_locally(on_wait).await;
        Permit::local(Arc::clone(inner), slot, reason)
    }

    /// The gate's state now. If the ledger cannot be read within 1 s, the process-local one is read instead.
    pub async fn state(&self) -> GateState {
        let inner = &self.0;
        let (directory, fallback_reason, store) = match inner.machine().await {
            Ok((directory, machine)) => (Some(directory), None, LedgerStore::Shared(machine)),
            Err(error) => (None, Some(error), LedgerStore::Local(Arc::clone(&inner.local))),
        };
        let slots_in_use = match &store {
            LedgerStore::Shared(machine) => machine.slots().map_or(0, |mut slots| {
                slots.taken([false; SLOTS]).into_iter().filter(|taken| *taken).count()
            }),
            LedgerStore::Local(local) => local.slots_in_use(),
        };
        let read = |ledger: &mut Ledger, now| (ledger.clone(), now);
        let (ledger, now, fallback_reason) = match inner.update(&store, STATE_TIMEOUT, read).await {
            Ok(((ledger, now), _)) => (ledger, now, fallback_reason),
            Err(error) => {
                let local = inner.local.ledger().clone();
                (local, inner.now(), Some(error))
            }
        };
        GateState {
            directory,
            fallback_reason,
            is_paced: ledger.is_paced(now),
            slots_in_use,
            queue_length: ledger.queue_length(now),
            pause_remaining: ledger.pause_remaining(now),
            estimated_wait: ledger.estimated_wait(now),
            requests_sent: ledger.requests_sent,
            throttled_responses: ledger.throttled_responses,
            is_reset: ledger.is_reset,
            requests_last_second: ledger.requests_last_second(now),
        }
    }

    /// Waits for a reservation and a slot of the process-local limiter, which no other process can block.
    async fn acquire_locally(&self, on_wait: &OnWait<'_>) -> LocalSlot {
        let inner = &self.0;
        let reservation = LocalReservation::reserve(&inner.local, inner.now());
        loop {
            let now = inner.now();
            let (due, queue_length, pause_remaining) = reservation.status(now);
            if due <= now {
                break;
            }
            let remaining = due.duration_since(now);
            on_wait(WaitStage::Queued { remaining, queue_length, pause_remaining });
            sleep(remaining.min(REFRESH_INTERVAL)).await;
        }
        on_wait(WaitStage::Slot);
        let slot = Arc::clone(&inner.local).acquire_slot().await;
        reservation.commit();
        slot
    }
}
