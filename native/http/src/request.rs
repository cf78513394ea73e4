//! A request to a metadata service: path and query, headers, and for some services a form.

use std::fmt;

use http::HeaderMap;

/// One request. Its headers may hold a secret, so their values are never printed.
#[derive(Clone, Default)]
pub struct MetadataRequest {
    /// Path and query.
    pub path_and_query: String,
    /// The headers, without `Host`.
    pub headers: HeaderMap,
    /// The form to post; without one the request is a GET.
    pub form: Option<String>,
}

impl fmt::Debug for MetadataRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().collect();
        write!(f, "Question({} {names:?})", self.path_and_query)
    }
}
