//! The machine's pace towards the metadata service, shared by every process. No HTTP here, and nothing of identities.
//!
//! The service allows twenty token requests a second and five at a time for the whole machine
//! (<https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting>).
//! A caller takes a place in line, waits for it, takes one of five slots and enters the time its request leaves. Other
//! categories of requests, with a limit of their own, have a gate of their own: [`Category`].

mod category;
mod directory;
mod error;
mod files;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod gate;
mod ledger;
mod limits;
mod local;
mod machine;
mod machine_files;
mod open_retry;
mod permit;
mod queue;
#[cfg(test)]
mod simulation;
mod slot_files;
mod stall;
mod state;
mod store;
mod wait_stage;

pub use category::Category;
pub use error::GateError;
pub use gate::Gate;
pub use limits::{REQUEST_TIMEOUT, SLOTS};
pub use permit::Permit;
pub use state::GateState;
pub use wait_stage::WaitStage;
