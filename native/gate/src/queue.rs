//! A caller's wait at the machine's gate: for its reservation, then for a slot. No lock is held while waiting, and a
//! caller that gives up cancels its reservation if it can.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::BootInstant;

use crate::error::GateError;
use crate::ledger::Ledger;
use crate::ledger::reservations::Reservation;
use crate::machine::{ALL_TAKEN, Machine, SlotLock, Slots};
use crate::open_retry::retry_open;
use crate::stall::{MAX_WAIT_AFTER_FALLBACK, StallDetector};
use crate::store::{GateAccess, LedgerStore, jitter_poll};
use crate::wait_stage::{OnWait, WaitStage};

mod refresh;
mod status;

use refresh::{FreeSlot, MAX_REFRESH_INTERVAL, RefreshTimes, SLOT_REFRESH_INTERVAL};
use status::QueueStatus;

/// How often a caller with a reservation checks that the queue still moves; one due later than `FAR` uses the second.
pub(crate) const REFRESH_INTERVAL: Duration = Duration::from_secs(2);
const FAR_REFRESH_INTERVAL: Duration = Duration::from_secs(4);
const FAR: Duration = Duration::from_secs(40);

/// How often a caller checks whether slots change hands, and how often after a long time without seeing it.
const SLOT_CHECK: Duration = Duration::from_millis(100);
const FREQUENT_SLOT_CHECK: Duration = Duration::from_millis(20);

/// How long it must not have seen that before it uses the first interval, and the second.
const SLOT_CHECK_AFTER: Duration = Duration::from_secs(30);
const FREQUENT_SLOT_CHECK_AFTER: Duration = Duration::from_secs(45);

/// How long without a send or a slot given up before all reservations are cancelled.
const ABANDONED_AFTER: Duration = Duration::from_secs(8);

/// How many times a reservation may be lost, as when the ledger is overwritten, and be made again.
const MAX_LOST_RESERVATIONS: u32 = 5;

/// The minimum of the longest delay between two tries for a slot, which is 1/16 of the oldest request's age.
const MIN_SLOT_POLL: Duration = Duration::from_millis(8);

/// One caller that waits at the gate.
pub(crate) struct Queue<'a> {
    inner: &'a GateAccess,
    store: LedgerStore,
    on_wait: &'a OnWait<'a>,
    arrived: BootInstant,
    stall: StallDetector,
    reservation: Reservation,
    status: QueueStatus,
    is_used: bool,
}

/// The result of the wait: a locked slot.
pub(crate) struct HeldSlot {
    pub(crate) slot: usize,
    pub(crate) held: SlotLock,
    /// The number of its reservation.
    pub(crate) number: u64,
    pub(crate) stall: StallDetector,
}

impl<'a> Queue<'a> {
    pub(crate) async fn acquire(
        inner: &'a GateAccess,
        machine: &Arc<dyn Machine>,
        on_wait: &'a OnWait<'a>,
        is_patient: bool,
    ) -> Result<HeldSlot, GateError> {
        let store = LedgerStore::Shared(Arc::clone(machine));
        let arrived = inner.now();
        let mut stall = StallDetector::new(arrived, is_patient);
        let timeout = stall.lock_timeout(arrived);
        let reserve = |ledger: &mut Ledger, now| {
            stall.observe_ledger(ledger, now);
            let mut reservation = ledger.reserve(now);
            let status = QueueStatus::read(ledger, &mut reservation, now);
            (reservation, status)
        };
        let ((reservation, status), waited) = inner.update(&store, timeout, reserve).await?;
        stall.observe_lock_wait(arrived, waited, inner.now());
        let mut queue = Self { inner, store, on_wait, arrived, stall, reservation, status, is_used: false };
        queue.wait_for_reservation(machine).await?;
        on_wait(WaitStage::Slot);
        let (slot, held) = queue.wait_for_slot(machine).await?;
        queue.is_used = true;
        Ok(HeldSlot {
            slot,
            held,
            number: queue.reservation.number,
            stall: queue.stall.clone().for_slot_holder(inner.now()),
        })
    }

    async fn wait_for_reservation(&mut self, machine: &Arc<dyn Machine>) -> Result<(), GateError> {
        let (mut slots_passed, mut moved_at, mut losses) = (self.status.slots_passed, self.arrived, 0);
        loop {
            let now = self.inner.now();
            let QueueStatus { due, queue_length, pause_remaining, .. } = self.status;
            if due <= now {
                return Ok(());
            }
            if !self.stall.waits() && due > self.arrived + MAX_WAIT_AFTER_FALLBACK {
                return Err(GateError::QueueTooLong);
            }
            if let Some(waited) = self.stall.stalled_for(now).filter(|_| self.stall.waits()) {
                return Err(GateError::LockTimeout { what: "a place in line", waited });
            }
            if losses > MAX_LOST_RESERVATIONS {
                return Err(GateError::Overwritten);
            }
            let remaining = due.duration_since(now);
            (self.on_wait)(WaitStage::Queued { remaining, queue_length, pause_remaining });
            moved_at = moved_at + self.sleep_until_refresh(remaining, machine).await;
            self.refresh(|stall, reservation, ledger, now| {
                let is_paused = ledger.pause_remaining(now) > Duration::ZERO;
                if std::mem::replace(&mut slots_passed, ledger.slots_passed()) != ledger.slots_passed()
                    || is_paused
                    || stall.is_full()
                {
                    moved_at = now;
                } else if now.duration_since(moved_at) >= ABANDONED_AFTER {
                    ledger.cancel_reservations(now);
                    moved_at = now;
                }
                if ledger.due(reservation).is_none() {
                    *reservation = ledger.reserve(now);
                    losses += 1;
                }
                QueueStatus::read(ledger, reservation, now)
            })
            .await?;
        }
    }

