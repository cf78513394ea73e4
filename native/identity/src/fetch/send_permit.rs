//! Permission to send one request: from the machine's gate, from the source's own rate limit, or without any.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tollgate_core::BootInstant;
use tollgate_gate::{GateError, Permit, WaitStage};

use crate::client_state::ClientState;
use crate::progress::Phase;
use crate::progress_log::{Level, ProgressLog};
use crate::source::RateLimit;

/// How long a connection that is made ready may be idle. A wait that is longer has it made anew.
pub(crate) const MAX_CONNECTION_AGE: Duration = Duration::from_secs(2);

/// Permission to send one request.
pub(crate) struct SendPermit<'core> {
    state: &'core ClientState,
    started: BootInstant,
    limiter: Limiter,
}

enum Limiter {
    Gate(Box<Permit>),
    SlidingWindow,
    Unlimited,
}

impl<'core> SendPermit<'core> {
    /// Waits for what there is to wait for.
    pub(crate) async fn acquire(core: &'core ClientState, pace: RateLimit, journal: &ProgressLog) -> Self {
        let arrived = core.clock.now();
        let way = match pace {
            RateLimit::MachineGate => {
                journal.begin_queueing();
                let in_line = AtomicBool::new(false);
                let watch = |stage| {
                    if let WaitStage::Queued { remaining: left, queue_length: waiting, .. } = stage
                        && !in_line.swap(true, Ordering::Relaxed)
                    {
                        let seconds = left.as_secs_f64();
                        let text = format!("place: in line, due in {seconds:.1} s, {waiting} waiting");
                        journal.log(Level::Debug, text);
                    }
                    journal.set_stage(stage);
                };
                let admission = core.gate.acquire(&watch).await;
                let waited = core.clock.now().duration_since(arrived).as_secs_f64();
                journal.log(Level::Debug, format!("slot: taken after {waited:.1} s"));
                journal.end_queueing();
                Limiter::Gate(Box::new(admission))
            }
            RateLimit::SlidingWindow => Limiter::SlidingWindow,
            RateLimit::None => Limiter::Unlimited,
        };
        Self { state: core, started: arrived, limiter: way }
    }

    /// Waits until the request may leave. Call it when nothing is left to do but to send. False after a wait in which a
    /// connection grows old: make another and call this again.
    pub(crate) async fn wait_to_send(&mut self, journal: &ProgressLog) -> bool {
        match &mut self.limiter {
            Limiter::Gate(admission) => {
                journal.begin_queueing();
                let has_departed =
                    admission.wait_to_send(MAX_CONNECTION_AGE, &|stage| journal.set_stage(stage)).await;
                journal.end_queueing();
                has_departed
            }
            Limiter::SlidingWindow => {
                self.state
                    .window
                    .acquire(&*self.state.clock, |left| journal.set_phase(Phase::Queued, Some(left)))
                    .await;
                true
            }
            Limiter::Unlimited => true,
        }
    }

    /// How long all that took.
    pub(crate) fn waited(&self) -> Duration {
        self.state.clock.now().duration_since(self.started)
    }

    /// Why the pace is not the machine's, if it should be.
    pub(crate) fn fallback_reason(&self) -> Option<&GateError> {
        match &self.limiter {
            Limiter::Gate(admission) => admission.fallback_reason(),
            Limiter::SlidingWindow | Limiter::Unlimited => None,
        }
    }

    /// Notes that the request was answered, or broke off.
    pub(crate) async fn complete(self) {
        if let Limiter::Gate(admission) = self.limiter {
            admission.complete().await;
        }
    }

    /// Notes that the service answered 429, and tells everybody.
    pub(crate) async fn report_throttled(self, retry_after: Option<Duration>) {
        if let Limiter::Gate(admission) = self.limiter {
            admission.report_throttled(retry_after).await;
        }
    }
}
