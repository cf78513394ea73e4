//! The client against a service of the test's own, within the process and on a clock that only waiting moves: what is
//! asked, when, and what becomes of the answers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod diagnosis;
mod forgetting;
mod garbage;
mod gate;
mod line;
mod responses;
mod schedule;
#[path = "../common/service.rs"]
mod service;
mod sharing;
mod single_flight;
mod sources;
mod starting;

use tollgate_identity::{PendingToken, TokenCall};

/// A call that waits for the service, as it must.
pub(crate) fn pending(call: TokenCall) -> PendingToken {
    match call {
        TokenCall::Pending(pending) => pending,
        TokenCall::Ready(grant) => panic!("{grant:?}"),
    }
}
