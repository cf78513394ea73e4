//! The hosts of an audience: one origin, or all names under one. Compared as the parser of addresses has normalised them.

use url::Url;

use crate::origin;

/// A host, or all that are under one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// One origin.
    One {
        /// `https`, or `http` on loopback.
        scheme: &'static str,
        host: String,
        port: u16,
    },
    /// Every host with one or more labels before this, over https.
    Under {
        /// The name, with the dot before it.
        suffix: String,
        port: u16,
    },
}

impl Pattern {
    /// Reads `host`, `host:port`, `*.host` or a whole origin. Plain http is no pattern but on loopback.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("*.") {
            let url = read(&format!("https://{name}"))?;
            let (suffix, port) = (format!(".{}", url.domain()?), url.port_or_known_default()?);
            return Some(Self::Under { suffix, port });
        }
        let url = if text.contains("://") { read(text)? } else { read(&format!("https://{text}"))? };
        Self::origin(&url)
    }

    /// The origin of an address.
    pub(super) fn origin(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "https" => "https",
            "http" if origin::is_loopback(url) => "http",
            _ => return None,
        };
        Some(Self::One { scheme, host: url.host_str()?.to_owned(), port: url.port_or_known_default()? })
    }

    /// A host and what is under it, over https, at the usual port and at its own.
    pub(super) fn under(url: &Url) -> Vec<Self> {
        let Some(host) = url.host_str() else { return Vec::new() };
        let own = url.port().unwrap_or(443);
        let mut ports = vec![443];
        if own != 443 {
            ports.push(own);
        }
        let all = ports.into_iter().flat_map(|port| {
            let one = Self::One { scheme: "https", host: host.to_owned(), port };
            // Nothing is under a number.
            let under = url.domain().map(|name| Self::Under { suffix: format!(".{name}"), port });
            std::iter::once(one).chain(under)
        });
        all.collect()
    }

    /// Whether it is one origin.
    pub(super) const fn is_one(&self) -> bool {
        matches!(self, Self::One { .. })
    }

    /// Whether an address is there.
    pub(super) fn matches(&self, url: &Url) -> bool {
        let at = |wanted: u16| url.port_or_known_default() == Some(wanted);
        match self {
            Self::One { scheme, host, port } => {
                url.scheme() == *scheme && at(*port) && url.host_str() == Some(host.as_str())
            }
            Self::Under { suffix, port } => {
                let labels = url.domain().and_then(|name| name.strip_suffix(suffix.as_str()));
                url.scheme() == "https"
                    && at(*port)
                    && labels.is_some_and(|labels| !labels.split('.').any(str::is_empty))
            }
        }
    }
}

/// An address that is nothing but an origin.
fn read(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    origin::normalise(&mut url);
    let bare = url.username().is_empty() && url.password().is_none();
    (bare && matches!(url.path(), "/" | "") && url.query().is_none()).then_some(url)
}
