//! What the other crates stand on: the clocks, and the chance in a delay.

mod clock;
mod jitter;

pub use clock::{BootInstant, Clock, SystemClock};
pub use jitter::add_jitter;
