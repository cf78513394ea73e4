//! Leave to send one request, from the free slot to the answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tollgate_core::Boot;

use crate::alone::AloneSlot;
use crate::ledger::Ledger;
use crate::machine::{Held, Machine};
use crate::obstacle::Obstacle;
use crate::queue::{LOOK, Passed};
use crate::stage::{Stage, Watch};
use crate::stall::Stall;
use crate::store::{Book, Inner};

/// How long an answer that has come waits for the ledger. What is to be noted is noted behind it then.
const HAND_OVER: Duration = Duration::from_millis(100);

/// Leave to send one request; the slot is free again when it is dropped.
pub struct Admission {
    inner: Arc<Inner>,
    book: Book,
    obstacle: Option<Obstacle>,
    /// The machine's slot that is held, and its number.
    shared_slot: Option<(usize, Held)>,
    /// This process's own; who has both goes alone, and still holds the machine's so that no more are under way.
    alone_slot: Option<AloneSlot>,
    /// The number of the reservation; 0 where there was none.
    pub(crate) number: u64,
    stall: Stall,
    step: Step,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Its request has not left.
    Waiting,
    /// Its request is under way.
    Departed,
    /// What became of its request is being noted.
    Done,
}

impl Admission {
    pub(crate) fn shared(inner: Arc<Inner>, machine: Arc<dyn Machine>, passed: Passed) -> Self {
        let Passed { slot, held, number, stall } = passed;
        let (book, shared_slot) = (Book::Shared(machine), Some((slot, held)));
        Self {
            inner,
            book,
            obstacle: None,
            shared_slot,
            alone_slot: None,
            number,
            stall,
            step: Step::Waiting,
        }
    }

    pub(crate) fn alone(inner: Arc<Inner>, slot: AloneSlot, obstacle: Obstacle) -> Self {
        let (book, stall) = (Book::Alone(Arc::clone(&inner.alone)), Stall::new(inner.now(), true));
        let (obstacle, alone_slot) = (Some(obstacle), Some(slot));
        Self { inner, book, obstacle, shared_slot: None, alone_slot, number: 0, stall, step: Step::Waiting }
    }

    /// Why the pace is this process's own and not the machine's, if it is.
    pub const fn obstacle(&self) -> Option<&Obstacle> {
        self.obstacle.as_ref()
    }

    /// Waits until the request may leave and enters it. Call it when nothing is left to do but to send.
    ///
    /// What was made ready, a connection for example, keeps for as long as `fresh`. After a longer wait this returns
    /// false and has entered nothing: make it ready again, and call this again.
    pub async fn depart(&mut self, fresh: Duration, watch: &Watch<'_>) -> bool {
        watch(Stage::Send { paused: Duration::ZERO });
        let came = self.inner.now();
        loop {
            let from = self.inner.now();
            let bound = self.stall.lock_bound(from);
            let (slot, number, stall) = (self.number_of_slot(), self.number, &mut self.stall);
            let enter = |ledger: &mut Ledger, now: Boot| {
                stall.see_pause(ledger, now);
                (ledger.depart(number, slot, now), ledger.paused_for(now))
            };
            let (earliest, paused) = match self.inner.update(&self.book, bound, enter).await {
                Ok(((Ok(()), _), _)) => {
                    self.step = Step::Departed;
                    if matches!(self.book, Book::Shared(_)) {
                        self.inner.meet_none();
                    }
                    return true;
                }
                Ok(((Err(earliest), paused), waited)) => {
                    self.stall.wait_for_lock(from, waited, self.inner.now());
                    (earliest, paused)
                }
                Err(obstacle) => {
                    self.go_alone(obstacle).await;
                    continue;
                }
            };
            let mut now = self.inner.now();
            if let Some(waited) = self.stall.is_over(now).filter(|_| matches!(self.book, Book::Shared(_))) {
                self.go_alone(Obstacle::Stuck { held: "the moment of the send", waited }).await;
                continue;
            }
            watch(Stage::Send { paused });
            let rest = earliest.since(now).min(LOOK);
            sleep(rest).await;
            let slept_from = std::mem::replace(&mut now, self.inner.now());
            self.stall.wake(slept_from, rest, now);
            if now >= earliest && now.since(came) > fresh {
                return false;
            }
        }
    }

    /// Notes that the request was answered, or broke off: from then on it is known when it arrived at the latest. Frees
    /// the slot. Returns after a tenth of a second at most; a ledger that is held for longer is waited for behind it.
    pub async fn complete(self) {
        self.note(|ledger, slot, now| ledger.note_answer(slot, now)).await;
    }

    /// The same for an answer with status 429, of which everybody is told.
    pub async fn complete_throttled(self, retry_after: Option<Duration>) {
        self.note(move |ledger, slot, now| {
            ledger.note_answer(slot, now);
            ledger.note_throttled(now, retry_after);
        })
        .await;
    }

    async fn note(self, change: impl FnOnce(&mut Ledger, usize, Boot) + Send + 'static) {
        let mut work = Box::pin(self.enter_note(change));
        if timeout(HAND_OVER, &mut work).await.is_err() {
            drop(tokio::spawn(work));
        }
    }

    /// Holds the slot until the note is made, or cannot be made.
    async fn enter_note(mut self, change: impl FnOnce(&mut Ledger, usize, Boot) + Send) {
        self.step = Step::Done;
        let slot = self.number_of_slot();
        let note = |ledger: &mut Ledger, now| change(ledger, slot, now);
        // In a book that cannot be reached the request stays aloft until the slot's next holder finds it there, and a
        // pause is left to the caller's own retry.
        let _ = self.inner.update(&self.book, self.inner.bound(), note).await;
    }

    /// Whatever the files' trouble is, this process still keeps its own pace.
    async fn go_alone(&mut self, obstacle: Obstacle) {
        self.inner.meet_obstacle(self.stall.is_patient());
        self.obstacle = Some(obstacle);
        self.alone_slot = Some(Arc::clone(&self.inner.alone).slot().await);
        // What is left behind in the ledger must hold nobody up.
        self.inner.try_update(&self.book, |ledger: &mut Ledger, _| ledger.departing.leave(self.number));
        self.book = Book::Alone(Arc::clone(&self.inner.alone));
    }

    fn number_of_slot(&self) -> usize {
        let alone = self.alone_slot.as_ref().map(|slot| slot.number);
        alone.or(self.shared_slot.as_ref().map(|(slot, _)| *slot)).unwrap_or_default()
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        // One try, with the slot still held.
        let (number, slot) = (self.number, self.number_of_slot());
        match self.step {
            // The line is not to look dead while the service cannot be reached.
            Step::Waiting => {
                self.inner.try_update(&self.book, |ledger: &mut Ledger, _| ledger.give_up(number))
            }
            // Its caller has given up, and nobody will tell when it arrives.
            Step::Departed => self.inner.try_update(&self.book, |ledger, now| ledger.note_answer(slot, now)),
            Step::Done => {}
        }
    }
}
