//! What is left of the requests that Azure Resource Manager allows, as it tells with every answer.

use hyper::Method;
use hyper::header::HeaderName;
use imds_sim::answers::{self, Plain};

use crate::call::Call;
use crate::shared::Azure;

const WRITES: u64 = 1_199;
const DELETES: u64 = 14_999;

/// Counts a request against its subscription, or its tenant, and tells what is left.
pub(crate) fn stamp(azure: &mut Azure, call: &Call, answer: &mut Plain) {
    let (what, start) = match call.head.method {
        Method::GET | Method::HEAD => ("reads", azure.settings.reads_remaining),
        Method::DELETE => ("deletes", DELETES),
        _ => ("writes", WRITES),
    };
    let (scope, key) = match call.segments.as_slice() {
        [first, id, ..] if first.eq_ignore_ascii_case("subscriptions") => {
            ("subscription", format!("{}/{what}", id.to_ascii_lowercase()))
        }
        _ => ("tenant", what.to_owned()),
    };
    let spent = azure.spent.entry(key).or_default();
    let left = start.saturating_sub(*spent);
    *spent += 1;
    if let Ok(name) = HeaderName::try_from(format!("x-ms-ratelimit-remaining-{scope}-{what}")) {
        answers::set(answer, name, &left.to_string());
    }
}
