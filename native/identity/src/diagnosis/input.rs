//! What a diagnosis is made of.

use std::sync::Arc;

use tollgate_gate::GateState;

use crate::environment::Environment;
use crate::error::Error;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::Source;
use crate::token::AccessToken;

/// What the checks are made of.
pub(crate) struct DiagnosisInput<'all> {
    pub(crate) environment: &'all Environment,
    pub(crate) source: &'all dyn Source,
    /// Whether the caller's own requests go to another source.
    pub(crate) is_changed: bool,
    pub(crate) selector: &'all Selector,
    pub(crate) resource: &'all Resource,
    pub(crate) result: &'all Result<Arc<AccessToken>, Error>,
    pub(crate) gate: &'all GateState,
    /// Now, in seconds since 1970 UTC, by the machine's clock.
    pub(crate) now: i64,
}
