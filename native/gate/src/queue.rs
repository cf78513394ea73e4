//! A caller's way through the machine's gate: a place in line, and then a slot. Nothing is held while waiting, and a
//! caller that gives up gives its place back where it can.

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

/// How often a caller in line looks whether the line still moves, and how often one with a far place does.
pub(crate) const REFRESH_INTERVAL: Duration = Duration::from_secs(2);
const FAR_REFRESH_INTERVAL: Duration = Duration::from_secs(4);
const FAR: Duration = Duration::from_secs(40);

/// How often a caller looks at the slots when it wants to see them change hands, and when it has wanted to for long.
const SLOT_CHECK: Duration = Duration::from_millis(100);
const FREQUENT_SLOT_CHECK: Duration = Duration::from_millis(20);

/// How long it must not have seen that for the first, and for the second.
const SLOT_CHECK_AFTER: Duration = Duration::from_secs(30);
const FREQUENT_SLOT_CHECK_AFTER: Duration = Duration::from_secs(45);

/// How long nobody may have sent or given up at a slot before the places of a line are withdrawn.
const ABANDONED_AFTER: Duration = Duration::from_secs(8);

/// How often a place may be lost to a ledger that was overwritten.
const MAX_LOST_RESERVATIONS: u32 = 5;

/// The least time between two tries for a slot; a sixteenth of the time that requests take now, where that is more.
const MIN_SLOT_POLL: Duration = Duration::from_millis(8);

/// One caller on its way.
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

