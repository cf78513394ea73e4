//! One check of a diagnosis: what was looked at, how it came out, and what to do.

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
