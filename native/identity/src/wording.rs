//! Phrases that several error messages share.

/// A number of attempts in words.
pub fn attempts_text(attempts: u32) -> String {
    if attempts == 1 { "once".to_owned() } else { format!("{attempts} times") }
}

/// The last error as the end of a sentence; empty if there is none.
pub fn last_error_suffix(last: Option<&str>) -> String {
    last.map(|last| format!("; last: {last}")).unwrap_or_default()
}