/// A caller that has come through.
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
        watch: &'a OnWait<'a>,
        patient: bool,
    ) -> Result<HeldSlot, GateError> {
        let book = LedgerStore::Shared(Arc::clone(machine));
        let arrived = inner.now();
        let mut stall = StallDetector::new(arrived, patient);
        let bound = stall.lock_timeout(arrived);
        let reserve = |ledger: &mut Ledger, now| {
            stall.observe_ledger(ledger, now);
            let mut ticket = ledger.reserve(now);
            let place = QueueStatus::read(ledger, &mut ticket, now);
            (ticket, place)
        };
        let ((ticket, place), waited) = inner.update(&book, bound, reserve).await?;
        stall.observe_lock_wait(arrived, waited, inner.now());
        let mut queue = Self {
            inner,
            store: book,
            on_wait: watch,
            arrived,
            stall,
            reservation: ticket,
            status: place,
            is_used: false,
        };
        queue.wait_for_reservation(machine).await?;
        watch(WaitStage::Slot);
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
        let (mut gone, mut gone_at, mut losses) = (self.status.slots_passed, self.arrived, 0);
        loop {
            let now = self.inner.now();
            let QueueStatus { due, queue_length: waiting, pause_remaining: paused, .. } = self.status;
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
            let left = due.duration_since(now);
            (self.on_wait)(WaitStage::Queued {
                remaining: left,
                queue_length: waiting,
                pause_remaining: paused,
            });
            gone_at = gone_at + self.sleep_until_refresh(left, machine).await;
            self.refresh(|stall, ticket, ledger, now| {
                let is_paused = ledger.pause_remaining(now) > Duration::ZERO;
                if std::mem::replace(&mut gone, ledger.slots_passed()) != ledger.slots_passed()
                    || is_paused
                    || stall.is_full()
                {
                    gone_at = now;
                } else if now.duration_since(gone_at) >= ABANDONED_AFTER {
                    ledger.cancel_reservations(now);
                    gone_at = now;
                }
                if ledger.due(ticket).is_none() {
                    *ticket = ledger.reserve(now);
                    losses += 1;
                }
                QueueStatus::read(ledger, ticket, now)
            })
            .await?;
        }
    }

    async fn sleep(&mut self, time: Duration) -> Duration {
        let from = self.inner.now();
        sleep(time).await;
        self.stall.observe_sleep(from, time, self.inner.now())
    }

    /// Sleeps until the next look at the ledger is due, and looks at the slots where that is worth while. Gives for how
    /// long the process was frozen meanwhile.
    async fn sleep_until_refresh(&mut self, left: Duration, machine: &Arc<dyn Machine>) -> Duration {
        let now = self.inner.now();
        let look = if left > FAR { FAR_REFRESH_INTERVAL } else { REFRESH_INTERVAL };
        let until = now + left.min(look).min(self.stall.remaining(now));
        let (mut slots, mut frozen) = (None::<Box<dyn Slots>>, Duration::ZERO);
        loop {
            let now = self.inner.now();
            frozen += self
                .sleep(
                    until.duration_since(now).min(self.next_slot_check(now).unwrap_or(FAR_REFRESH_INTERVAL)),
                )
                .await;
            let now = self.inner.now();
            if self.stall.is_slot_check_due(now) {
                // Files that cannot be opened now, for a scanner's sake, are looked at the next time.
                slots = slots.or_else(|| machine.slots().ok());
                if let Some(slots) = &mut slots {
                    self.stall.check_slots(&mut **slots, now);
                }
            }
            if now >= until {
                return frozen;
            }
        }
    }

    /// When to look at the slots next, where the usual looks do not do. At odd moments, for what is looked for may come
    /// and go in step.
    fn next_slot_check(&self, now: BootInstant) -> Option<Duration> {
        let unproven = self.stall.unproven_for(now)?;
        (unproven >= SLOT_CHECK_AFTER).then(|| {
            jitter_poll(if unproven < FREQUENT_SLOT_CHECK_AFTER { SLOT_CHECK } else { FREQUENT_SLOT_CHECK })
        })
    }

    async fn wait_for_slot(&mut self, machine: &Arc<dyn Machine>) -> Result<(usize, SlotLock), GateError> {
        let mut slots =
            retry_open(&*self.inner.clock, self.inner.open_retry_timeout(), || machine.slots()).await?;
        let came = self.inner.now();
        let mut looks = RefreshTimes::new(came);
        let mut free = FreeSlot::default();
        let mut pause = Duration::from_millis(1);
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
            let next_look = looks.next(self.status.ahead, self.status.oldest_in_flight);
            if now >= next_look {
                let last = looks.record(now);
                self.stall.check_slots(&mut *slots, now);
                let is_full = self.stall.is_full();
                self.refresh(|_, ticket, ledger, now| {
                    if is_full {
                        ledger.record_full_slots(ticket, last, now);
                    }
                    let before = ledger.wait_for_slot(ticket, now.duration_since(came), now);
                    QueueStatus::new(now, before, ledger, now)
                })
                .await?;
            } else if self.status.ahead == 0 {
                self.sleep(jitter_poll(pause).min(next_look.duration_since(now))).await;
                pause = (pause * 2)
                    .min((self.status.oldest_in_flight / 16).clamp(MIN_SLOT_POLL, SLOT_REFRESH_INTERVAL));
                continue;
            } else {
                let closer = self.next_slot_check(now).unwrap_or(MAX_REFRESH_INTERVAL);
                self.sleep(closer.min(next_look.duration_since(now))).await;
                self.stall.check_slots(&mut *slots, self.inner.now());
            }
            free.observe(!self.stall.is_full(), self.inner.now());
        }
    }

    /// Looks at the ledger and notes what it tells.
    async fn refresh(
        &mut self,
        look: impl FnOnce(&StallDetector, &mut Reservation, &mut Ledger, BootInstant) -> QueueStatus,
    ) -> Result<(), GateError> {
        let from = self.inner.now();
        let bound = self.stall.lock_timeout(from);
        let (stall, ticket) = (&mut self.stall, &mut self.reservation);
        let work = |ledger: &mut Ledger, now: BootInstant| {
            stall.observe_ledger(ledger, now);
            look(stall, ticket, ledger, now)
        };
        let (place, waited) = self.inner.update(&self.store, bound, work).await?;
        self.status = place;
        self.stall.observe_lock_wait(from, waited, self.inner.now());
        Ok(())
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        if !self.is_used {
            // One try: whoever holds the ledger now is not waited for, and the place is then lost.
            let ticket = &self.reservation;
            let give_back = |ledger: &mut Ledger, _| ledger.cancel(ticket);
            self.inner.try_update(&self.store, give_back);
        }
    }
}
