//! What is asked on a connection: a target, header lines, and for some services a form.

use std::fmt;

use http::HeaderMap;

/// One question. Its header lines may hold a secret, so they are never printed.
#[derive(Clone, Default)]
pub struct MetadataRequest {
    /// Path and query.
    pub path_and_query: String,
    /// The header lines beside `Host`.
    pub headers: HeaderMap,
    /// The form that is posted; without one the question is a GET.
    pub form: Option<String>,
}

impl fmt::Debug for MetadataRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().collect();
        write!(f, "Question({} {names:?})", self.path_and_query)
    }
}
