//! A download that appears only when it is complete: the bytes go to a temporary file beside the target, which is
//! renamed at the end, or removed on failure.

use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt, BufWriter};
use tokio::task::spawn_blocking;

use crate::error::Error;

/// The size of the write buffer in bytes.
const BUFFER_SIZE: usize = 256 << 10;

/// A download in progress. Dropping it removes what was written.
pub(crate) struct DownloadFile {
    target: PathBuf,
    written: u64,
    // Closed before the file is removed: the fields of a struct are dropped in their order.
    file: BufWriter<File>,
    temp_file: TempFileGuard,
}

/// The temporary file, removed on drop; `None` once it is renamed.
struct TempFileGuard(Option<PathBuf>);

impl DownloadFile {
    /// Creates the temporary file; an existing target stays unchanged.
    pub(crate) async fn create(target: &Path) -> Result<Self, Error> {
        let (path, metadata) = existing_target(target).await?.unzip();
        // The target of a symbolic link is replaced, not the link.
        let target = path.as_deref().unwrap_or(target);
        let name = target.file_name().ok_or_else(|| Error::InvalidArgument {
            field: "OutFile",
            fault: format!("'{}' names no file", target.display()),
        })?;
        let mut temp_name = OsString::from(".");
        temp_name.push(name);
        temp_name.push(format!(".{:016x}.tmp", fastrand::u64(..)));
        let path = target.with_file_name(temp_name);
        // Opened together with its guard: a request that is cancelled meanwhile leaves no file either.
        let open = move || {
            let file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
            Ok((file, TempFileGuard(Some(path))))
        };
        let opened = spawn_blocking(open).await.unwrap_or_else(|error| Err(io::Error::other(error)));
        let (file, temp_file) = opened.map_err(|error| write_error(target, &error))?;
        let file = File::from_std(file);
        if let Some(metadata) = metadata {
            // The new content keeps the owner and the permissions of the old.
            keep_owner(&file, &metadata)
                .map_err(|_| write_error(target, &io::Error::other("it belongs to somebody else")))?;
            file.set_permissions(metadata.permissions())
                .await
                .map_err(|error| write_error(target, &error))?;
        }
        let (target, file) = (target.to_owned(), BufWriter::with_capacity(BUFFER_SIZE, file));
        Ok(Self { target, written: 0, file, temp_file })
    }

    /// Discards what was written.
    pub(crate) async fn reset(&mut self) -> Result<(), Error> {
        if self.written > 0 {
            self.written = 0;
            let truncate = async {
                self.file.flush().await?;
                self.file.get_mut().set_len(0).await?;
                self.file.get_mut().rewind().await
            };
            truncate.await.map_err(|error| write_error(&self.target, &error))?;
        }
        Ok(())
    }

    /// Appends a chunk; returns the number of bytes so far.
    pub(crate) async fn write(&mut self, chunk: &[u8]) -> Result<u64, Error> {
        self.file.write_all(chunk).await.map_err(|error| write_error(&self.target, &error))?;
        self.written += chunk.len() as u64;
        Ok(self.written)
    }

    /// Renames the file to the target; returns its size in bytes.
    pub(crate) async fn commit(mut self) -> Result<u64, Error> {
        let finish = async {
            self.file.flush().await?;
            match &self.temp_file.0 {
                Some(path) => tokio::fs::rename(path, &self.target).await,
                None => Ok(()),
            }
        };
        finish.await.map_err(|error| write_error(&self.target, &error))?;
        self.temp_file.0 = None;
        Ok(self.written)
    }
}

/// The existing target, with symbolic links resolved, and its metadata; `None` when there is none. What is no regular
/// file (a directory, a device) or is read-only must not be replaced.
async fn existing_target(target: &Path) -> Result<Option<(PathBuf, Metadata)>, Error> {
    let Ok(metadata) = tokio::fs::metadata(target).await else { return Ok(None) };
    if !metadata.is_file() {
        return Err(write_error(target, &io::Error::other("it is no plain file")));
    }
    if metadata.permissions().readonly() {
        return Err(write_error(target, &io::Error::other("it is read-only")));
    }
    let path = match tokio::fs::read_link(target).await {
        Ok(_) => tokio::fs::canonicalize(target).await.map_err(|error| write_error(target, &error))?,
        Err(_) => target.to_owned(),
    };
    Ok(Some((path, metadata)))
}

