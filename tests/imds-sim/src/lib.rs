//! The Azure instance metadata service on loopback, with its real limits, answers and faults.
//!
//! ```
//! use imds_sim::{Fault, Options, Simulator};
//!
//! let sim = Simulator::start(Options::default())?;
//! sim.faults([Fault::Gone.times(2)]);
//! // The client under test is pointed at `sim.url()` and asks for a token.
//! assert_eq!(sim.counts().tokens, 0);
//! # Ok::<(), std::io::Error>(())
//! ```

mod admin;
mod answers;
mod ask;
mod content;
mod counts;
mod faults;
mod identities;
mod instance;
mod limits;
mod metadata;
mod oauth;
mod options;
mod plan;
mod query;
mod server;
mod shared;
mod simulator;
mod token;
mod versions;

pub use counts::Counts;
pub use faults::Fault;
pub use identities::{
    FIRST_CLIENT_ID, FIRST_OBJECT_ID, FIRST_RESOURCE_ID, Identity, IdentityFault, MACHINE_RESOURCE_ID,
    SECOND_CLIENT_ID, SECOND_OBJECT_ID, SECOND_RESOURCE_ID, SUBSCRIPTION_ID, SYSTEM_CLIENT_ID,
    SYSTEM_OBJECT_ID, TENANT_ID,
};
pub use limits::Limits;
pub use options::Options;
pub use plan::Planned;
pub use simulator::Simulator;
