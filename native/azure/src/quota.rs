//! What is left of ARM's allowance: a warning when it runs low, once until it has recovered.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;

/// What all such lines begin with.
const PREFIX: &str = "x-ms-ratelimit-remaining-";

/// The allowances that were low when last heard of.
#[derive(Default)]
pub(crate) struct Quota(Mutex<HashSet<String>>);

impl Quota {
    /// What to warn of after an answer with these lines.
    pub(crate) fn warnings(&self, headers: &HeaderMap) -> Vec<String> {
        let mut low = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut warnings = Vec::new();
        for (name, value) in headers {
            let Some((what, floor)) = name.as_str().strip_prefix(PREFIX).and_then(floor) else { continue };
            let Some(left) = value.to_str().ok().and_then(|text| text.trim().parse::<u64>().ok()) else {
                continue;
            };
            if left >= floor {
                low.remove(what);
            } else if low.insert(what.to_owned()) {
                warnings.push(format!(
                    "Azure Resource Manager will answer only {left} more {what} before it throttles this identity"
                ));
            }
        }
        warnings
    }
}

/// What is counted, and below which number little of it is left.
fn floor(counted: &str) -> Option<(&str, u64)> {
    let scoped = counted.starts_with("subscription-") || counted.starts_with("tenant-");
    match counted.rsplit('-').next() {
        Some("reads") if scoped => Some((counted, 100)),
        Some("writes" | "deletes") if scoped => Some((counted, 50)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn heard(quota: &Quota, name: &str, value: &str) -> usize {
        let name = HeaderName::try_from(name).unwrap();
        quota.warnings(&HeaderMap::from_iter([(name, HeaderValue::try_from(value).unwrap())])).len()
    }

    #[test]
    fn each_allowance_is_warned_of_once_until_it_recovers() {
        let quota = Quota::default();
        let reads = |value| heard(&quota, "x-ms-ratelimit-remaining-subscription-reads", value);
        assert_eq!([reads("11999"), reads("100"), reads("99"), reads("98"), reads("0")], [0, 0, 1, 0, 0]);
        assert_eq!([reads("5000"), reads("99")], [0, 1]);
        let writes = |value| heard(&quota, "x-ms-ratelimit-remaining-subscription-writes", value);
        assert_eq!([writes("50"), writes("49"), writes("48")], [0, 1, 0]);
        let tenant = |value| heard(&quota, "x-ms-ratelimit-remaining-tenant-reads", value);
        assert_eq!([tenant("100"), tenant("1")], [0, 1]);
    }

    #[test]
    fn what_is_counted_otherwise_is_left_alone() {
        let quota = Quota::default();
        assert_eq!(
            heard(&quota, "x-ms-ratelimit-remaining-resource", "Microsoft.Compute/HighCostGet3Min;1"),
            0
        );
        assert_eq!(heard(&quota, "x-ms-ratelimit-remaining-subscription-reads", "few"), 0);
        assert_eq!(heard(&quota, "x-ms-ratelimit-remaining-subscription-resource-requests", "1"), 0);
        assert_eq!(heard(&quota, "x-ms-ratelimit-reads", "1"), 0);
    }

    #[test]
    fn the_warning_says_what_is_left_of_what() {
        let lines = HeaderMap::from_iter([(
            HeaderName::from_static("x-ms-ratelimit-remaining-subscription-reads"),
            HeaderValue::from_static("7"),
        )]);
        let warnings = Quota::default().warnings(&lines);
        assert!(warnings[0].contains("7 more subscription-reads"), "{warnings:?}");
    }
}
