//! Leave to send one request: the machine's gate, the source's own pace, or none.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tollgate_core::BootInstant;
use tollgate_gate::{GateError, Permit, WaitStage};

use crate::journal::{Journal, Level};
use crate::progress::Phase;
use crate::source::Pace;
use crate::state::Core;

/// How long a connection that is made ready may be idle. A wait that is longer has it made anew.
pub(crate) const FRESH: Duration = Duration::from_secs(2);

/// Leave to send one request.
pub(crate) struct Leave<'core> {
    core: &'core Core,
    arrived: BootInstant,
    way: Way,
}

enum Way {
    Gate(Box<Permit>),
    Window,
    Free,
}

impl<'core> Leave<'core> {
    /// Waits for what there is to wait for.
    pub(crate) async fn take(core: &'core Core, pace: Pace, journal: &Journal) -> Self {
        let arrived = core.clock.now();
        let way = match pace {
            Pace::Gate => {
                journal.line_up();
                let in_line = AtomicBool::new(false);
                let watch = |stage| {
                    if let WaitStage::Queued { remaining: left, queue_length: waiting, .. } = stage
                        && !in_line.swap(true, Ordering::Relaxed)
                    {
                        let seconds = left.as_secs_f64();
                        let text = format!("place: in line, due in {seconds:.1} s, {waiting} waiting");
                        journal.say(Level::Debug, text);
                    }
                    journal.stand(stage);
                };
                let admission = core.gate.acquire(&watch).await;
                let waited = core.clock.now().duration_since(arrived).as_secs_f64();
                journal.say(Level::Debug, format!("slot: taken after {waited:.1} s"));
                journal.leave_line();
                Way::Gate(Box::new(admission))
            }
            Pace::Window => Way::Window,
            Pace::None => Way::Free,
        };
        Self { core, arrived, way }
    }

    /// Waits until the request may leave. Call it when nothing is left to do but to send. False after a wait in which a
    /// connection grows old: make another and call this again.
    pub(crate) async fn depart(&mut self, journal: &Journal) -> bool {
        match &mut self.way {
            Way::Gate(admission) => {
                journal.line_up();
                let has_departed = admission.wait_to_send(FRESH, &|stage| journal.stand(stage)).await;
                journal.leave_line();
                has_departed
            }
            Way::Window => {
                self.core
                    .window
                    .pass(&*self.core.clock, |left| journal.enter(Phase::Queued, Some(left)))
                    .await;
                true
            }
            Way::Free => true,
        }
    }

    /// How long all that took.
    pub(crate) fn waited(&self) -> Duration {
        self.core.clock.now().duration_since(self.arrived)
    }

    /// Why the pace is not the machine's, if it should be.
    pub(crate) fn obstacle(&self) -> Option<&GateError> {
        match &self.way {
            Way::Gate(admission) => admission.fallback_reason(),
            Way::Window | Way::Free => None,
        }
    }

    /// Notes that the request was answered, or broke off.
    pub(crate) async fn complete(self) {
        if let Way::Gate(admission) = self.way {
            admission.complete().await;
        }
    }

    /// Notes that the service answered 429, and tells everybody.
    pub(crate) async fn complete_throttled(self, retry_after: Option<Duration>) {
        if let Way::Gate(admission) = self.way {
            admission.report_throttled(retry_after).await;
        }
    }
}
