//! Permission to send one request: it holds a slot until the response.

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

/// How long an answer that has come waits for the ledger. What is to be noted is noted behind it then.
const RECORD_TIMEOUT: Duration = Duration::from_millis(100);

/// Permission to send one request. Dropping it frees the slot.
pub struct Permit {
    inner: Arc<GateAccess>,
    store: LedgerStore,
    fallback: Option<GateError>,
    /// The machine's slot that is held, and its number.
    shared_slot: Option<(usize, SlotLock)>,
    /// This process's own; who has both goes alone, and still holds the machine's so that no more are under way.
    local_slot: Option<LocalSlot>,
    /// The number of the reservation; 0 where there was none.
    pub(crate) number: u64,
    stall: StallDetector,
    step: Step,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Its request has not left.
    Waiting,
    /// Its request is under way.
    Sent,
    /// What became of its request is being noted.
    Done,
}

impl Permit {
    pub(crate) fn shared(inner: Arc<GateAccess>, machine: Arc<dyn Machine>, passed: HeldSlot) -> Self {
        let HeldSlot { slot, held, number, stall } = passed;
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

    pub(crate) fn local(inner: Arc<GateAccess>, slot: LocalSlot, obstacle: GateError) -> Self {
        let (store, stall) =
            (LedgerStore::Local(Arc::clone(&inner.local)), StallDetector::new(inner.now(), true));
        let (fallback, local_slot) = (Some(obstacle), Some(slot));
        Self { inner, store, fallback, shared_slot: None, local_slot, number: 0, stall, step: Step::Waiting }
    }

    /// Why the pace is this process's own and not the machine's, if it is.
    pub const fn fallback_reason(&self) -> Option<&GateError> {
        self.fallback.as_ref()
    }

    /// Waits until the request may leave and enters it. Call it when nothing is left to do but to send.
    ///
    /// What was made ready, a connection for example, keeps for as long as `fresh`. After a longer wait this returns
    /// false and has entered nothing: make it ready again, and call this again.
    pub async fn wait_to_send(&mut self, fresh: Duration, watch: &OnWait<'_>) -> bool {
        watch(WaitStage::Send { paused: Duration::ZERO });
        let came = self.inner.now();
        loop {
            let from = self.inner.now();
            let bound = self.stall.lock_timeout(from);
            let (slot, number, stall) = (self.slot_number(), self.number, &mut self.stall);
            let enter = |ledger: &mut Ledger, now: BootInstant| {
                stall.observe_pause(ledger, now);
                (ledger.try_record_send(number, slot, now), ledger.pause_remaining(now))
            };
            let (earliest, paused) = match self.inner.update(&self.store, bound, enter).await {
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
                Err(obstacle) => {
                    self.fall_back(obstacle).await;
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
            watch(WaitStage::Send { paused });
            let rest = earliest.duration_since(now).min(REFRESH_INTERVAL);
            sleep(rest).await;
            let slept_from = std::mem::replace(&mut now, self.inner.now());
            self.stall.observe_sleep(slept_from, rest, now);
            if now >= earliest && now.duration_since(came) > fresh {
                return false;
            }
        }
    }

    /// Notes that the request was answered, or broke off: from then on it is known when it arrived at the latest. Frees
    /// the slot. Returns after a tenth of a second at most; a ledger that is held for longer is waited for behind it.
    pub async fn complete(self) {
        self.record(|ledger, slot, now| ledger.record_response(slot, now)).await;
    }

    /// The same for an answer with status 429, of which everybody is told.
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

    /// Holds the slot until the note is made, or cannot be made.
    async fn write_record(mut self, change: impl FnOnce(&mut Ledger, usize, BootInstant) + Send) {
        self.step = Step::Done;
        let slot = self.slot_number();
        let note = |ledger: &mut Ledger, now| change(ledger, slot, now);
        // In a book that cannot be reached the request stays aloft until the slot's next holder finds it there, and a
        // pause is left to the caller's own retry.
        let _ = self.inner.update(&self.store, self.inner.stall_timeout(), note).await;
    }

    /// Whatever the files' trouble is, this process still keeps its own pace.
    async fn fall_back(&mut self, obstacle: GateError) {
        self.inner.record_fallback(self.stall.waits());
        self.fallback = Some(obstacle);
        self.local_slot = Some(Arc::clone(&self.inner.local).acquire_slot().await);
        // What is left behind in the ledger must hold nobody up.
        self.inner.try_update(&self.store, |ledger: &mut Ledger, _| ledger.ready_to_send.remove(self.number));
        self.store = LedgerStore::Local(Arc::clone(&self.inner.local));
    }

    fn slot_number(&self) -> usize {
        let alone = self.local_slot.as_ref().map(|slot| slot.number);
        alone.or(self.shared_slot.as_ref().map(|(slot, _)| *slot)).unwrap_or_default()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        // One try, with the slot still held.
        let (number, slot) = (self.number, self.slot_number());
        match self.step {
            // The line is not to look dead while the service cannot be reached.
            Step::Waiting => self
                .inner
                .try_update(&self.store, |ledger: &mut Ledger, _| ledger.record_slot_given_up(number)),
            // Its caller has given up, and nobody will tell when it arrives.
            Step::Sent => self.inner.try_update(&self.store, |ledger, now| ledger.record_response(slot, now)),
            Step::Done => {}
        }
    }
}
