//! A subscription as Azure Resource Manager describes it, and as a caller names it.

use serde_json::Value;
use uuid::Uuid;

use crate::error::Error;

/// A subscription as the caller names it.
pub(super) enum SubscriptionRef<'text> {
    Id(String),
    Name(&'text str),
}

impl<'text> SubscriptionRef<'text> {
    pub(super) fn parse(text: &'text str) -> Self {
        let text = text.trim();
        Uuid::try_parse(text).map_or(Self::Name(text), |id| Self::Id(id.to_string()))
    }
}

/// Az's message.
pub(super) fn not_found(wanted: &str, tenant: Option<&str>, visible: Vec<String>) -> Error {
    let tenant = tenant.unwrap_or_default();
    let text = format!(
        "Subscription {wanted} was not found in tenant {tenant}. Please verify that the subscription exists in this tenant."
    );
    Error::SubscriptionNotFound { text, visible }
}

pub(super) fn is_named(subscription: &Value, name: &str) -> bool {
    text(subscription, "displayName").is_some_and(|actual| actual.to_lowercase() == name.to_lowercase())
}

/// Whether its resources can be used.
pub(super) fn is_active(subscription: &Value) -> bool {
    let state = text(subscription, "state").unwrap_or_default();
    state.eq_ignore_ascii_case("Enabled") || state.eq_ignore_ascii_case("Warned")
}

/// The value of a property, if it is a string.
pub(super) fn text<'value>(value: &'value Value, property: &str) -> Option<&'value str> {
    value.get(property)?.as_str()
}
