//! Timeout of one caller's wait for a token, with or without the time in the gate's queue.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use crate::progress_log::ProgressLog;

/// Shortest interval between two checks whether the timeout has elapsed.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Waits for `result`; returns `None` when `time` has elapsed. Without `counts_queue`, time in the machine's gate does
/// not count: the gate itself bounds a wait that is stuck there.
pub(crate) async fn with_timeout<T>(
    time: Duration,
    counts_queue: bool,
    progress: &ProgressLog,
    result: impl Future<Output = T>,
) -> Option<T> {
    if counts_queue {
        return timeout(time, result).await.ok();
    }
    let mut result = pin!(result);
    let before = progress.time_queued();
    let mut remaining = time;
    let mut waited = Duration::ZERO;
    loop {
        let interval = remaining.max(CHECK_INTERVAL);
        if let Ok(result) = timeout(interval, &mut result).await {
            return Some(result);
        }
        waited += interval;
        let queued = progress.time_queued().saturating_sub(before);
        remaining = time.saturating_sub(waited.saturating_sub(queued));
        if remaining.is_zero() {
            return None;
        }
    }
}
