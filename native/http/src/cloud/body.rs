//! Request bodies of the cloud client. A file is read while it is sent, and each chunk read counts as activity.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream;
use hyper::body::Bytes;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;

/// The body of a request. It may hold a secret and is never printed.
pub enum CloudRequestBody {
    /// No body.
    None,
    /// These bytes.
    Bytes(Bytes),
    /// A file, streamed.
    File {
        /// The file, open.
        file: File,
        /// How many bytes `Content-Length` announces.
        length: u64,
    },
}

/// How many bytes of a file are read at once.
const CHUNK_SIZE: usize = 64 << 10;

/// The time of the last activity.
#[derive(Clone)]
pub(super) struct ActivityTracker(Arc<Mutex<Instant>>);

impl ActivityTracker {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub(super) fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// Streams a file in chunks; each read touches `activity`.
pub(super) fn file_stream(file: File, activity: ActivityTracker) -> reqwest::Body {
    reqwest::Body::wrap_stream(stream::try_unfold((file, activity), |(mut file, activity)| async move {
        let mut chunk = Vec::with_capacity(CHUNK_SIZE);
        let read = file.read_buf(&mut chunk).await?;
        activity.touch();
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), (file, activity))))
    }))
}

impl fmt::Debug for CloudRequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::File { length, .. } => write!(f, "File({length})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_not_printed() {
        let body = CloudRequestBody::Bytes(Bytes::from_static(b"hush"));
        assert_eq!(format!("{body:?}"), "Bytes(4)");
    }
}
