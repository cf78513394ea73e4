//! Shared by the other crates: the clocks, and the jitter of a delay.

mod clock;
mod jitter;

pub use clock::{BootInstant, Clock, SystemClock};
pub use jitter::add_jitter;
