//! The machine's pace towards the metadata service, shared by every process. No HTTP here, and nothing of identities.
//!
//! The service allows twenty token requests a second and five at a time for the whole machine
//! (<https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting>).
//! A caller takes a place in line, waits for it, takes one of five slots and enters the time its request leaves.

mod admission;
mod alone;
mod clock;
mod directory;
mod files;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod gate;
mod grace;
mod ledger;
mod obstacle;
mod record;
mod ring;
mod shared;
mod slot;
mod state;
mod ticket;

pub use admission::Admission;
pub use clock::{Boot, Clock, SystemClock};
pub use gate::{Gate, Stage};
pub use ledger::EVEN_SPACING;
pub use obstacle::Obstacle;
pub use slot::SLOTS;
pub use state::GateState;
