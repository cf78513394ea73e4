//! A caller's way through the machine's gate: a place in line, and then a slot. Nothing is held while waiting, and a
//! caller that gives up gives its place back where it can.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::grace::patiently;
use crate::ledger::Ledger;
use crate::ledger::reservations::Ticket;
use crate::machine::{FULL, Held, Machine, Slots};
use crate::obstacle::Obstacle;
use crate::stage::{Stage, Watch};
use crate::stall::{NEAR, Stall};
use crate::store::{Book, Inner, jittered};

mod looks;

use looks::{Free, LATEST, Looks, SLOT_LOOK};
use tollgate_core::Boot;

/// How often a caller in line looks whether the line still moves, and how often one with a far place does.
pub(crate) const LOOK: Duration = Duration::from_secs(2);
const FAR_LOOK: Duration = Duration::from_secs(4);
const FAR: Duration = Duration::from_secs(40);

/// How often a caller looks at the slots when it wants to see them change hands, and when it has wanted to for long.
const CLOSE_LOOK: Duration = Duration::from_millis(100);
const CLOSEST_LOOK: Duration = Duration::from_millis(20);

/// How long it must not have seen that for the first, and for the second.
const CLOSER: Duration = Duration::from_secs(30);
const CLOSEST: Duration = Duration::from_secs(45);

/// How long nobody may have sent or given up at a slot before the places of a line are withdrawn.
const DESERTED: Duration = Duration::from_secs(8);

/// How often a place may be lost to a ledger that was overwritten.
const LOSSES: u32 = 5;

/// The least time between two tries for a slot; a sixteenth of the time that requests take now, where that is more.
const SLOT_POLL: Duration = Duration::from_millis(8);

/// One caller on its way.
pub(crate) struct Queue<'a> {
    inner: &'a Inner,
    book: Book,
    watch: &'a Watch<'a>,
    arrived: Boot,
    stall: Stall,
    ticket: Ticket,
    place: Place,
    used: bool,
}

/// What the ledger told at the last look.
#[derive(Clone, Copy)]
struct Place {
    due: Boot,
    waiting: u32,
    paused: Duration,
    /// Those that have left the line by way of a slot.
    gone: u64,
    /// How long the oldest request has been under way.
    oldest: Duration,
    /// Once it is due, how many must go before it may take a slot.
    before: u64,
}

/// A caller that has come through.
pub(crate) struct Passed {
    pub(crate) slot: usize,
    pub(crate) held: Held,
    /// The number of its reservation.
    pub(crate) number: u64,
    pub(crate) stall: Stall,
}

impl<'a> Queue<'a> {
    pub(crate) async fn pass(
        inner: &'a Inner,
        machine: &Arc<dyn Machine>,
        watch: &'a Watch<'a>,
        patient: bool,
    ) -> Result<Passed, Obstacle> {
        let book = Book::Shared(Arc::clone(machine));
        let arrived = inner.now();
        let mut stall = Stall::new(arrived, patient);
        let bound = stall.lock_bound(arrived);
        let reserve = |ledger: &mut Ledger, now| {
            stall.see_ledger(ledger, now);
            let mut ticket = ledger.reserve(now);
            let place = Place::of(ledger, &mut ticket, now);
            (ticket, place)
        };
        let ((ticket, place), waited) = inner.update(&book, bound, reserve).await?;
        stall.wait_for_lock(arrived, waited, inner.now());
        let mut queue = Self { inner, book, watch, arrived, stall, ticket, place, used: false };
        queue.wait_for_place(machine).await?;
        watch(Stage::Slot);
        let (slot, held) = queue.wait_for_slot(machine).await?;
        queue.used = true;
        Ok(Passed {
            slot,
            held,
            number: queue.ticket.number,
            stall: queue.stall.clone().of_slot_holder(inner.now()),
        })
    }

    async fn wait_for_place(&mut self, machine: &Arc<dyn Machine>) -> Result<(), Obstacle> {
        let (mut gone, mut gone_at, mut losses) = (self.place.gone, self.arrived, 0);
        loop {
            let now = self.inner.now();
            let Place { due, waiting, paused, .. } = self.place;
            if due <= now {
                return Ok(());
            }
            if !self.stall.is_patient() && due > self.arrived + NEAR {
                return Err(Obstacle::FarPlace);
            }
            if let Some(waited) = self.stall.is_over(now).filter(|_| self.stall.is_patient()) {
                return Err(Obstacle::Stuck { held: "a place in line", waited });
            }
            if losses > LOSSES {
                return Err(Obstacle::Overwritten);
            }
            let left = due.since(now);
            (self.watch)(Stage::Place { left, waiting, paused });
            gone_at = gone_at + self.rest(left, machine).await;
            self.look(|stall, ticket, ledger, now| {
                let is_paused = ledger.paused_for(now) > Duration::ZERO;
                if std::mem::replace(&mut gone, ledger.gone()) != ledger.gone()
                    || is_paused
                    || stall.is_full()
                {
                    gone_at = now;
                } else if now.since(gone_at) >= DESERTED {
                    ledger.withdraw_places(now);
                    gone_at = now;
                }
                if ledger.due(ticket).is_none() {
                    *ticket = ledger.reserve(now);
                    losses += 1;
                }
                Place::of(ledger, ticket, now)
            })
            .await?;
        }
    }

