//! Azure Resource Manager and a few data planes, on loopback: on plain HTTP, or at their own names by a proxy that ends TLS.
//!
//! ```
//! use arm_sim::{Options, Simulator};
//! use serde_json::json;
//!
//! let sim = Simulator::start(Options::default())?;
//! sim.control("faults", &json!({"next": [{"status": 429, "retryAfter": "1"}]}))?;
//! // The client under test is pointed at `sim.url()` and lists its subscriptions.
//! assert_eq!(sim.counts().requests, 0);
//! # Ok::<(), std::io::Error>(())
//! ```

mod admin;
mod answer;
mod arm;
mod auth;
mod authority;
mod bearer;
mod blob;
mod call;
mod clock;
mod content;
mod errors;
mod faults;
mod filter;
mod graph;
mod groups;
mod hosts;
mod listings;
mod log;
mod machines;
mod model;
mod object;
mod operation;
mod operations;
mod options;
mod pages;
mod pattern;
mod providers;
mod proxy;
mod quota;
mod resource_path;
mod resources;
mod server;
mod settings;
mod shared;
mod simulator;
mod site;
mod store;
mod tenants;
mod tools;
mod upload;
mod vault;

pub use log::{Counts, Record};
pub use options::{Options, Proxy};
pub use settings::{Description, Failure, Settings};
pub use simulator::Simulator;
