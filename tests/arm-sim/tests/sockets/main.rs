//! The simulator over real sockets: what a client reads, with and without the proxy, and what the log says afterwards.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod admin;
mod authorization;
mod client;
mod faults;
mod machines;
mod operations;
mod pages;
mod planes;
mod program;
mod proxy;
mod resources;
mod secure;
mod tenants;
mod tools;
