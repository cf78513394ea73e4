//! Permission to send one request, which holds a slot until the response.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tollgate_core::BootInstant;

use crate::error::GateError;
use crate::ledger::Ledger;
use crate::local::LocalSlot;
use crate::machine::{Machine, SlotLock};
use crate::queue::{HeldSlot, REFRESH_INTERVAL};
use crate::stall::StallDetector;
use crate::store::{GateAccess, LedgerStore};
use crate::wait_stage::{OnWait, WaitStage};

/// How long a received response waits for the ledger. After that it is recorded in a background task.
const RECORD_TIMEOUT: Duration = Duration::from_millis(100);

/// Permission to send one request. Dropping it frees the slot.
pub struct Permit {
    inner: Arc<GateAccess>,
    store: LedgerStore,
    fallback: Option<GateError>,
    /// The number and lock of the machine's slot.
    shared_slot: Option<(usize, SlotLock)>,
    /// The process-local slot. After `fall_back` both are held, so that no more requests are in flight machine-wide.
    local_slot: Option<LocalSlot>,
    /// The number of the reservation; 0 if there is none.
    pub(crate) number: u64,
    stall: StallDetector,
    step: Step,
}

/// How far the permit's request has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Not sent.
    Waiting,
    /// In flight.
    Sent,
    /// Its result is being recorded.
    Done,
}

impl Permit {
    pub(crate) fn shared(inner: Arc<GateAccess>, machine: Arc<dyn Machine>, held_slot: HeldSlot) -> Self {
        let HeldSlot { slot, held, number, stall } = held_slot;
        let (store, shared_slot) = (LedgerStore::Shared(machine), Some((slot, held)));
        Self {
            inner,
            store,
            fallback: None,
            shared_slot,
            local_slot: None,
            number,
            stall,
            step: Step::Waiting,
        }
    }

    pub(crate) fn local(inner: Arc<GateAccess>, slot: LocalSlot, reason: GateError) -> Self {
        let (store, stall) =
            (LedgerStore::Local(Arc::clone(&inner.local)), StallDetector::new(inner.now(), true));
        let (fallback, local_slot) = (Some(reason), Some(slot));
        Self { inner, store, fallback, shared_slot: None, local_slot, number: 0, stall, step: Step::Waiting }
    }

    /// Why this permit is process-local; `None` if it is the machine's.
    pub const fn fallback_reason(&self) -> Option<&GateError> {
        self.fallback.as_ref()
    }

    /// Waits until the request may be sent and records the send. Call it when everything else is done.
    ///
    /// `fresh` is how long what was prepared, such as a connection, stays usable. After a longer wait this returns
    /// false and has recorded nothing: prepare again, and call this again.
    pub async fn wait_to_send(&mut self, fresh: Duration, on_wait: &OnWait<'_>) -> bool {
        on_wait(WaitStage::Send { paused: Duration::ZERO });
        let arrived = self.inner.now();
        loop {
            let from = self.inner.now();
            let timeout = self.stall.lock_timeout(from);
            let (slot, number, stall) = (self.slot_number(), self.number, &mut self.stall);
            let record = |ledger: &mut Ledger, now: BootInstant| {
                stall.observe_pause(ledger, now);
                (ledger.try_record_send(number, slot, now), ledger.pause_remaining(now))
            };
            let (earliest, paused) = match self.inner.update(&self.store, timeout, record).await {
                Ok(((Ok(()), _), _)) => {
                    self.step = Step::Sent;
                    if matches!(self.store, LedgerStore::Shared(_)) {
                        self.inner.forget_fallback();
                    }
                    return true;
                }
                Ok(((Err(earliest), paused), waited)) => {
                    self.stall.observe_lock_wait(from, waited, self.inner.now());
                    (earliest, paused)
                }
                Err(error) => {
                    self.fall_back(error).await;
                    continue;
                }
            };
            let mut now = self.inner.now();
            if let Some(waited) =
                self.stall.stalled_for(now).filter(|_| matches!(self.store, LedgerStore::Shared(_)))
            {
                self.fall_back(GateError::LockTimeout { what: "the moment of the send", waited }).await;
                continue;
            }
            on_wait(WaitStage::Send { paused });
            let delay = earliest.duration_since(now).min(REFRESH_INTERVAL);
            sleep(delay).await;
            let slept_from = std::mem::replace(&mut now, self.inner.now());
            self.stall.observe_sleep(slept_from, delay, now);
            if now >= earliest && now.duration_since(arrived) > fresh {
                return false;
            }
        }
    }

    /// Records that the request got a response or failed, by when it has arrived at the latest, and frees the slot.
    /// Returns after 100 ms at most; if the ledger is locked for longer, a background task completes this.
    pub async fn complete(self) {
        self.record(|ledger, slot, now| ledger.record_response(slot, now)).await;
    }

    /// The same for a response with status 429, after which all callers pause.
    pub async fn report_throttled(self, retry_after: Option<Duration>) {
        self.record(move |ledger, slot, now| {
            ledger.record_response(slot, now);
            ledger.record_throttled(now, retry_after);
        })
        .await;
    }

    async fn record(self, change: impl FnOnce(&mut Ledger, usize, BootInstant) + Send + 'static) {
        let mut work = Box::pin(self.write_record(change));
        if timeout(RECORD_TIMEOUT, &mut work).await.is_err() {
            drop(tokio::spawn(work));
        }
    }

    /// Holds the slot until the change is recorded or recording it has failed.
    async fn write_record(mut self, change: impl FnOnce(&mut Ledger, usize, BootInstant) + Send) {
        self.step = Step::Done;
        let slot = self.slot_number();
        let record = |ledger: &mut Ledger, now| change(ledger, slot, now);
        // If the ledger cannot be updated, the request stays in flight until the slot's next holder records its
        // arrival, and only the caller's own retry observes the pause.
        let _ = self.inner.update(&self.store, self.inner.stall_timeout(), record).await;
    }

    /// Switches to the process-local limiter, whatever the error is, and keeps the machine's slot.
    async fn fall_back(&mut self, reason: GateError) {
        self.inner.record_fallback(self.stall.waits());
        self.fallback = Some(reason);
        self.local_slot = Some(Arc::clone(&self.inner.local).acquire_slot().await);
        // The entry that remains in the shared ledger must not delay other callers.
        self.inner.try_update(&self.store, |ledger: &mut Ledger, _| ledger.ready_to_send.remove(self.number));
        self.store = LedgerStore::Local(Arc::clone(&self.inner.local));
    }

    fn slot_number(&self) -> usize {
        let local = self.local_slot.as_ref().map(|slot| slot.number);
        local.or(self.shared_slot.as_ref().map(|(slot, _)| *slot)).unwrap_or_default()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        // A single try, while the slot is still held.
        let (number, slot) = (self.number, self.slot_number());
        match self.step {
            // The queue must not appear stalled while the service is unreachable.
            Step::Waiting => self
                .inner
                .try_update(&self.store, |ledger: &mut Ledger, _| ledger.record_slot_given_up(number)),
            // The caller was dropped, so when the request arrives will not be known.
            Step::Sent => self.inner.try_update(&self.store, |ledger, now| ledger.record_response(slot, now)),
            Step::Done => {}
        }
    }
}