    async fn sleep(&mut self, time: Duration) -> Duration {
        let from = self.inner.now();
        sleep(time).await;
        self.stall.wake(from, time, self.inner.now())
    }

    /// Sleeps until the next look at the ledger is due, and looks at the slots where that is worth while. Gives for how
    /// long the process was frozen meanwhile.
    async fn rest(&mut self, left: Duration, machine: &Arc<dyn Machine>) -> Duration {
        let now = self.inner.now();
        let look = if left > FAR { FAR_LOOK } else { LOOK };
        let until = now + left.min(look).min(self.stall.left(now));
        let (mut slots, mut frozen) = (None::<Box<dyn Slots>>, Duration::ZERO);
        loop {
            let now = self.inner.now();
            frozen += self.sleep(until.since(now).min(self.closer_look(now).unwrap_or(FAR_LOOK))).await;
            let now = self.inner.now();
            if self.stall.wants_slots(now) {
                // Files that cannot be opened now, for a scanner's sake, are looked at the next time.
                slots = slots.or_else(|| machine.slots().ok());
                if let Some(slots) = &mut slots {
                    self.stall.look_at(&mut **slots, now);
                }
            }
            if now >= until {
                return frozen;
            }
        }
    }

    /// When to look at the slots next, where the usual looks do not do. At odd moments, for what is looked for may come
    /// and go in step.
    fn closer_look(&self, now: Boot) -> Option<Duration> {
        let unproven = self.stall.unproven_for(now)?;
        (unproven >= CLOSER).then(|| jittered(if unproven < CLOSEST { CLOSE_LOOK } else { CLOSEST_LOOK }))
    }

    async fn wait_for_slot(&mut self, machine: &Arc<dyn Machine>) -> Result<(usize, Held), Obstacle> {
        let mut slots = patiently(&*self.inner.clock, self.inner.grace(), || machine.slots()).await?;
        let came = self.inner.now();
        let mut looks = Looks::new(came);
        let mut free = Free::default();
        let mut pause = Duration::from_millis(1);
        loop {
            if self.place.before == 0 || free.is_left_over(self.inner.now()) {
                if let Some(taken) = slots.try_take() {
                    return Ok(taken);
                }
                self.stall.see_slots(FULL, self.inner.now());
            }
            let now = self.inner.now();
            if let Some(waited) = self.stall.is_over(now) {
                return Err(Obstacle::Stuck { held: "the slots", waited });
            }
            let next_look = looks.next(self.place.before, self.place.oldest);
            if now >= next_look {
                let last = looks.enter(now);
                self.stall.look_at(&mut *slots, now);
                let is_full = self.stall.is_full();
                self.look(|_, ticket, ledger, now| {
                    if is_full {
                        ledger.note_full_slots(ticket, last, now);
                    }
                    let before = ledger.wait_at_slots(ticket, now.since(came), now);
                    Place::at(now, before, ledger, now)
                })
                .await?;
            } else if self.place.before == 0 {
                self.sleep(jittered(pause).min(next_look.since(now))).await;
                pause = (pause * 2).min((self.place.oldest / 16).clamp(SLOT_POLL, SLOT_LOOK));
                continue;
            } else {
                let closer = self.closer_look(now).unwrap_or(LATEST);
                self.sleep(closer.min(next_look.since(now))).await;
                self.stall.look_at(&mut *slots, self.inner.now());
            }
            free.see(!self.stall.is_full(), self.inner.now());
        }
    }

    /// Looks at the ledger and notes what it tells.
    async fn look(
        &mut self,
        look: impl FnOnce(&Stall, &mut Ticket, &mut Ledger, Boot) -> Place,
    ) -> Result<(), Obstacle> {
        let from = self.inner.now();
        let bound = self.stall.lock_bound(from);
        let (stall, ticket) = (&mut self.stall, &mut self.ticket);
        let work = |ledger: &mut Ledger, now: Boot| {
            stall.see_ledger(ledger, now);
            look(stall, ticket, ledger, now)
        };
        let (place, waited) = self.inner.update(&self.book, bound, work).await?;
        self.place = place;
        self.stall.wait_for_lock(from, waited, self.inner.now());
        Ok(())
    }
}

impl Place {
    /// What the ledger tells of a reservation. One that is due stands at the slots from now on.
    fn of(ledger: &mut Ledger, ticket: &mut Ticket, now: Boot) -> Self {
        let due = ledger.due(ticket).unwrap_or(now);
        let before = if due <= now { ledger.wait_at_slots(ticket, Duration::ZERO, now) } else { 0 };
        Self::at(due, before, ledger, now)
    }

    fn at(due: Boot, before: u64, ledger: &Ledger, now: Boot) -> Self {
        let (waiting, paused) = (ledger.waiting(now), ledger.paused_for(now));
        Self { due, waiting, paused, gone: ledger.gone(), oldest: ledger.oldest_aloft(now), before }
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        if !self.used {
            // One try: whoever holds the ledger now is not waited for, and the place is then lost.
            let ticket = &self.ticket;
            let give_back = |ledger: &mut Ledger, _| ledger.give_back(ticket);
            self.inner.try_update(&self.book, give_back);
        }
    }
}
