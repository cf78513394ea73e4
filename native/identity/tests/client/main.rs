//! The client against a service of the test's own, within the process and on a clock that only waiting moves: what is
//! asked, when, and what becomes of the answers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod diagnosis;
mod flights;
mod schedule;
#[path = "../common/service.rs"]
mod service;
