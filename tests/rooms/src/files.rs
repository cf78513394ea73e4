//! What people have written in a folder, by kind.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// What builds and tools make, which nobody has written.
const MADE: [&str; 5] = ["target", "output", "obj", "bin", "node_modules"];

/// The files below a folder whose names end in one of `kinds`, by their paths from it with `/`, sorted.
pub(crate) fn files(root: &Path, kinds: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        for entry in fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let place = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if entry.path().is_dir() {
                if !name.starts_with('.') && !MADE.contains(&name.as_str()) {
                    folders.push(place);
                }
            } else if kinds.iter().any(|kind| name.ends_with(kind)) {
                found.push(place);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The folder of a file, and its name.
pub(crate) fn split(place: &str) -> (&str, &str) {
    place.rsplit_once('/').unwrap_or(("", place))
}
