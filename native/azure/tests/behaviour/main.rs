//! Azure's door against services of the test's own on loopback, with tokens of the simulated metadata service: what is asked,
//! what goes along, and what becomes of the answers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod encodings;
mod failures;
mod files;
mod garbage;
mod operations;
mod reachability;
mod redirects;
mod requests;
mod service;
mod sign_in;
mod silence;
mod sources;
mod subscriptions;
mod world;