    async fn sleep(&mut self, time: Duration) -> Duration {
        let from = self.inner.now();
        sleep(time).await;
        self.stall.observe_sleep(from, time, self.inner.now())
    }

    /// Sleeps until the ledger is to be read next, and checks the slots where needed. Returns how long the process was
    /// suspended meanwhile.
    async fn sleep_until_refresh(&mut self, remaining: Duration, machine: &Arc<dyn Machine>) -> Duration {
        let now = self.inner.now();
        let interval = if remaining > FAR { FAR_REFRESH_INTERVAL } else { REFRESH_INTERVAL };
        let until = now + remaining.min(interval).min(self.stall.remaining(now));
        let (mut slots, mut suspended) = (None::<Box<dyn Slots>>, Duration::ZERO);
        loop {
            let now = self.inner.now();
            suspended += self
                .sleep(
                    until.duration_since(now).min(self.next_slot_check(now).unwrap_or(FAR_REFRESH_INTERVAL)),
                )
                .await;
            let now = self.inner.now();
            if self.stall.is_slot_check_due(now) {
                // Files that cannot be opened now, because of a virus scanner for example, are retried the next time.
                slots = slots.or_else(|| machine.slots().ok());
                if let Some(slots) = &mut slots {
                    self.stall.check_slots(&mut **slots, now);
                }
            }
            if now >= until {
                return suspended;
            }
        }
    }

    /// The delay until an additional check of the slots; `None` if the usual ones suffice. It has jitter, as slots may
    /// change hands in step with regular checks.
    fn next_slot_check(&self, now: BootInstant) -> Option<Duration> {
        let unproven = self.stall.unproven_for(now)?;
        (unproven >= SLOT_CHECK_AFTER).then(|| {
            jitter_poll(if unproven < FREQUENT_SLOT_CHECK_AFTER { SLOT_CHECK } else { FREQUENT_SLOT_CHECK })
        })
    }

    async fn wait_for_slot(&mut self, machine: &Arc<dyn Machine>) -> Result<(usize, SlotLock), GateError> {
        let mut slots =
            retry_open(&*self.inner.clock, self.inner.open_retry_timeout(), || machine.slots()).await?;
        let arrived = self.inner.now();
        let mut refreshes = RefreshTimes::new(arrived);
        let mut free = FreeSlot::default();
        let mut delay = Duration::from_millis(1);
        loop {
            if self.status.ahead == 0 || free.is_unclaimed(self.inner.now()) {
                if let Some(taken) = slots.try_lock_any() {
                    return Ok(taken);
                }
                self.stall.observe_slots(ALL_TAKEN, self.inner.now());
            }
            let now = self.inner.now();
            if let Some(waited) = self.stall.stalled_for(now) {
                return Err(GateError::LockTimeout { what: "the slots", waited });
            }
            let next_refresh = refreshes.next(self.status.ahead, self.status.oldest_in_flight);
            if now >= next_refresh {
                let last = refreshes.record(now);
                self.stall.check_slots(&mut *slots, now);
                let is_full = self.stall.is_full();
                self.refresh(|_, reservation, ledger, now| {
                    if is_full {
                        ledger.record_full_slots(reservation, last, now);
                    }
                    let ahead = ledger.wait_for_slot(reservation, now.duration_since(arrived), now);
                    QueueStatus::new(now, ahead, ledger, now)
                })
                .await?;
            } else if self.status.ahead == 0 {
                self.sleep(jitter_poll(delay).min(next_refresh.duration_since(now))).await;
                delay = (delay * 2)
                    .min((self.status.oldest_in_flight / 16).clamp(MIN_SLOT_POLL, SLOT_REFRESH_INTERVAL));
                continue;
            } else {
                let next_check = self.next_slot_check(now).unwrap_or(MAX_REFRESH_INTERVAL);
                self.sleep(next_check.min(next_refresh.duration_since(now))).await;
                self.stall.check_slots(&mut *slots, self.inner.now());
            }
            free.observe(!self.stall.is_full(), self.inner.now());
        }
    }

    /// Updates the ledger by `change`, and the stall detector and the status from it.
    async fn refresh(
        &mut self,
        change: impl FnOnce(&StallDetector, &mut Reservation, &mut Ledger, BootInstant) -> QueueStatus,
    ) -> Result<(), GateError> {
        let from = self.inner.now();
        let timeout = self.stall.lock_timeout(from);
        let (stall, reservation) = (&mut self.stall, &mut self.reservation);
        let work = |ledger: &mut Ledger, now: BootInstant| {
            stall.observe_ledger(ledger, now);
            change(stall, reservation, ledger, now)
        };
        let (status, waited) = self.inner.update(&self.store, timeout, work).await?;
        self.status = status;
        self.stall.observe_lock_wait(from, waited, self.inner.now());
        Ok(())
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        if !self.is_used {
            // A single try: if the ledger is locked, the reservation remains in it unused.
            let reservation = &self.reservation;
            let cancel = |ledger: &mut Ledger, _| ledger.cancel(reservation);
            self.inner.try_update(&self.store, cancel);
        }
    }
}
