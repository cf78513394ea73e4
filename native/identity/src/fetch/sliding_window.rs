//! The pace of a source that counts for itself: thirty requests in ten seconds, as Service Fabric's service allows.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::{BootInstant, Clock};

/// The most requests of a period.
pub(crate) const MAX_REQUESTS: usize = 30;
/// How long a request counts.
pub(crate) const PERIOD: Duration = Duration::from_secs(10);

/// The requests of the last period, of this process.
#[derive(Default)]
pub(crate) struct SlidingWindow(Mutex<VecDeque<BootInstant>>);

impl SlidingWindow {
    /// Waits until one more request may leave, and enters it.
    pub(crate) async fn acquire(&self, clock: &dyn Clock, watch: impl Fn(Duration)) {
        while let Err(earliest) = self.try_acquire(clock.now()) {
            let left = earliest.duration_since(clock.now());
            watch(left);
            sleep(left).await;
        }
    }

    /// Enters a request that leaves now, or tells when one may.
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
