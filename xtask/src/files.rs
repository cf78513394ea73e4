//! Copying and removing, with errors that name the file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Removes a folder and all in it; a folder that is not there is removed already.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {} (is it in use?)", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Copies one file, making the folders it needs.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Copies the files of a folder that end in one of `extensions`, and returns how many there were.
pub(crate) fn copy_kinds(from: &Path, to: &Path, extensions: &[&str]) -> Result<usize> {
    let mut copied = 0;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let wanted =
            path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension));
        if let (true, Some(name)) = (wanted, path.file_name()) {
            copy(&path, &to.join(name))?;
            copied += 1;
        }
    }
    Ok(copied)
}

/// Every file below a folder, as paths relative to it, sorted, with their sizes.
pub(crate) fn list(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.push((relative.to_string_lossy().replace('\\', "/"), entry.metadata()?.len()));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_wanted_kinds_are_copied() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir(&from).unwrap();
        for name in ["a.dll", "b.xml", "c.pdb"] {
            fs::write(from.join(name), name).unwrap();
        }
        let to = folder.path().join("to");
        assert_eq!(copy_kinds(&from, &to, &["dll", "xml"]).unwrap(), 2);
        let names: Vec<String> = list(&to).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a.dll", "b.xml"]);
    }

    #[test]
    fn a_listing_is_sorted_and_uses_slashes() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "12").unwrap();
        copy(&folder.path().join("a"), &folder.path().join("z/y")).unwrap();
        let listing = list(folder.path()).unwrap();
        assert_eq!(listing, [("a".to_string(), 2), ("z/y".to_string(), 2)]);
    }

    #[test]
    fn removing_what_is_not_there_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        remove_folder(&folder.path().join("absent")).unwrap();
    }
}
