//! How long a caller waits for a token: as long as it said, or a time that stands still while it stands in line.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use crate::progress_log::ProgressLog;

/// The shortest time after which is looked again whether the time is over.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Waits for a result; nothing when the time is over. Where the line does not count, the time runs only while the request
/// is not at the machine's gate: what is stuck there is bounded by the gate itself.
pub(crate) async fn with_timeout<T>(
    time: Duration,
    counts_line: bool,
    journal: &ProgressLog,
    result: impl Future<Output = T>,
) -> Option<T> {
    if counts_line {
        return timeout(time, result).await.ok();
    }
    let mut result = pin!(result);
    let before = journal.time_queued();
    let mut left = time;
    let mut waited = Duration::ZERO;
    loop {
        let look = left.max(CHECK_INTERVAL);
        if let Ok(result) = timeout(look, &mut result).await {
            return Some(result);
        }
        waited += look;
        let in_line = journal.time_queued().saturating_sub(before);
        left = time.saturating_sub(waited.saturating_sub(in_line));
        if left.is_zero() {
            return None;
        }
    }
}
