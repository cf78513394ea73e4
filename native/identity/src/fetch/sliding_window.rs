//! Rate limit of a source with its own limit: 30 requests in 10 s in this process, as Service Fabric's service allows.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::{BootInstant, Clock};

/// Requests allowed in one [`PERIOD`].
pub(crate) const MAX_REQUESTS: usize = 30;
/// Length of the sliding window.
pub(crate) const PERIOD: Duration = Duration::from_secs(10);

/// Send times of this process's requests in the last [`PERIOD`].
#[derive(Default)]
pub(crate) struct SlidingWindow(Mutex<VecDeque<BootInstant>>);

impl SlidingWindow {
    /// Waits until a send is allowed and records it. `on_wait` receives the remaining wait.
    pub(crate) async fn acquire(&self, clock: &dyn Clock, on_wait: impl Fn(Duration)) {
        while let Err(earliest) = self.try_acquire(clock.now()) {
            let remaining = earliest.duration_since(clock.now());
            on_wait(remaining);
            sleep(remaining).await;
        }
    }

    /// Records a send at `now`, or returns the earliest time at which one is allowed.
    fn try_acquire(&self, now: BootInstant) -> Result<(), BootInstant> {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while sent.front().is_some_and(|first| *first + PERIOD <= now) {
            sent.pop_front();
        }
        match sent.front() {
            Some(first) if sent.len() >= MAX_REQUESTS => Err(*first + PERIOD),
            _ => {
                sent.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thirty_first_request_leaves_ten_seconds_after_the_first() {
        let window = SlidingWindow::default();
        let start = BootInstant::from_nanos(1_000_000_000_000);
        for step in 0..30 {
            assert_eq!(window.try_acquire(start + Duration::from_millis(step)), Ok(()));
        }
        assert_eq!(window.try_acquire(start + Duration::from_secs(9)), Err(start + PERIOD));
        assert_eq!(window.try_acquire(start + PERIOD), Ok(()));
        assert_eq!(window.try_acquire(start + PERIOD), Err(start + PERIOD + Duration::from_millis(1)));
    }
}
