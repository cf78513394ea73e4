//! ARM's remaining rate limits: a warning when one runs low, once until it has recovered.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use tollgate_identity::{DetectedSource, Identity};
use url::Url;

use crate::trust::origin;

/// The common prefix of these headers.
const PREFIX: &str = "x-ms-ratelimit-remaining-";

/// The limits that were low at their last response.
#[derive(Default)]
pub(crate) struct RateLimitTracker(Mutex<HashSet<String>>);

impl RateLimitTracker {
    /// The warnings for a response with these headers that counts against `bucket`.
    pub(crate) fn warnings(&self, headers: &HeaderMap, bucket: &str) -> Vec<String> {
        let mut low = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut warnings = Vec::new();
        for (name, value) in headers {
            let Some((what, threshold)) = name.as_str().strip_prefix(PREFIX).and_then(warning_threshold)
            else {
                continue;
            };
            let Some(remaining) = value.to_str().ok().and_then(|text| text.trim().parse::<u64>().ok()) else {
                continue;
            };
            let key = format!("{what} {bucket}");
            if remaining >= threshold {
                low.remove(&key);
            } else if low.insert(key) {
                warnings.push(format!(
                    "Azure Resource Manager will answer only {remaining} more {what} before it throttles this identity"
                ));
            }
        }
        warnings
    }
}

/// The bucket that a response counts against: each identity has its own limits in each subscription, and a name is
/// unique only within one source.
pub(crate) fn bucket_key(identity: &Identity, url: &Url) -> String {
    let mut segments = url.path().split('/').skip(1);
    let scope = match (segments.next(), segments.next()) {
        (Some(kind), Some(id)) if kind.eq_ignore_ascii_case("subscriptions") => id.to_ascii_lowercase(),
        _ => String::new(),
    };
    let source = identity.source.as_ref().map_or(0, DetectedSource::number);
    format!("{} {source} {} {scope}", origin::origin_string(url), identity.selector)
}

/// The counter, and the remaining number below which a warning is due.
fn warning_threshold(counted: &str) -> Option<(&str, u64)> {
    let scoped = counted.starts_with("subscription-") || counted.starts_with("tenant-");
    match counted.rsplit('-').next() {
        Some("reads") if scoped => Some((counted, 100)),
        Some("writes" | "deletes") if scoped => Some((counted, 50)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::{HeaderName, HeaderValue};

    use tollgate_core::SystemClock;
    use tollgate_http::MetadataClient;
    use tollgate_identity::{Environment, Selector, TokenClient};

    use super::*;

    fn heard(quota: &RateLimitTracker, name: &str, value: &str) -> usize {
        heard_by("", quota, name, value)
    }

    fn heard_by(holder: &str, quota: &RateLimitTracker, name: &str, value: &str) -> usize {
        let name = HeaderName::try_from(name).unwrap();
        quota.warnings(&HeaderMap::from_iter([(name, HeaderValue::try_from(value).unwrap())]), holder).len()
    }

    #[test]
    fn each_allowance_is_warned_of_once_until_it_recovers() {
        let quota = RateLimitTracker::default();
        let reads = |value| heard(&quota, "x-ms-ratelimit-remaining-subscription-reads", value);
        assert_eq!([reads("11999"), reads("100"), reads("99"), reads("98"), reads("0")], [0, 0, 1, 0, 0]);
        assert_eq!([reads("5000"), reads("99")], [0, 1]);
        let writes = |value| heard(&quota, "x-ms-ratelimit-remaining-subscription-writes", value);
        assert_eq!([writes("50"), writes("49"), writes("48")], [0, 1, 0]);
        let deletes = |value| heard(&quota, "x-ms-ratelimit-remaining-subscription-deletes", value);
        assert_eq!([deletes("50"), deletes("49"), deletes("48")], [0, 1, 0]);
        let tenant = |value| heard(&quota, "x-ms-ratelimit-remaining-tenant-reads", value);
        assert_eq!([tenant("100"), tenant("1")], [0, 1]);
    }

    #[test]
    fn each_identity_has_its_own_in_each_subscription() {
        let whose = |identity: &str, url: &str| {
            bucket_key(&Selector::ResourceId(identity.to_owned()).into(), &Url::parse(url).unwrap())
        };
        let (one, other) = (
            whose("a", "https://arm/subscriptions/ID/resourceGroups?x"),
            whose("a", "https://arm/subscriptions/other"),
        );
        assert_eq!(one, whose("a", "https://arm/Subscriptions/id"));
        assert!(one != other && one != whose("b", "https://arm/subscriptions/id"));
        assert_eq!(whose("a", "https://arm/tenants"), whose("a", "https://arm/providers/x"));
        let client = TokenClient::new(
            &Environment::default(),
            MetadataClient::default(),
            Arc::new(SystemClock),
            Box::new(|_| ()),
        );
        let found = Identity {
            source: Some(client.unwrap().source()),
            selector: Selector::ResourceId("a".to_owned()),
        };
        assert_ne!(one, bucket_key(&found, &Url::parse("https://arm/subscriptions/id").unwrap()));
        let quota = RateLimitTracker::default();
        let reads =
            |holder, value| heard_by(holder, &quota, "x-ms-ratelimit-remaining-subscription-reads", value);
        assert_eq!(
            [reads(&one, "99"), reads(&other, "50"), reads(&other, "11000"), reads(&one, "98")],
            [1, 1, 0, 0]
        );
    }

    #[test]
    fn what_is_counted_otherwise_is_left_alone() {
        let quota = RateLimitTracker::default();
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
        let warnings = RateLimitTracker::default().warnings(&lines, "");
        assert!(warnings[0].contains("7 more subscription-reads"), "{warnings:?}");
    }
}
