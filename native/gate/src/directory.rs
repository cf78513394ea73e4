//! Where the gate's files live: the first folder that every user of the machine can share.

use std::path::{Path, PathBuf};

use crate::files::{self, Refusal};
use crate::obstacle::Obstacle;

/// The ledger's file name; the slots' stand beside it.
pub(crate) const LEDGER: &str = "tollgate.ledger";

/// The folders of this kind of machine, best first. A service's private temp folder would part it from the others, so
/// a folder that is the same for everybody comes before it.
#[cfg(target_os = "linux")]
fn defaults() -> Vec<PathBuf> {
    ["/run/lock", "/dev/shm", "/tmp"].map(PathBuf::from).to_vec()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn defaults() -> Vec<PathBuf> {
    vec![PathBuf::from("/tmp")]
}

#[cfg(windows)]
fn defaults() -> Vec<PathBuf> {
    vec![PathBuf::from(r"C:\ProgramData\Tollgate")]
}

/// The folders to try: the one that was asked for, or the machine's.
pub(crate) fn candidates(configured: Option<PathBuf>) -> Vec<PathBuf> {
    configured.map_or_else(defaults, |folder| vec![folder])
}

/// The first folder in which the ledger can be opened.
pub(crate) fn choose(candidates: &[PathBuf]) -> Result<&Path, Obstacle> {
    for folder in candidates {
        // Only the last part of the path is made, and only the file that follows tells whether that was any use.
        let _ = files::create_folder(folder);
        match files::open(&folder.join(LEDGER)) {
            Ok(_) => return Ok(folder),
            Err(Refusal::CannotCreate) => {}
            Err(Refusal::Unusable(obstacle)) => return Err(obstacle),
        }
    }
    Err(Obstacle::NoDirectory { tried: candidates.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_asked_for_is_the_only_one_tried() {
        assert_eq!(candidates(Some(PathBuf::from("here"))), [PathBuf::from("here")]);
        assert!(!candidates(None).is_empty());
    }

    #[test]
    fn a_folder_that_cannot_be_used_gives_way_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let candidates = [folder.path().join("a/b/c"), folder.path().join("new")];
        assert_eq!(choose(&candidates).unwrap(), folder.path().join("new"));
        assert!(folder.path().join("new").join(LEDGER).exists());
    }

    #[test]
    fn a_bad_file_is_an_obstacle_and_no_reason_to_go_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        std::fs::create_dir_all(first.join(LEDGER)).unwrap();
        assert_eq!(
            choose(&[first.clone(), second.clone()]).unwrap_err(),
            Obstacle::NotAPlainFile { path: first.join(LEDGER) }
        );
        assert!(!second.exists());
    }

    #[test]
    fn no_folder_at_all_names_those_tried() {
        let tried = [PathBuf::from("/proc/none/a"), PathBuf::from("/proc/none/b")];
        let obstacle = choose(&tried).unwrap_err();
        assert_eq!(obstacle, Obstacle::NoDirectory { tried: tried.to_vec() });
        assert!(obstacle.to_string().contains("/proc/none/b"));
    }
}
