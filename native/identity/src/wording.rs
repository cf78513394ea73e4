//! Parts of sentences that several errors have.

/// How often something was tried, in words.
pub fn attempts_text(attempts: u32) -> String {
    if attempts == 1 { "once".to_owned() } else { format!("{attempts} times") }
}

/// What stood in the way last, as the end of a sentence.
pub fn last_error_suffix(last: Option<&str>) -> String {
    last.map(|last| format!("; last: {last}")).unwrap_or_default()
}
