//! Arc's challenge: the response names a file whose content is the proof. The responder is not authenticated, so only
//! a regular key file in the agent's own directory is read, opened once, without following links, up to a key's size.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf, Prefix};

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

/// Maximum size of a key in bytes.
const MAX_KEY_SIZE: u64 = 4096;

/// Returns the `Authorization` header value that answers the challenge, or why it is not answered.
pub(crate) fn read_key(headers: &HeaderMap, directory: Option<&Path>) -> Result<HeaderValue, String> {
    let path = challenge_path(headers)?;
    let directory = directory.ok_or("it names a key file, and its agent does not run on this system")?;
    let path = checked_path(&path, directory)?;
    let mut proof = Zeroizing::new(b"Basic ".to_vec());
    read(&path, &mut proof)?;
    let mut value =
        HeaderValue::from_bytes(&proof).map_err(|_| "the key file it names holds no key".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The path in the challenge: `Basic realm=/folder/name.key`, with or without quotes.
fn challenge_path(headers: &HeaderMap) -> Result<PathBuf, String> {
    let challenge =
        headers.get(WWW_AUTHENTICATE).ok_or("it refuses without naming a key file (no WWW-Authenticate)")?;
    let challenge = challenge.to_str().unwrap_or_default();
    let named = challenge
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Basic"))
        .and_then(|(_, rest)| rest.trim().split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("realm"))
        .map(|(_, path)| path.trim());
    let path =
        named.map(|path| path.strip_prefix('"').and_then(|path| path.strip_suffix('"')).unwrap_or(path));
    match path {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err("its challenge does not name a key file".to_owned()),
    }
}

/// Returns the canonical path if the file is directly in the agent's directory.
fn checked_path(path: &Path, directory: &Path) -> Result<PathBuf, String> {
    let elsewhere = || format!("the key file it names is not one in {}", directory.display());
    let plain = path.components().all(|part| match part {
        Component::Prefix(prefix) => matches!(prefix.kind(), Prefix::Disk(_)),
        Component::ParentDir | Component::CurDir => false,
        Component::RootDir | Component::Normal(_) => true,
    });
    if !path.is_absolute() || !plain || path.extension().is_none_or(|extension| extension != "key") {
        return Err(elsewhere());
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(elsewhere());
    };
    let canonical =
        |path: &Path| path.canonicalize().map_err(|error| cannot("the folder of its key files", &error));
    let canonical_directory = canonical(directory)?;
    if canonical(parent)? != canonical_directory {
        return Err(elsewhere());
    }
    Ok(canonical_directory.join(name))
}

fn read(path: &Path, into: &mut Vec<u8>) -> Result<(), String> {
    let failed = |error: io::Error| cannot("the key file it names", &error);
    let file = open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() || metadata.file_type().is_symlink() {
        return Err("the key file it names is no plain file".to_owned());
    }
    let before = into.len() as u64;
    into.reserve_exact(MAX_KEY_SIZE as usize + 1);
    file.take(MAX_KEY_SIZE + 1).read_to_end(into).map_err(failed)?;
    if into.len() as u64 - before > MAX_KEY_SIZE {
        return Err(format!("the key file it names is larger than {MAX_KEY_SIZE} bytes"));
    }
    Ok(())
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // Without O_NONBLOCK opening a pipe could block before its type is known.
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
}

#[cfg(windows)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    OpenOptions::new().read(true).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT).open(path)
}

fn cannot(what: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            let group = if cfg!(windows) { "Hybrid agent extension applications" } else { "himds" };
            format!(
                "{what} may not be read by this user; run as an administrator or as a member of the group '{group}'"
            )
        }
        kind => format!("{what} cannot be opened: {kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(WWW_AUTHENTICATE, HeaderValue::from_str(text).unwrap())])
    }

    fn fault(text: &str, folder: &Path) -> String {
        read_key(&challenge(text), Some(folder)).unwrap_err()
    }

    #[test]
    fn the_files_text_is_the_proof_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b.key");
        std::fs::write(&file, "secret=/+").unwrap();
        for text in [format!("Basic realm={}", file.display()), format!("basic Realm=\"{}\"", file.display())]
        {
            let value = read_key(&challenge(&text), Some(folder.path())).unwrap();
            assert_eq!(value.to_str().unwrap(), "Basic secret=/+");
            assert!(value.is_sensitive());
        }
    }

    #[test]
    fn a_challenge_that_names_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_key(&HeaderMap::new(), Some(folder.path())).unwrap_err().contains("WWW-Authenticate"));
        for text in [
            "Basic ",
            "Basic realm=",
            "Basic realm=\"\"",
            "Bearer realm=/x.key",
            "somefile=filename",
            "Basic user=/x.key",
        ] {
            assert_eq!(fault(text, folder.path()), "its challenge does not name a key file", "{text}");
        }
    }

    #[test]
    fn a_file_elsewhere_or_of_another_kind_is_never_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, other) = (folder.path().join("keys"), folder.path().join("other"));
        for made in [&keys, &other] {
            std::fs::create_dir(made).unwrap();
        }
        for file in [keys.join("a.txt"), other.join("a.key"), folder.path().join("a.key")] {
            std::fs::write(file, "secret").unwrap();
        }
        let paths = [
            keys.join("a.txt"),
            other.join("a.key"),
            keys.join("..").join("a.key"),
            keys.join("..").join("other").join("a.key"),
            PathBuf::from("a.key"),
            PathBuf::from("keys/a.key"),
            PathBuf::from(r"\\server\share\a.key"),
            PathBuf::from(r"\\.\pipe\a.key"),
        ];
        for path in paths {
            let fault = fault(&format!("Basic realm={}", path.display()), &keys);
            assert!(fault.contains("is not one in"), "{} {fault}", path.display());
        }
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let fault = |name: &str| fault(&format!("Basic realm={}", path(name).display()), folder.path());
        std::fs::write(path("large.key"), vec![b'x'; 4097]).unwrap();
        std::fs::write(path("full.key"), vec![b'x'; 4096]).unwrap();
        std::fs::write(path("lines.key"), "hush\nhush").unwrap();
        std::fs::create_dir(path("folder.key")).unwrap();
        assert!(fault("large.key").contains("larger than 4096"));
        assert!(
            read_key(&challenge(&format!("Basic realm={}", path("full.key").display())), Some(folder.path()))
                .is_ok()
        );
        assert_eq!(fault("lines.key"), "the key file it names holds no key");
        assert!(fault("missing.key").contains("cannot be opened"));
        assert!(!fault("folder.key").is_empty());
    }

    #[test]
    fn a_system_without_the_agent_has_no_keys() {
        assert!(
            read_key(&challenge("Basic realm=/x.key"), None)
                .unwrap_err()
                .contains("does not run on this system")
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_no_key_files_and_a_linked_folder_is_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        std::fs::create_dir(&keys).unwrap();
        std::fs::write(folder.path().join("victim"), "hush").unwrap();
        std::fs::write(keys.join("good.key"), "good").unwrap();
        std::os::unix::fs::symlink(folder.path().join("victim"), keys.join("link.key")).unwrap();
        std::os::unix::fs::symlink(&keys, folder.path().join("linked")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(keys.join("pipe.key")).status().unwrap().success());
        let ask =
            |path: PathBuf| read_key(&challenge(&format!("Basic realm={}", path.display())), Some(&keys));
        assert!(ask(keys.join("link.key")).is_err());
        assert!(ask(keys.join("pipe.key")).unwrap_err().contains("no plain file"));
        assert_eq!(ask(folder.path().join("linked/good.key")).unwrap(), "Basic good");
    }
}
