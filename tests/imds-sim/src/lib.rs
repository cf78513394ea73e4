//! The Azure instance metadata service and its cousins on other hosts, on loopback, with their real limits, answers
//! and faults. What any simulator needs, sockets, answers, tokens and a program around them, is here for others too.
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
pub mod answers;
mod ask;
mod background;
mod call;
mod content;
mod counts;
mod endpoint;
mod faults;
mod host;
mod hosts;
mod identities;
mod instance;
mod limits;
mod metadata;
mod oauth;
mod options;
mod plan;
pub mod program;
mod query;
pub mod random;
mod selectors;
pub mod server;
mod shared;
mod simulator;
pub mod tls;
mod token;
mod versions;

pub use background::Background;
pub use content::{Closed, Reset};
pub use counts::Counts;
pub use faults::Fault;
pub use host::Host;
pub use identities::{
    FIRST_CLIENT_ID, FIRST_OBJECT_ID, FIRST_RESOURCE_ID, Identity, IdentityFault, MACHINE_RESOURCE_ID,
    PERSON_CLIENT_ID, PERSON_OBJECT_ID, SECOND_CLIENT_ID, SECOND_OBJECT_ID, SECOND_RESOURCE_ID,
    SUBSCRIPTION_ID, SYSTEM_CLIENT_ID, SYSTEM_OBJECT_ID, TENANT_ID,
};
pub use limits::Limits;
pub use oauth::unix_time;
pub use options::Options;
pub use plan::Planned;
pub use query::{Duplicate, Query};
pub use simulator::Simulator;
pub use token::{Mint, Token};
