//! What people otherwise find out by hand when there is no token: a list of checks, each with what was found and what to do.
//! One request is made, at the machine's pace; the rest is read off its outcome and off what lies around.

mod check;
mod environment_checks;
mod input;
mod token_checks;

pub use check::{Check, CheckResult};
pub(crate) use input::DiagnosisInput;

/// All checks, in the order in which one would look; `more` that others have made among them.
pub(crate) fn checks(findings: &DiagnosisInput<'_>, more: Vec<Check>) -> Vec<Check> {
    let mut checks = token_checks::checks(findings);
    checks.extend(more);
    checks.extend(environment_checks::checks(findings));
    checks
}
