//! Where an answer says that the next page is. The rest of the page is read over, not kept.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// The text of a property at the top of a JSON object; nothing when it is missing, null, empty or no text.
pub(crate) fn link(body: &[u8], property: &str) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    reader.deserialize_map(Find(property)).ok().flatten().filter(|link| !link.is_empty())
}

struct Find<'name>(&'name str);

impl<'body> Visitor<'body> for Find<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'body>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.0 {
                found = match map.next_value()? {
                    Value::String(link) => Some(link),
                    _ => None,
                };
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
            (r#"{"nextLink":null}"#, None),
            (r#"{"nextLink":""}"#, None),
            (r#"{"nextLink":5}"#, None),
            (r#"{"NextLink":"a"}"#, None),
            (r#"["nextLink"]"#, None),
            (r#"{"nextLink":"a""#, None),
            ("", None),
        ] {
            assert_eq!(link(body.as_bytes(), "nextLink").as_deref(), expected, "{body}");
        }
        assert_eq!(link(br#"{"@odata.nextLink":"a"}"#, "@odata.nextLink").as_deref(), Some("a"));
    }
}
