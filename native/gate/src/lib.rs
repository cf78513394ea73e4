//! The machine's pace towards the metadata service, shared by every process. No HTTP here, and nothing of identities.
//!
//! The service allows twenty token requests a second and five at a time for the whole machine
//! (<https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting>).
//! A caller takes a place in line, waits for it, takes one of five slots and enters the time its request leaves. Other
//! categories of requests, with a limit of their own, have a gate of their own: [`Category`].

mod admission;
mod alone;
mod category;
mod directory;
mod files;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod gate;
mod grace;
mod ledger;
mod limits;
mod machine;
mod obstacle;
mod queue;
mod record;
mod ring;
mod shared;
#[cfg(test)]
mod simulation;
mod slot;
mod stage;
mod stall;
mod state;
mod store;

pub use admission::Admission;
pub use category::Category;
pub use gate::Gate;
pub use limits::{REQUEST_TIMEOUT, SLOTS};
pub use obstacle::Obstacle;
pub use stage::Stage;
pub use state::GateState;
