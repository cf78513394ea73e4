//! Azure Arc's key files: a file for each challenge, which only who may read the folder can answer. A key opens once.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::random;

pub(super) struct Keys {
    folder: PathBuf,
    /// By the key, the file that it is in.
    unused: Mutex<HashMap<String, PathBuf>>,
    _temporary: Option<TempDir>,
}

impl Keys {
    /// Keys in this folder, which is made if it is missing, or in a temporary one.
    pub(super) fn new(folder: Option<&Path>) -> io::Result<Self> {
        let (folder, temporary) = match folder {
            Some(folder) => {
                fs::create_dir_all(folder)?;
                (std::path::absolute(folder)?, None)
            }
            None => {
                let temporary = tempfile::tempdir()?;
                (temporary.path().to_path_buf(), Some(temporary))
            }
        };
        Ok(Self { folder, unused: Mutex::default(), _temporary: temporary })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a key to a file of its own, for its owner's eyes.
    pub(super) fn write(&self) -> io::Result<PathBuf> {
        let path = self.folder.join(format!("{}.key", random::guid()));
        let key = random::noise(64);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?.write_all(key.as_bytes())?;
        self.unused().insert(key, path.clone());
        Ok(path)
    }

    /// Whether it is a key that was not used before. Its file goes with it.
    pub(super) fn open_with(&self, key: &str) -> bool {
        let Some(path) = self.unused().remove(key) else { return false };
        // Who deleted it has done the same.
        let _ = fs::remove_file(path);
        true
    }

    fn unused(&self) -> MutexGuard<'_, HashMap<String, PathBuf>> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder may be somebody's; the files in it are ours.
impl Drop for Keys {
    fn drop(&mut self) {
        for path in self.unused().values() {
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_key_opens_once_and_its_file_is_gone_then() {
        let keys = Keys::new(None).unwrap();
        let path = keys.write().unwrap();
        assert_eq!((path.parent(), path.extension().unwrap().to_str()), (Some(keys.folder()), Some("key")));
        let key = fs::read_to_string(&path).unwrap();
        assert!(!keys.open_with("another"));
        assert!(keys.open_with(&key));
        assert!(!keys.open_with(&key));
        assert!(!path.exists());
    }

    #[test]
    fn keys_differ_and_open_in_any_order() {
        let keys = Keys::new(None).unwrap();
        let read = |path| fs::read_to_string(path).unwrap();
        let (one, other) = (read(keys.write().unwrap()), read(keys.write().unwrap()));
        assert_ne!(one, other);
        assert!(keys.open_with(&other) && keys.open_with(&one));
    }

    #[test]
    fn a_folder_that_was_named_is_made_and_stays_without_the_files() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("of the agent").join("t\u{f6}kens");
        let keys = Keys::new(Some(&folder)).unwrap();
        keys.write().unwrap();
        fs::write(folder.join("other.key"), "").unwrap();
        assert_eq!((keys.folder(), files(&folder)), (folder.as_path(), 2));
        drop(keys);
        assert_eq!(files(&folder), 1);
    }

    #[test]
    fn a_temporary_folder_goes_with_the_keys() {
        let keys = Keys::new(None).unwrap();
        keys.write().unwrap();
        let folder = keys.folder().to_path_buf();
        drop(keys);
        assert!(!folder.exists());
    }

    #[test]
    #[cfg(unix)]
    fn a_key_is_its_owner_s_to_read() {
        use std::os::unix::fs::PermissionsExt;
        let keys = Keys::new(None).unwrap();
        let mode = fs::metadata(keys.write().unwrap()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
