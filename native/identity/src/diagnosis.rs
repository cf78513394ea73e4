//! Diagnosis of a failing token request: a list of checks, each with its finding and advice. One request is made within
//! the machine's rate limit; the rest is derived from its result and from the environment.

mod check;
mod environment_checks;
mod input;
mod token_checks;

pub use check::{Check, CheckResult};
pub(crate) use input::DiagnosisInput;

/// All checks, in the order in which one would look; `more` are the caller's, listed in between.
pub(crate) fn checks(input: &DiagnosisInput<'_>, more: Vec<Check>) -> Vec<Check> {
    let mut checks = token_checks::checks(input);
    checks.extend(more);
    checks.extend(environment_checks::checks(input));
    checks
}
