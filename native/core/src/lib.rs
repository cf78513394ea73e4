//! What every other crate stands on: the clocks, and the arithmetic of trying again. Nothing here sends anything.

mod clock;
mod retry;

pub use clock::{Boot, Clock, SystemClock};
pub use retry::{add_jitter, http_date, retry_after};
