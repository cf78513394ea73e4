//! Input of a diagnosis.

use std::sync::Arc;

use tollgate_gate::GateState;

use crate::environment::Environment;
use crate::error::Error;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::Source;
use crate::token::AccessToken;

/// Input of all checks.
pub(crate) struct DiagnosisInput<'all> {
    pub(crate) environment: &'all Environment,
    pub(crate) source: &'all dyn Source,
    /// Whether the caller's own requests use another source.
    pub(crate) is_changed: bool,
    pub(crate) selector: &'all Selector,
    pub(crate) resource: &'all Resource,
    pub(crate) result: &'all Result<Arc<AccessToken>, Error>,
    pub(crate) gate: &'all GateState,
    /// Now, in seconds since 1970 UTC, by the machine's clock.
    pub(crate) now: i64,
}
