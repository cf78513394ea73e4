//! What can be chosen at the start and changed while it runs, by `POST /sim/content`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How the simulated Azure is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Subscriptions that are enabled; one more is disabled.
    pub subscriptions: u32,
    /// What the first so many of them are called, and in which state they are, in their order.
    pub described: Vec<Description>,
    /// Entries on a page of a listing.
    pub page_size: usize,
    /// So many pages of made-up resources take the place of each subscription's own in `/resources`.
    pub pages: Option<usize>,
    /// What `x-ms-ratelimit-remaining-subscription-reads` counts down from.
    pub reads_remaining: u64,
    /// The versions that `/tenants` and `/subscriptions` know; nothing for any.
    pub api_versions: Option<Vec<String>>,
    /// Whether resources are refused to versions that their provider does not name.
    pub check_resource_versions: bool,
    /// The next link to a next page begins so, in place of the host that was asked.
    pub next_link_origin: Option<String>,
    /// How often a long operation is looked at before it has ended.
    pub looks: u32,
    /// `Retry-After` of an operation under way, as it is sent.
    pub poll_retry_after: Option<String>,
    /// Operations begun from now on end with this.
    pub operation_fails: Option<Failure>,
    /// Length of every blob.
    pub blob_bytes: u64,
}

/// A subscription's name and state; what is left out is as it would be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Description {
    /// For people; several subscriptions may have the same one.
    pub name: Option<String>,
    /// Such as `Enabled`, `Warned`, `PastDue`, `Disabled`, `Deleted`.
    pub state: Option<String>,
}

/// How Azure Resource Manager tells a failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            subscriptions: 3,
            described: Vec::new(),
            page_size: 100,
            pages: None,
            reads_remaining: 11_999,
            api_versions: None,
            check_resource_versions: false,
            next_link_origin: None,
            looks: 2,
            poll_retry_after: Some("0".to_owned()),
            operation_fails: None,
            blob_bytes: 1024 * 1024,
        }
    }
}

impl Settings {
    /// These, but for what the changes name.
    pub(crate) fn with(&self, changes: Map<String, Value>) -> serde_json::Result<Self> {
        let mut all = serde_json::to_value(self)?;
        if let Value::Object(all) = &mut all {
            all.extend(changes);
        }
        serde_json::from_value(all)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(changes: Value) -> serde_json::Result<Settings> {
        Settings::default().with(changes.as_object().unwrap().clone())
    }

    #[test]
    fn what_is_not_named_stays_as_it_was() {
        let changed = with(json!({"pageSize": 7, "pollRetryAfter": null})).unwrap();
        assert_eq!(changed, Settings { page_size: 7, poll_retry_after: None, ..Settings::default() });
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(with(json!({"pagesize": 7})).is_err());
        assert!(with(json!({"pageSize": "many"})).is_err());
    }
}
