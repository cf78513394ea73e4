//! The metadata service's limits for one machine, and the client's margins.
//!
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting>

use std::time::Duration;

/// Concurrent requests that the service allows one machine.
pub const SLOTS: usize = 5;

/// The sliding window that holds at most the category's limit of arrivals: the service's 1 s plus 2 ms for its clock.
pub(crate) const WINDOW: Duration = Duration::from_millis(1002);

/// The longest a request may be in flight: the client's timeout, plus 1 s for delays on a busy machine.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(21);
