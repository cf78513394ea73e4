//! Finds the next page in a response. The rest of the body is skipped, not stored.

use std::fmt;

use http::HeaderMap;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The property with the link: of Azure Resource Manager and most services, of Microsoft Graph, and of older services.
const NEXT_LINK_PROPERTIES: [&str; 3] = ["nextLink", "@odata.nextLink", "odata.nextLink"];
/// The property that holds the whole page, with its link, at some services such as Cost Management.
const INNER: &str = "properties";
/// Properties that announce a next page without a URL: a token to send with the next request, in a way specific to the
/// service. In lower case.
const CONTINUATION_PROPERTIES: [&str; 7] =
    ["nextlink", "nextpagelink", "nextpage", "nextmarker", "$skiptoken", "skiptoken", "continuationtoken"];
/// The same as headers.
const CONTINUATION_HEADERS: [&str; 2] = ["x-ms-continuation", "x-ms-continuationtoken"];

/// What a response says about the next page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct NextPage {
    /// Its URL; `None` on the last page, and for what is no page.
    pub(crate) link: Option<String>,
    /// The property or header that announces more, and is no link that can be followed.
    pub(crate) continuation: Option<String>,
}

/// What a response says about the next page.
///
/// # Errors
/// The body is not valid JSON, so whether there is a next page is unknown.
pub(crate) fn next_page(headers: &HeaderMap, body: &[u8]) -> Result<NextPage, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let find = NextLinkVisitor { outer: true };
    let mut found = match reader.deserialize_map(find).and_then(|found| reader.end().map(|()| found)) {
        Ok(found) => found,
        Err(_) if body.is_empty() => NextPage::default(),
        // An object that cannot be parsed may hold a link.
        Err(error) if body.trim_ascii_start().starts_with(b"{") => return Err(error),
        Err(_) => serde_json::from_slice(body).map(|IgnoredAny| NextPage::default())?,
    };
    let header = CONTINUATION_HEADERS
        .into_iter()
        .find(|name| headers.get(*name).is_some_and(|value| !value.is_empty()));
    found.continuation =
        found.continuation.or_else(|| header.map(str::to_owned)).filter(|_| found.link.is_none());
    Ok(found)
}

struct NextLinkVisitor {
    outer: bool,
}

impl<'body> Visitor<'body> for NextLinkVisitor {
    type Value = NextPage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'body>>(self, mut map: A) -> Result<NextPage, A::Error> {
        let (mut found, mut inner) = (NextPage::default(), NextPage::default());
        while let Some(name) = map.next_key::<String>()? {
            if self.outer && name == INNER {
                inner = map.next_value_seed(Inner)?;
            } else if NEXT_LINK_PROPERTIES.contains(&name.as_str()) {
                found.link = map.next_value_seed(Text)?.or(found.link);
            } else if CONTINUATION_PROPERTIES.contains(&name.to_ascii_lowercase().as_str()) {
                found.continuation = map.next_value_seed(Text)?.map(|_| name).or(found.continuation);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        // The outer object takes precedence over the inner one.
        let link = found.link.or(inner.link);
        Ok(NextPage {
            link,
            continuation: found.continuation.or(inner.continuation.map(|name| format!("{INNER}.{name}"))),
        })
    }
}

/// The inner value, of any type; only an object can describe a page.
struct Inner;

/// A string that is not empty; `None` for anything else.
struct Text;

impl<'body> DeserializeSeed<'body> for Inner {
    type Value = NextPage;

    fn deserialize<D: Deserializer<'body>>(self, reader: D) -> Result<NextPage, D::Error> {
        // Kept raw until its type is known: a slice of the body, never a copy.
        let raw = <&RawValue>::deserialize(reader)?.get();
        if !raw.starts_with('{') {
            return Ok(NextPage::default());
        }
        serde_json::Deserializer::from_str(raw)
            .deserialize_map(NextLinkVisitor { outer: false })
            .map_err(D::Error::custom)
    }
}

