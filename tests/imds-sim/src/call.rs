//! A token request as it was read: its head, and the body that a form comes in.

use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;

use crate::query::{Duplicate, Query};

const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) struct Call {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn query(&self) -> Result<Query, Duplicate> {
        Query::parse(self.head.uri.query())
    }

    /// The parameters in the body; a body of another type has none.
    pub(crate) fn form(&self) -> Result<Query, Duplicate> {
        let is_form = self.header(CONTENT_TYPE.as_str()).is_some_and(|content_type| {
            content_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(FORM))
        });
        Query::parse(std::str::from_utf8(&self.body).ok().filter(|_| is_form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(content_type: &str, body: &'static str) -> Call {
        let request = hyper::Request::builder().header(CONTENT_TYPE, content_type).body(()).unwrap();
        Call { head: request.into_parts().0, body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn a_form_is_read_if_it_says_that_it_is_one() {
        let with = |content_type| call(content_type, "resource=https%3A%2F%2Fa.b").form().unwrap();
        assert_eq!(with(FORM).get("resource"), Some("https://a.b"));
        assert_eq!(
            with("Application/X-WWW-Form-Urlencoded; charset=utf-8").get("resource"),
            Some("https://a.b")
        );
        assert_eq!(with("text/plain").get("resource"), None);
    }

    #[test]
    fn a_parameter_given_twice_in_a_form_is_refused() {
        assert_eq!(call(FORM, "a=1&a=2").form(), Err(Duplicate("a".into())));
    }
}
