//! One check of a diagnosis: its result, finding and advice.

/// Result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// No problem.
    Passed,
    /// It works, but something is worth knowing.
    Warning,
    /// This prevents a token.
    Failed,
    /// It could not be determined.
    Skipped,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Name of the check; it never changes.
    pub name: &'static str,
    /// The result.
    pub result: CheckResult,
    /// The finding; never contains a secret.
    pub detail: String,
    /// What to do, if anything.
    pub advice: Option<&'static str>,
}

impl Check {
    /// A [`CheckResult::Passed`] check.
    pub fn passed(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, result: CheckResult::Passed, detail: detail.into(), advice: None }
    }

    /// A [`CheckResult::Skipped`] check.
    pub fn skipped(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, result: CheckResult::Skipped, detail: detail.into(), advice: None }
    }

    /// A [`CheckResult::Warning`] check.
    pub fn warning(name: &'static str, detail: impl Into<String>, advice: &'static str) -> Self {
        Self { name, result: CheckResult::Warning, detail: detail.into(), advice: Some(advice) }
    }

    /// A [`CheckResult::Failed`] check.
    pub fn failed(name: &'static str, detail: impl Into<String>, advice: &'static str) -> Self {
        Self { name, result: CheckResult::Failed, detail: detail.into(), advice: Some(advice) }
    }
}
