//! A file that is there when it is whole, and not before: what comes goes to a new file beside it, which takes its name at
//! the end and is gone if there is none.

use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt, BufWriter};
use tokio::task::spawn_blocking;

use crate::error::Error;

/// How much is written at once.
const BUFFER_SIZE: usize = 256 << 10;

/// A file on its way. Dropping it takes back what was written.
pub(crate) struct DownloadFile {
    target: PathBuf,
    written: u64,
    // Closed before the file goes: the fields of a struct are dropped in their order.
    file: BufWriter<File>,
    temp_file: TempFileGuard,
}

/// The file beside the target, for as long as it has to go.
struct TempFileGuard(Option<PathBuf>);

impl DownloadFile {
    /// Makes the new file; whatever stands at the target stays there.
    pub(crate) async fn create(target: &Path) -> Result<Self, Error> {
        let (place, there) = existing_target(target).await?.unzip();
        // What a link leads to is replaced, and not the link.
        let target = place.as_deref().unwrap_or(target);
        let name = target.file_name().ok_or_else(|| Error::InvalidArgument {
            field: "OutFile",
            fault: format!("'{}' names no file", target.display()),
        })?;
        let mut beside = OsString::from(".");
        beside.push(name);
        beside.push(format!(".{:016x}.tmp", fastrand::u64(..)));
        let path = target.with_file_name(beside);
        // Opened together with what takes it back: whoever is given up while it is opened leaves nothing either.
        let open = move || {
            let file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
            Ok((file, TempFileGuard(Some(path))))
        };
        let opened = spawn_blocking(open).await.unwrap_or_else(|error| Err(io::Error::other(error)));
        let (file, leftover) = opened.map_err(|error| write_error(target, &error))?;
        let file = File::from_std(file);
        if let Some(there) = there {
            // Whose the old content is, and who may read it, holds for the new one too.
            keep_owner(&file, &there)
                .map_err(|_| write_error(target, &io::Error::other("it belongs to somebody else")))?;
            file.set_permissions(there.permissions()).await.map_err(|error| write_error(target, &error))?;
        }
        let (target, file) = (target.to_owned(), BufWriter::with_capacity(BUFFER_SIZE, file));
        Ok(Self { target, written: 0, file, temp_file: leftover })
    }

    /// Starts over.
    pub(crate) async fn reset(&mut self) -> Result<(), Error> {
        if self.written > 0 {
            self.written = 0;
            let over = async {
                self.file.flush().await?;
                self.file.get_mut().set_len(0).await?;
                self.file.get_mut().rewind().await
            };
            over.await.map_err(|error| write_error(&self.target, &error))?;
        }
        Ok(())
    }

    /// Adds a piece; gives how many bytes there are now.
    pub(crate) async fn write(&mut self, piece: &[u8]) -> Result<u64, Error> {
        self.file.write_all(piece).await.map_err(|error| write_error(&self.target, &error))?;
        self.written += piece.len() as u64;
        Ok(self.written)
    }

    /// Gives the file its name; gives how many bytes it has.
    pub(crate) async fn commit(mut self) -> Result<u64, Error> {
        let end = async {
            self.file.flush().await?;
            match &self.temp_file.0 {
                Some(path) => tokio::fs::rename(path, &self.target).await,
                None => Ok(()),
            }
        };
        end.await.map_err(|error| write_error(&self.target, &error))?;
        self.temp_file.0 = None;
        Ok(self.written)
    }
}

/// The file that is to be replaced: where it really is, and who may do what with it. What is no plain file (a folder, a device)
/// or may not be written is not to be replaced.
async fn existing_target(target: &Path) -> Result<Option<(PathBuf, Metadata)>, Error> {
    let Ok(there) = tokio::fs::metadata(target).await else { return Ok(None) };
    if !there.is_file() {
        return Err(write_error(target, &io::Error::other("it is no plain file")));
    }
    if there.permissions().readonly() {
        return Err(write_error(target, &io::Error::other("it is read-only")));
    }
    let place = match tokio::fs::read_link(target).await {
        Ok(_) => tokio::fs::canonicalize(target).await.map_err(|error| write_error(target, &error))?,
        Err(_) => target.to_owned(),
    };
    Ok(Some((place, there)))
}

#[cfg(unix)]
fn keep_owner(file: &File, there: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    fchown(file, Some(there.uid()), Some(there.gid()))
}

/// A new file has the owner that its folder gives it.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
const fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

impl Drop for TempFileGuard {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // What cannot be removed is a nuisance, and no reason to fail once more.
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