#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    fchown(file, Some(metadata.uid()), Some(metadata.gid()))
}

/// A new file has the owner that its directory determines.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
const fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

impl Drop for TempFileGuard {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // A file that cannot be removed is no reason for another error.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn write_error(target: &Path, error: &io::Error) -> Error {
    Error::InvalidArgument {
        field: "OutFile",
        fault: format!("'{}' cannot be written: {error}", target.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_file_takes_its_name_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.bin");
        std::fs::write(&target, "old").unwrap();
        let mut download = DownloadFile::create(&target).await.unwrap();
        download.write(b"cut").await.unwrap();
        download.reset().await.unwrap();
        download.write(b"ne").await.unwrap();
        assert_eq!(download.write(b"w").await, Ok(3));
        assert_eq!((names(folder.path()).len(), std::fs::read(&target).unwrap()), (2, b"old".to_vec()));
        assert_eq!(download.commit().await, Ok(3));
        assert_eq!(
            (names(folder.path()), std::fs::read(&target).unwrap()),
            (vec!["a.bin".into()], b"new".to_vec())
        );
    }

    #[tokio::test]
    async fn a_file_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut download = DownloadFile::create(&folder.path().join("a")).await.unwrap();
        download.write(&[0; BUFFER_SIZE * 2]).await.unwrap();
        drop(download);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_file_that_is_given_up_while_it_is_made_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        for _ in 0..50 {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let begun = std::pin::pin!(DownloadFile::create(&target));
                // Polled until it waits for the file, and no longer.
                tokio::select! {
                    biased;
                    _ = begun => {}
                    () = tokio::task::yield_now() => {}
                }
            });
            // Waits for what was begun on other threads.
            drop(runtime);
            assert!(names(folder.path()).is_empty());
        }
    }

    #[tokio::test]
    async fn a_place_that_takes_no_file_is_an_argument_to_correct() {
        let folder = tempfile::tempdir().unwrap();
        for target in [folder.path().join("none").join("a"), PathBuf::from("/")] {
            let error = DownloadFile::create(&target).await.err().unwrap();
            assert!(matches!(error, Error::InvalidArgument { field: "OutFile", .. }), "{error:?}");
        }
    }

    #[tokio::test]
    async fn a_folder_a_device_and_a_file_that_may_not_be_written_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        std::fs::write(&kept, "old").unwrap();
        let mut permissions = std::fs::metadata(&kept).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&kept, permissions).unwrap();
        let device = cfg!(unix).then(|| PathBuf::from("/dev/null"));
        for target in [folder.path().to_owned(), kept].into_iter().chain(device) {
            let error = DownloadFile::create(&target).await.err().unwrap();
            assert!(
                matches!(error, Error::InvalidArgument { field: "OutFile", .. }),
                "{target:?}: {error:?}"
            );
        }
        assert_eq!(names(folder.path()), ["kept"]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_stays_and_so_do_the_owner_and_the_readers_of_what_it_leads_to() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("file"));
        std::fs::write(&file, "old").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        // Whoever may give a file away does, and it must stay given.
        let own = std::fs::metadata(&file).unwrap().uid();
        let owner = if own == 0 { 65_534 } else { own };
        chown(&file, Some(owner), None).unwrap();
        symlink(&file, &link).unwrap();
        let mut download = DownloadFile::create(&link).await.unwrap();
        download.write(b"new").await.unwrap();
        download.commit().await.unwrap();
        let there = std::fs::metadata(&file).unwrap();
        assert_eq!((there.uid(), there.permissions().mode() & 0o777), (owner, 0o600));
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
