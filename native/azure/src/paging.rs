//! Where an answer says that the next page is. The rest of the page is read over, not kept.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// What names the next page: at Azure Resource Manager and most services, and at Microsoft Graph.
const NAMES: [&str; 2] = ["nextLink", "@odata.nextLink"];

/// Where the next page is; nothing on the last one.
pub(crate) fn link(body: &[u8]) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    reader.deserialize_map(Find).ok().flatten().filter(|link| !link.is_empty())
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
            (r#"{"nextLink":"a""#, None),
            ("", None),
        ] {
            assert_eq!(link(body.as_bytes()).as_deref(), expected, "{body}");
        }
    }
}