impl<'body> DeserializeSeed<'body> for Text {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'body>>(self, reader: D) -> Result<Option<String>, D::Error> {
        let raw = <&RawValue>::deserialize(reader)?.get();
        // A string that cannot be parsed counts as none.
        Ok(serde_json::from_str(raw).ok().filter(|text: &String| !text.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn the_next_page_is_named_at_the_top() {
        for (body, expected) in [
            (r#"{"value":[{"nextLink":"no"}],"nextLink":"https://a/?p=2"}"#, Some("https://a/?p=2")),
            (r#"{"nextLink":"a","value":[]}"#, Some("a")),
            (r#"{"@odata.nextLink":"a","nextLink":null}"#, Some("a")),
            (r#"{"nextLink":null}"#, None),
            (r#"{"nextLink":""}"#, None),
            (r#"{"nextLink":5}"#, None),
            (r#"{"NextLink":"a"}"#, None),
            (r#"["nextLink"]"#, None),
            ("", None),
            (r#"{"odata.nextLink":"a"}"#, Some("a")),
            (r#"{"nextLink":"a","nextLink":{"b":[]}}"#, Some("a")),
        ] {
            assert_eq!(read(body).link.as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn the_next_page_is_named_within_the_properties_where_the_page_lies_there() {
        for (body, expected) in [
            (
                r#"{"id":"q","properties":{"nextLink":"https://a/?p=2","columns":[],"rows":[[1]]}}"#,
                Some("https://a/?p=2"),
            ),
            (r#"{"properties":{"nextLink":"inner"},"nextLink":"outer"}"#, Some("outer")),
            (r#"{"nextLink":null,"properties":{"@odata.nextLink":"inner"}}"#, Some("inner")),
            (r#"{"properties":{"nextLink":null}}"#, None),
            (r#"{"properties":{"properties":{"nextLink":"deep"}}}"#, None),
            (r#"{"properties":[{"nextLink":"listed"}]}"#, None),
            (r#"{"properties":"nextLink"}"#, None),
        ] {
            assert_eq!(read(body).link.as_deref(), expected, "{body}");
        }
        // However deep it is, it need not be kept.
        let deep =
            format!(r#"{{"properties":{{"a":{}1{},"nextLink":"b"}}}}"#, "[".repeat(500), "]".repeat(500));
        assert_eq!(read(&deep).link.as_deref(), Some("b"));
    }

    #[test]
    fn a_next_page_without_an_address_is_noticed() {
        for (body, expected) in [
            (r#"{"$skipToken":"t","data":[]}"#, Some("$skipToken")),
            (r#"{"properties":{"continuationToken":"t"}}"#, Some("properties.continuationToken")),
            (r#"{"NextLink":"a"}"#, Some("NextLink")),
            (r#"{"NextPageLink":"a"}"#, Some("NextPageLink")),
            (r#"{"continuationToken":null}"#, None),
            (r#"{"skipToken":""}"#, None),
            (r#"{"nextPage":2}"#, None),
            (r#"{"nextLink":"a","$skipToken":"t"}"#, None),
            (r#"{"value":[{"continuationToken":"t"}]}"#, None),
        ] {
            assert_eq!(read(body).continuation.as_deref(), expected, "{body}");
        }
        let header = |value| {
            HeaderMap::from_iter([(
                HeaderName::from_static("x-ms-continuation"),
                HeaderValue::from_static(value),
            )])
        };
        let mark = |value| next_page(&header(value), b"{}").unwrap().continuation;
        assert_eq!((mark("t").as_deref(), mark("")), (Some("x-ms-continuation"), None));
    }

    fn read(body: &str) -> NextPage {
        next_page(&HeaderMap::new(), body.as_bytes()).unwrap()
    }

    #[test]
    fn what_cannot_be_read_is_not_the_last_page() {
        assert!(
            next_page(&HeaderMap::new(), b"{\"properties\":{\"a\":\"\xff\"},\"nextLink\":\"b\"}").is_err()
        );
        for body in [r#"{"nextLink":"a""#, r#"{"value":["#, "{} {}", "\u{1f}\u{8b}", "<html>"] {
            assert!(next_page(&HeaderMap::new(), body.as_bytes()).is_err(), "{body}");
        }
    }
}
