//! A request as it was read: where it came to, who sent it, and the parts of its path.

use hyper::body::Bytes;
use hyper::http::request::Parts;
use imds_sim::answers::Refused;
use imds_sim::{Duplicate, Query};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::bearer::Bearer;
use crate::errors::bad_request;
use crate::hosts::Kind;
use crate::upload::Upload;

/// Where a request came to, which its connection says and no header of it.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) scheme: &'static str,
    pub(crate) host: String,
    pub(crate) kind: Kind,
}

impl Origin {
    /// What its URLs begin with.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }
}

pub(crate) struct Call {
    pub(crate) head: Parts,
    pub(crate) origin: Origin,
    pub(crate) bearer: Option<Bearer>,
    pub(crate) query: Query,
    /// Of the path, decoded.
    pub(crate) segments: Vec<String>,
    pub(crate) upload: Upload,
}

impl Call {
    pub(crate) fn new(
        head: Parts,
        origin: Origin,
        bearer: Option<Bearer>,
        upload: Upload,
    ) -> Result<Self, Refused> {
        let query = Query::parse(head.uri.query()).map_err(|Duplicate(name)| {
            let text = format!("The query parameter '{name}' is given more than once.");
            bad_request("InvalidQueryParameter", &text)
        })?;
        let segments = segments(head.uri.path());
        Ok(Self { head, origin, bearer, query, segments, upload })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The body, if it is short.
    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.upload.bytes.as_ref()
    }

    /// The JSON object that a write sends.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Refused> {
        let invalid = |text: &str| bad_request("InvalidRequestContent", text);
        let body = self.body().ok_or_else(|| invalid("The request content is too long."))?;
        serde_json::from_slice(body).map_err(|fault| {
            invalid(&format!("The request content was invalid and could not be deserialized: '{fault}'."))
        })
    }

    pub(crate) fn wants(&self, method: &str) -> bool {
        self.head.method == method
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_before_it_is_decoded() {
        assert_eq!(segments("/a%20b//c%2Fd/"), ["a b", "c/d"]);
        assert!(segments("/").is_empty());
    }
}
