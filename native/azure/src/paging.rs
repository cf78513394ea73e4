//! Where an answer says that the next page is. The rest of the page is read over, not kept.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// What names the next page: at Azure Resource Manager and most services, and at Microsoft Graph.
const NAMES: [&str; 2] = ["nextLink", "@odata.nextLink"];

/// Where the next page is; nothing on the last one, and on what is no page.
///
/// # Errors
/// The body is no JSON, so that nobody knows.
pub(crate) fn link(body: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let found = match reader.deserialize_map(Find).and_then(|found| reader.end().map(|()| found)) {
        Ok(found) => found,
        Err(_) if body.is_empty() => None,
        Err(_) => serde_json::from_slice(body).map(|IgnoredAny| None)?,
    };
    Ok(found.filter(|link| !link.is_empty()))
}

struct Find;

impl<'body> Visitor<'body> for Find {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'body>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if NAMES.contains(&name.as_str()) {
                if let Value::String(link) = map.next_value()? {
                    found = Some(link);
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
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
        ] {
            assert_eq!(link(body.as_bytes()).unwrap().as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_the_last_page() {
        for body in [r#"{"nextLink":"a""#, r#"{"value":["#, "{} {}", "\u{1f}\u{8b}", "<html>"] {
            assert!(link(body.as_bytes()).is_err(), "{body}");
        }
    }
}
