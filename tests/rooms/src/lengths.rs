//! How long a file may be.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::files::files;

/// A file that is longer has its reason.
pub const MOST_LINES: usize = 300;

const KINDS: [&str; 6] = [".rs", ".cs", ".ps1", ".psm1", ".c", ".h"];

/// What is wrong with the lengths below a folder: files that are too long and not in `reasons`, which has a path and why it is
/// no two files, and entries that name no such file.
///
/// # Errors
///
/// A folder or file cannot be read.
pub fn wrong_lengths(root: &Path, reasons: &[(&str, &str)]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut needed = Vec::new();
    for place in files(root, &KINDS)? {
        let text = fs::read_to_string(root.join(&place)).with_context(|| format!("cannot read {place}"))?;
        let lines = text.lines().count();
        if lines <= MOST_LINES {
            continue;
        }
        if reasons.iter().all(|(listed, _)| *listed != place) {
            wrong.push(format!("{place} has {lines} lines"));
        }
        needed.push(place);
    }
    let (unneeded, reasoned): (Vec<_>, Vec<_>) =
        reasons.iter().partition(|(listed, _)| !needed.iter().any(|place| place == listed));
    wrong.extend(unneeded.iter().map(|(listed, _)| format!("{listed} needs no exception")));
    let empty = reasoned.iter().filter(|(_, reason)| reason.trim().is_empty());
    wrong.extend(empty.map(|(listed, _)| format!("{listed} is excepted without a reason")));
    Ok(wrong)
}
