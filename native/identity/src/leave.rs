//! Leave to send one request: the machine's gate, the source's own pace, or none.

use std::time::Duration;

use tollgate_gate::{Admission, Boot, Obstacle, Stage};

use crate::client::Core;
use crate::journal::{Journal, Phase};
use crate::source::Pace;

/// Leave to send one request.
pub(crate) struct Leave<'core> {
    core: &'core Core,
    arrived: Boot,
    way: Way<'core>,
}

enum Way<'core> {
    Gate(Admission<'core>),
    Window,
    Free,
}

impl<'core> Leave<'core> {
    /// Waits for what there is to wait for before connecting.
    pub(crate) async fn take(core: &'core Core, pace: Pace, journal: &Journal) -> Self {
        let arrived = core.clock.boot();
        let way = match pace {
            Pace::Gate => {
                let watch = |stage| match stage {
                    Stage::Place { left, waiting } => journal.queue(left, waiting),
                    Stage::Slot => journal.enter(Phase::Slot, None),
                };
                Way::Gate(core.gate.admit(&watch).await)
            }
            Pace::Window => Way::Window,
            Pace::None => Way::Free,
        };
        Self { core, arrived, way }
    }

    /// Waits until the request may leave. Call it when nothing is left to do but to send.
    pub(crate) async fn depart(&mut self, journal: &Journal) {
        match &mut self.way {
            Way::Gate(admission) => admission.depart().await,
            Way::Window => self.core.window.pass(&*self.core.clock, |left| journal.queue(left, 0)).await,
            Way::Free => {}
        }
    }

    /// How long all that took.
    pub(crate) fn waited(&self) -> Duration {
        self.core.clock.boot().since(self.arrived)
    }

    /// Why the pace is not the machine's, if it should be.
    pub(crate) fn obstacle(&self) -> Option<&Obstacle> {
        self.admission()?.obstacle()
    }

    /// Notes that the request was answered, or broke off.
    pub(crate) async fn answered(&self) {
        if let Some(admission) = self.admission() {
            admission.answered().await;
        }
    }

    /// Tells everybody that the service answered 429.
    pub(crate) async fn throttled(&self, retry_after: Option<Duration>) {
        if let Some(admission) = self.admission() {
            admission.throttled(retry_after).await;
        }
    }

    const fn admission(&self) -> Option<&Admission<'core>> {
        match &self.way {
            Way::Gate(admission) => Some(admission),
            Way::Window | Way::Free => None,
        }
    }
}
