//! The metadata service's limits for one machine, and what a client adds to them.
//!
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting>

use std::time::Duration;

/// Requests the service answers at the same time for one machine.
pub const SLOTS: usize = 5;

/// The time in which no more than the category's limit may arrive: the service's second, and a margin for its clock.
pub(crate) const WINDOW: Duration = Duration::from_millis(1002);

/// The longest a request may be under way: what the client allows, and a second for its way through a busy machine.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(21);
