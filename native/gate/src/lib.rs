//! Machine-wide rate limiter for the metadata service, shared by every process. Knows neither HTTP nor identities.
//!
//! The service allows 20 token requests per second and 5 concurrent ones for the whole machine
//! (<https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting>).
//! A caller makes a reservation, waits until it is due, locks one of five slots and records the time of its send.
//! Every other category of requests has its own limit and its own gate: [`Category`].

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
