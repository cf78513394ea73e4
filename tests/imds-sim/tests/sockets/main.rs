//! The simulator over real sockets: what a client reads, byte for byte, and what the counts say afterwards.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod admin;
mod client;
mod errors;
mod faults;
mod instance;
mod limits;
mod program;
mod tokens;
