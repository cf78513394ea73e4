//! Chooses the directory of the gate's files: the first that every user of the machine can share.

use std::path::{Path, PathBuf};

use tollgate_core::Clock;

use crate::category::Category;
use crate::error::GateError;
use crate::files::{self, OpenError};
use crate::machine_files::initial_ledger;

/// The default directories of this operating system, best first. A service's private `/tmp` would separate it from the
/// others, so directories that all processes share come before it.
#[cfg(target_os = "linux")]
fn default_directories() -> Vec<PathBuf> {
    ["/run/lock", "/dev/shm", "/tmp"].map(PathBuf::from).to_vec()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn default_directories() -> Vec<PathBuf> {
    vec![PathBuf::from("/tmp")]
}

#[cfg(windows)]
fn default_directories() -> Vec<PathBuf> {
    vec![PathBuf::from(r"C:\ProgramData\Tollgate")]
}

/// The directories to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Candidates {
    /// The configured one, which is created if it is missing.
    Named(PathBuf),
    /// The machine's, best first. Only those in which every user can share a file are used; on Unix none is created.
    Machine(Vec<PathBuf>),
}

/// Returns the directories to try: the configured one, or the machine's.
pub(crate) fn candidates(configured: Option<PathBuf>) -> Candidates {
    configured.map_or_else(|| Candidates::Machine(default_directories()), Candidates::Named)
}

impl Candidates {
    /// Returns the directory that every process chooses, if the ledger in it can be opened; creates the ledger.
    pub(crate) fn choose(&self, category: Category, clock: &dyn Clock) -> Result<&Path, GateError> {
        self.choose_with(|directory| {
            files::open(&directory.join(category.ledger_file_name()), || initial_ledger(category, clock))
                .map(drop)
        })
    }

    fn choose_with(&self, open: impl Fn(&Path) -> Result<(), OpenError>) -> Result<&Path, GateError> {
        let directories = match self {
            Self::Named(directory) => std::slice::from_ref(directory),
            Self::Machine(directories) => directories,
        };
        for directory in directories {
            if matches!(self, Self::Named(_)) || cfg!(windows) {
                // Creates the last part of the path only. A failure shows when the ledger is opened.
                let _ = files::create_dir(directory);
            } else if !files::is_world_writable(directory) {
                // Not every user can create files there, so the gate would not be shared.
                continue;
            }
            // Another process may be able to create the ledger here, so a further directory would separate the two.
            return match open(directory) {
                Ok(()) => Ok(directory),
                Err(OpenError::CannotCreate) => {
                    Err(GateError::NoDirectory { tried: vec![directory.clone()] })
                }
                Err(OpenError::Unusable(error)) => Err(error),
            };
        }
        Err(GateError::NoDirectory { tried: directories.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_core::SystemClock;

    const LEDGER: &str = Category::Tokens.ledger_file_name();

    fn choose(candidates: &Candidates) -> Result<&Path, GateError> {
        candidates.choose(Category::Tokens, &SystemClock)
    }

    #[test]
    fn the_folder_asked_for_is_the_only_one_tried() {
        assert_eq!(candidates(Some(PathBuf::from("here"))), Candidates::Named(PathBuf::from("here")));
        assert!(matches!(candidates(None), Candidates::Machine(folders) if !folders.is_empty()));
    }

    #[test]
    fn the_folder_asked_for_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let named = Candidates::Named(folder.path().join("new"));
        assert_eq!(choose(&named).unwrap(), folder.path().join("new"));
        assert!(folder.path().join("new").join(LEDGER).exists());
        let too_deep = Candidates::Named(folder.path().join("a/b/c"));
        assert_eq!(
            choose(&too_deep).unwrap_err(),
            GateError::NoDirectory { tried: vec![folder.path().join("a/b/c")] }
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_first_of_the_machines_folders_is_taken_that_is_sticky_and_open_to_everybody_whoever_asks() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, mode) in [("roots", 0o755), ("open", 0o777), ("closed", 0o1755), ("good", 0o1777)] {
            std::fs::create_dir(path(name)).unwrap();
            std::fs::set_permissions(path(name), PermissionsExt::from_mode(mode)).unwrap();
        }
        std::fs::write(path("file"), "").unwrap();
        let names = ["missing", "file", "roots", "open", "closed", "good"];
        let machine = Candidates::Machine(names.map(path).to_vec());
        assert_eq!(choose(&machine).unwrap(), path("good"));
        assert!(!path("missing").exists(), "a folder of the system's own is not made");
        let none = Candidates::Machine(names[..5].iter().map(|name| path(name)).collect());
        assert!(matches!(choose(&none), Err(GateError::NoDirectory { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn who_cannot_make_the_ledger_where_others_can_does_not_go_elsewhere() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let folders = ["first", "second"].map(|name| folder.path().join(name)).to_vec();
        for folder in &folders {
            std::fs::create_dir(folder).unwrap();
            std::fs::set_permissions(folder, PermissionsExt::from_mode(0o1777)).unwrap();
        }
        let machine = Candidates::Machine(folders.clone());
        let refuse_first =
            |tried: &Path| if tried == folders[0] { Err(OpenError::CannotCreate) } else { Ok(()) };
        assert_eq!(
            machine.choose_with(refuse_first),
            Err(GateError::NoDirectory { tried: vec![folders[0].clone()] })
        );
    }

    #[test]
    fn a_bad_file_is_an_obstacle_and_no_reason_to_go_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let first = folder.path().join("first");
        std::fs::create_dir_all(first.join(LEDGER)).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&first, std::os::unix::fs::PermissionsExt::from_mode(0o1777)).unwrap();
        let second = folder.path().join("second");
        let expected = GateError::NotRegularFile { path: first.join(LEDGER) };
        assert_eq!(choose(&Candidates::Machine(vec![first, second.clone()])).unwrap_err(), expected);
        assert!(!second.exists());
    }

    #[cfg(unix)]
    #[test]
    fn no_folder_at_all_names_those_tried() {
        let tried = vec![PathBuf::from("/proc/none/a"), PathBuf::from("/proc/none/b")];
        let machine = Candidates::Machine(tried.clone());
        let error = choose(&machine).unwrap_err();
        assert_eq!(error, GateError::NoDirectory { tried });
        assert!(error.to_string().contains("/proc/none/b"));
    }
}
