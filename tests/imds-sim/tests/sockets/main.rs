//! The simulator over real sockets: what a client reads, byte for byte, and what the counts say afterwards.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod admin;
mod app_service;
mod arc;
mod automation;
mod client;
mod cloud_shell;
mod errors;
mod faults;
mod hosts;
mod instance;
mod limits;
mod machine_learning;
mod pod_identity;
mod program;
mod secure;
mod service_fabric;
mod tokens;
