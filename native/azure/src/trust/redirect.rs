//! Where a redirect may lead: never from https to http, and not from outside to an internal address. Whether the token
//! is sent along is decided by the caller: only to the same origin.

use http::HeaderMap;
use http::header::LOCATION;
use url::Url;

use crate::error::Error;
use crate::trust::origin;

/// How many redirects are followed.
pub(crate) const MAX_REDIRECTS: usize = 5;

/// The target of a redirect; `None` for any other response.
pub(crate) fn target(status: u16, headers: &HeaderMap, from: &Url) -> Result<Option<Url>, Error> {
    if !matches!(status, 301..=303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = headers.get(LOCATION) else { return Ok(None) };
    let distrust = |fault: &str| Error::EndpointNotTrusted {
        endpoint: origin::origin_string(from),
        fault: fault.to_owned(),
    };
    let resolved = location.to_str().ok().and_then(|text| from.join(text).ok());
    let Some(mut to) = resolved.filter(Url::has_host) else {
        return Err(distrust("it redirects to something that is no address"));
    };
    origin::normalise(&mut to);
    let plain = to.scheme() == "http" && from.scheme() == "http";
    if to.scheme() != "https" && !plain {
        return Err(distrust("it redirects from https to something else"));
    }
    if !to.username().is_empty() || to.password().is_some() {
        return Err(distrust("it redirects to an address that holds a name or a password"));
    }
    if to.origin() != from.origin() && origin::is_internal(&to) && !origin::is_internal(from) {
        return Err(distrust("it redirects to an address inside this machine or its network"));
    }
    Ok(Some(to))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn lead(from: &str, to: &str) -> Result<Option<String>, Error> {
        let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::try_from(to).unwrap())]);
        target(302, &headers, &Url::parse(from).unwrap()).map(|url| url.map(String::from))
    }

    #[test]
    fn a_redirect_leads_on_over_https() {
        for (from, to, place) in [
            ("https://a/x?y", "/z", "https://a/z"),
            ("https://a/x", "https://b./z#f", "https://b/z"),
            ("https://a/x", "//b/z", "https://b/z"),
            ("http://127.0.0.1:1/x", "http://127.0.0.1:2/z", "http://127.0.0.1:2/z"),
            ("http://127.0.0.1:1/x", "https://b/z", "https://b/z"),
            ("https://10.0.0.1/x", "https://10.0.0.2/z", "https://10.0.0.2/z"),
            ("https://10.0.0.1/x", "/z", "https://10.0.0.1/z"),
        ] {
            assert_eq!(lead(from, to).unwrap().as_deref(), Some(place), "{from} {to}");
        }
    }

    #[test]
    fn a_redirect_leads_neither_into_the_clear_nor_inward() {
        for (from, to) in [
            ("https://a/x", "http://a/x"),
            ("https://a/x", "http://127.0.0.1/x"),
            ("https://a/x", "file:///etc/passwd"),
            ("https://a/x", "https://169.254.169.254/metadata"),
            ("https://a/x", "https://localhost/"),
            ("https://a/x", "https://[::1]/"),
            ("https://a/x", "https://me:word@b/"),
            ("https://a/x", "https://:word@b/"),
            ("https://a/x", "https://"),
        ] {
            assert!(matches!(lead(from, to), Err(Error::EndpointNotTrusted { .. })), "{from} {to}");
        }
    }

    #[test]
    fn what_is_no_redirect_leads_nowhere() {
        let from = Url::parse("https://a/x").unwrap();
        let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_static("https://b/"))]);
        for status in [200, 201, 202, 300, 304, 404] {
            assert_eq!(target(status, &headers, &from), Ok(None), "{status}");
        }
        assert_eq!(target(302, &HeaderMap::new(), &from), Ok(None));
    }
}
