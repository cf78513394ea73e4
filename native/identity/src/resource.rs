//! The audience of a token, as sent and as cached.

use std::fmt;

use crate::error::Error;

/// The resource (audience) of a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource(String);

impl Resource {
    /// Parses a resource or a scope. One trailing `/.default` is removed, and nothing else: services compare audiences
    /// exactly.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when it is empty or contains white space or control characters.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let resource = text.strip_suffix("/.default").unwrap_or(text);
        let fault = if resource.is_empty() {
            "is empty; name a resource such as https://vault.azure.net"
        } else if resource.chars().any(|character| character.is_whitespace() || character.is_control()) {
            "must be one resource, without spaces"
        } else {
            return Ok(Self(resource.to_owned()));
        };
        Err(Error::InvalidArgument { field: "ResourceUrl", fault: fault.to_owned() })
    }

    /// A resource that is never requested, for building sample requests.
    pub(crate) fn probe() -> Self {
        Self("resource".to_owned())
    }

    /// The text as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_trailing_default_is_dropped_and_nothing_else() {
        for (text, resource) in [
            ("https://vault.azure.net", "https://vault.azure.net"),
            ("https://vault.azure.net/", "https://vault.azure.net/"),
            ("https://x/.default", "https://x"),
            ("https://x//.default", "https://x/"),
            ("api://0b1c", "api://0b1c"),
            (" https://vault.azure.net\r\n", "https://vault.azure.net"),
        ] {
            assert_eq!(Resource::parse(text).unwrap().as_str(), resource);
        }
    }

    #[test]
    fn none_and_two_resources_are_refused() {
        for text in ["", " ", "/.default", "https://a https://b", "https://a\nhttps://b"] {
            assert!(
                matches!(Resource::parse(text), Err(Error::InvalidArgument { field: "ResourceUrl", .. })),
                "{text:?}"
            );
        }
    }
}
