//! What people otherwise find out by hand when there is no token: a list of checks, each with what was found and what to do.
//! One request is made, at the machine's pace; the rest is read off its outcome and off what lies around.

use std::sync::Arc;

use tollgate_gate::GateState;

use crate::environment::Environment;
use crate::error::Error;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::Source;
use crate::token::AccessToken;

mod outcome;
mod surroundings;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// As it should be.
    Passed,
    /// It works, and something is worth knowing.
    Warning,
    /// This is in the way.
    Failed,
    /// It could not be told.
    Skipped,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at; the same word for ever.
    pub name: &'static str,
    /// How it came out.
    pub result: CheckResult,
    /// What was found; never a secret.
    pub detail: String,
    /// What to do, where there is something to do.
    pub advice: Option<&'static str>,
}

/// What the checks are made of.
pub(crate) struct Findings<'all> {
    pub(crate) environment: &'all Environment,
    pub(crate) source: &'all dyn Source,
    /// Whether the caller's own requests go to another source.
    pub(crate) is_elsewhere: bool,
    pub(crate) selector: &'all Selector,
    pub(crate) resource: &'all Resource,
    pub(crate) outcome: &'all Result<Arc<AccessToken>, Error>,
    pub(crate) gate: &'all GateState,
    /// Now, in seconds since 1970 UTC, by the machine's clock.
    pub(crate) now: i64,
}

/// All checks, in the order in which one would look; `more` that others have made among them.
pub(crate) fn checks(findings: &Findings<'_>, more: Vec<Check>) -> Vec<Check> {
    let mut checks = outcome::checks(findings);
    checks.extend(more);
    checks.extend(surroundings::checks(findings));
    checks
}

impl Check {
    /// As it should be.
    pub fn passed(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, result: CheckResult::Passed, detail: detail.into(), advice: None }
    }

    /// It could not be told.
    pub fn skipped(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, result: CheckResult::Skipped, detail: detail.into(), advice: None }
    }

    /// It works, and something is worth knowing.
    pub fn warning(name: &'static str, detail: impl Into<String>, advice: &'static str) -> Self {
        Self { name, result: CheckResult::Warning, detail: detail.into(), advice: Some(advice) }
    }

    /// This is in the way.
    pub fn failed(name: &'static str, detail: impl Into<String>, advice: &'static str) -> Self {
        Self { name, result: CheckResult::Failed, detail: detail.into(), advice: Some(advice) }
    }
}
