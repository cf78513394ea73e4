//! Retries opening a file that another user is just creating: its permissions are set after its name.

use std::io;
use std::time::Duration;

use tokio::time::sleep;
use tollgate_core::Clock;

use crate::error::GateError;

/// How long a file that cannot be opened may still be in creation.
pub(crate) const OPEN_RETRY_TIMEOUT: Duration = Duration::from_millis(250);

/// Calls `open`, and retries every 5 ms until `timeout` while access is denied or the file is busy.
pub(crate) async fn retry_open<T>(
    clock: &dyn Clock,
    timeout: Duration,
    mut open: impl FnMut() -> Result<T, GateError>,
) -> Result<T, GateError> {
    let started = clock.now();
    loop {
        match open() {
            Err(GateError::OpenFailed {
                kind: io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy,
                ..
            }) if clock.now().duration_since(started) < timeout => {
                sleep(Duration::from_millis(5)).await;
            }
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use tollgate_core::SystemClock;

    fn refused(kind: io::ErrorKind) -> Result<u32, GateError> {
        Err(GateError::OpenFailed { path: PathBuf::from("x"), kind })
    }

    async fn tries(grace: Duration, kind: io::ErrorKind) -> (u32, bool) {
        let mut tries = 0;
        let opened = retry_open(&SystemClock, grace, || {
            tries += 1;
            if tries < 4 { refused(kind) } else { Ok(tries) }
        });
        let opened = opened.await.is_ok();
        (tries, opened)
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_that_is_being_made_is_tried_again() {
        let hour = Duration::from_secs(3600);
        assert_eq!(tries(hour, io::ErrorKind::PermissionDenied).await, (4, true));
        assert_eq!(tries(hour, io::ErrorKind::ResourceBusy).await, (4, true));
        assert_eq!(tries(Duration::ZERO, io::ErrorKind::PermissionDenied).await, (1, false));
        assert_eq!(tries(hour, io::ErrorKind::Other).await, (1, false));
    }
}
