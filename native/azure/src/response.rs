//! A response, as the caller sees it.

use std::fmt;

use zeroize::Zeroizing;

use crate::request::Method;

/// A complete response. Its body may hold a secret, so it is wiped on drop and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RestResponse {
    /// The HTTP status.
    pub status: u16,
    /// The HTTP version, such as 1.1.
    pub http_version: String,
    /// The headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty when it was written to a file.
    pub body: Zeroizing<Vec<u8>>,
    /// The URL of the last request.
    pub uri: String,
    /// The method of the last request.
    pub method: Method,
    /// The URL of the next page, if one was looked for and exists.
    pub next_link: Option<String>,
    /// How many bytes were written to the file.
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
