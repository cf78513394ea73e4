//! The machine's gate, as one process sees it: where its files are, whether they can be used, and what stands in them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::Clock;

use crate::admission::Admission;
#[cfg(test)]
use crate::alone::Alone;
use crate::alone::{AlonePlace, AloneSlot};
use crate::category::Category;
use crate::ledger::Ledger;
use crate::limits::SLOTS;
#[cfg(test)]
use crate::machine::Machine;
use crate::queue::{LOOK, Queue};
use crate::stage::{Stage, Watch};
use crate::state::GateState;
use crate::store::{Book, Inner};

/// How long a look at the gate waits for it.
const LOOK_BOUND: Duration = Duration::from_secs(1);

/// The machine's gate, as one process sees it.
pub struct Gate(Arc<Inner>);

impl Gate {
    /// A gate for token requests over the machine's files, or over those in `directory` when one is given. Nothing is
    /// opened yet.
    pub fn new(directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self::for_category(Category::Tokens, directory, clock)
    }

    /// The same for the requests of a category, with its limit and files of its own.
    pub fn for_category(category: Category, directory: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner::new(category, directory, clock)))
    }

    /// The same gate for who only wants to find out: what one of the two meets, the other does not remember. The pace that the
    /// process keeps alone is one for both.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self(Arc::new(self.0.apart()))
    }

    /// A gate over a machine that is all within a test.
    #[cfg(test)]
    pub(crate) fn over(machine: Arc<dyn Machine>, clock: Arc<dyn Clock>) -> Self {
        let gate = Self::new(Some(PathBuf::from("test")), clock);
        gate.0.know(PathBuf::from("test"), machine);
        gate
    }

    /// What this process has of its own.
    #[cfg(test)]
    pub(crate) fn own(&self) -> &Alone {
        &self.0.alone
    }

    /// Waits for a place and a slot. This never fails: at worst the process paces itself alone and the admission says why.
    pub async fn admit(&self, watch: &Watch<'_>) -> Admission {
        let inner = &self.0;
        let is_patient = !inner.remembers_obstacle();
        let obstacle = match inner.machine().await {
            Ok((_, machine)) => match Queue::pass(inner, &machine, watch, is_patient).await {
                Ok(passed) => return Admission::shared(Arc::clone(inner), machine, passed),
                Err(obstacle) => obstacle,
            },
            Err(obstacle) => obstacle,
        };
        inner.meet_obstacle(is_patient);
        let slot = self.pass_alone(watch).await;
        Admission::alone(Arc::clone(inner), slot, obstacle)
    }

    /// What the gate looks like now.
    pub async fn look(&self) -> GateState {
        let inner = &self.0;
        let (directory, obstacle, book) = match inner.machine().await {
            Ok((folder, machine)) => (Some(folder), None, Book::Shared(machine)),
            Err(obstacle) => (None, Some(obstacle), Book::Alone(Arc::clone(&inner.alone))),
        };
        let slots_busy = match &book {
            Book::Shared(machine) => machine.slots().map_or(0, |mut slots| {
                slots.taken([false; SLOTS]).into_iter().filter(|taken| *taken).count()
            }),
            Book::Alone(alone) => alone.busy(),
        };
        let read = |ledger: &mut Ledger, now| (ledger.clone(), now);
        let (ledger, now, obstacle) = match inner.update(&book, LOOK_BOUND, read).await {
            Ok(((ledger, now), _)) => (ledger, now, obstacle),
            Err(stuck) => {
                let own = inner.alone.ledger().clone();
                (own, inner.now(), Some(stuck))
            }
        };
        GateState {
            directory,
            obstacle,
            even: ledger.is_even(now),
            slots_busy,
            waiting: ledger.waiting(now),
            paused: ledger.paused_for(now),
            wait: ledger.wait(now),
            sent: ledger.sent,
            throttled: ledger.throttled,
            rebuilt: ledger.rebuilt,
            sent_last_second: ledger.sent_last_second(now),
        }
    }

    /// The same way over this process's own book, in which nobody else can stand in it.
    async fn pass_alone(&self, watch: &Watch<'_>) -> AloneSlot {
        let inner = &self.0;
        let place = AlonePlace::take(&inner.alone, inner.now());
        loop {
            let now = inner.now();
            let (due, waiting, paused) = place.look(now);
            if due <= now {
                break;
            }
            let left = due.since(now);
            watch(Stage::Place { left, waiting, paused });
            sleep(left.min(LOOK)).await;
        }
        watch(Stage::Slot);
        let slot = Arc::clone(&inner.alone).slot().await;
        place.use_up();
        slot
    }
}
