//! Permit to send one request: from the machine's gate, from the source's own rate limit, or without a limit.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tollgate_core::BootInstant;
use tollgate_gate::{GateError, Permit, WaitStage};

use crate::client_state::ClientState;
use crate::progress::Phase;
use crate::progress_log::{Level, ProgressLog};
use crate::source::RateLimit;

/// Maximum age of an idle connection. After a longer wait it is replaced by a new one.
pub(crate) const MAX_CONNECTION_AGE: Duration = Duration::from_secs(2);

/// Permit to send one request.
pub(crate) struct SendPermit<'state> {
    state: &'state ClientState,
    started: BootInstant,
    limiter: Limiter,
}

enum Limiter {
    Gate(Box<Permit>),
    SlidingWindow,
    Unlimited,
}

impl<'state> SendPermit<'state> {
    /// Waits for the gate's reservation and slot; returns at once for other rate limits.
    pub(crate) async fn acquire(
        state: &'state ClientState,
        rate_limit: RateLimit,
        progress: &ProgressLog,
    ) -> Self {
        let started = state.clock.now();
        let limiter = match rate_limit {
            RateLimit::MachineGate => {
                progress.begin_queueing();
                let was_queued = AtomicBool::new(false);
                let on_wait = |stage| {
                    if let WaitStage::Queued { remaining, queue_length, .. } = stage
                        && !was_queued.swap(true, Ordering::Relaxed)
                    {
                        let seconds = remaining.as_secs_f64();
                        let text = format!("place: in line, due in {seconds:.1} s, {queue_length} waiting");
                        progress.log(Level::Debug, text);
                    }
                    progress.set_stage(stage);
                };
                let permit = state.gate.acquire(&on_wait).await;
                let waited = state.clock.now().duration_since(started).as_secs_f64();
                progress.log(Level::Debug, format!("slot: taken after {waited:.1} s"));
                progress.end_queueing();
                Limiter::Gate(Box::new(permit))
            }
            RateLimit::SlidingWindow => Limiter::SlidingWindow,
            RateLimit::None => Limiter::Unlimited,
        };
        Self { state, started, limiter }
    }

    /// Waits until the send is allowed and records it. Call it when nothing is left to do but to send. Returns false if
    /// the wait at the gate was longer than [`MAX_CONNECTION_AGE`]: reconnect and call it again.
    pub(crate) async fn wait_to_send(&mut self, progress: &ProgressLog) -> bool {
        match &mut self.limiter {
            Limiter::Gate(permit) => {
                progress.begin_queueing();
                let may_send =
                    permit.wait_to_send(MAX_CONNECTION_AGE, &|stage| progress.set_stage(stage)).await;
                progress.end_queueing();
                may_send
            }
            Limiter::SlidingWindow => {
                self.state
                    .window
                    .acquire(&*self.state.clock, |wait| progress.set_phase(Phase::Queued, Some(wait)))
                    .await;
                true
            }
            Limiter::Unlimited => true,
        }
    }

    /// Time since `acquire` was called.
    pub(crate) fn waited(&self) -> Duration {
        self.state.clock.now().duration_since(self.started)
    }

    /// Why the machine's gate is not used although the source requires it.
    pub(crate) fn fallback_reason(&self) -> Option<&GateError> {
        match &self.limiter {
            Limiter::Gate(permit) => permit.fallback_reason(),
            Limiter::SlidingWindow | Limiter::Unlimited => None,
        }
    }

    /// Records that the response arrived or that the connection was lost.
    pub(crate) async fn complete(self) {
        if let Limiter::Gate(permit) = self.limiter {
            permit.complete().await;
        }
    }

    /// Records a 429 in the gate, which all its callers see.
    pub(crate) async fn report_throttled(self, retry_after: Option<Duration>) {
        if let Limiter::Gate(permit) = self.limiter {
            permit.report_throttled(retry_after).await;
        }
    }
}
