//! The time as the simulator tells it, in whole seconds.

use imds_sim::unix_time;
use jiff::Timestamp;

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(unix_time()).unwrap_or_default()
}
