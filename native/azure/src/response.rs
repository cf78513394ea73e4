//! What came back, as whoever asked wants to see it.

use std::fmt;

use zeroize::Zeroizing;

use crate::request::Method;

/// A whole answer. Its body may hold a secret, so it is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RestResponse {
    /// The HTTP status.
    pub status: u16,
    /// The version of HTTP, such as 1.1.
    pub http_version: String,
    /// The header lines, in small letters.
    pub headers: Vec<(String, String)>,
    /// The body; empty when it went to a file.
    pub body: Zeroizing<Vec<u8>>,
    /// What was asked last.
    pub uri: String,
    /// How that was asked.
    pub method: Method,
    /// Where the next page is.
    pub next_link: Option<String>,
    /// How many bytes went to the file.
    pub bytes_written: Option<u64>,
}

impl fmt::Debug for RestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}
