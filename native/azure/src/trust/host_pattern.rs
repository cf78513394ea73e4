//! Host patterns of an audience: one origin, or all names of a shape. Compared in the form that the URL parser has
//! normalised.

use url::Url;

use crate::trust::origin;

/// One origin, or all hosts of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostPattern {
    /// One origin.
    Exact {
        /// `https`, or `http` on loopback.
        scheme: &'static str,
        host: String,
        port: u16,
    },
    /// Every host with these labels, over https.
    Labels {
        /// From the left; at least one is a [`Label::Word`].
        labels: Vec<Label>,
        port: u16,
    },
}

/// A label of a host name in a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// This label.
    Word(String),
    /// Any one label: `?`.
    One,
    /// One or more labels: `*`.
    Some,
}

impl HostPattern {
    /// Parses `host`, `host:port`, a shape such as `*.host` and `?.host`, or a whole origin. Plain http is a pattern
    /// only on loopback.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.contains(['*', '?']) {
            let url = if text.contains("://") { read(text)? } else { read(&format!("https://{text}"))? };
            return Self::origin(&url);
        }
        let signs: Vec<_> = text.split('.').collect();
        // Each wildcard is parsed as a label, so that the parser sees a name.
        let name = signs.iter().map(|sign| if matches!(*sign, "*" | "?") { "x" } else { sign });
        let url = read(&format!("https://{}", name.collect::<Vec<_>>().join(".")))?;
        let words: Vec<_> = url.domain()?.split('.').collect();
        let labels = signs.iter().zip(&words).map(|(sign, word)| match *sign {
            "*" => Label::Some,
            "?" => Label::One,
            _ => Label::Word((*word).to_owned()),
        });
        let labels: Vec<_> = labels.collect();
        let whole =
            signs.len() == words.len() && !words.iter().any(|word| word.is_empty() || word.contains('*'));
        let named = labels.iter().any(|label| matches!(label, Label::Word(_)));
        (whole && named).then_some(Self::Labels { labels, port: url.port_or_known_default()? })
    }

    /// The origin of a URL; `None` unless it is https, or http on loopback.
    pub(crate) fn origin(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "https" => "https",
            "http" if origin::is_loopback(url) => "http",
            _ => return None,
        };
        Some(Self::Exact { scheme, host: url.host_str()?.to_owned(), port: url.port_or_known_default()? })
    }

    /// Whether it is one origin.
    pub(crate) const fn is_exact(&self) -> bool {
        matches!(self, Self::Exact { .. })
    }

    /// How many labels are literal: of two patterns that match, the one with more takes precedence.
    pub(crate) fn literal_labels(&self) -> usize {
        match self {
            Self::Exact { host, .. } => host.split('.').count(),
            Self::Labels { labels, .. } => {
                labels.iter().filter(|label| matches!(label, Label::Word(_))).count()
            }
        }
    }

    /// Whether a URL is at one of these hosts, with scheme and port.
    pub(crate) fn matches(&self, url: &Url) -> bool {
        let at = |wanted: u16| url.port_or_known_default() == Some(wanted);
        match self {
            Self::Exact { scheme, port, .. } => url.scheme() == *scheme && at(*port) && self.is_host_of(url),
            Self::Labels { port, .. } => url.scheme() == "https" && at(*port) && self.is_host_of(url),
        }
    }

    /// Whether a URL is at one of these hosts, whatever its scheme and port.
    pub(crate) fn is_host_of(&self, url: &Url) -> bool {
        match self {
            Self::Exact { host, .. } => url.host_str() == Some(host.as_str()),
            Self::Labels { labels, .. } => {
                url.domain().is_some_and(|name| matches_labels(labels, &name.split('.').collect::<Vec<_>>()))
            }
        }
    }
}

fn matches_labels(shape: &[Label], name: &[&str]) -> bool {
    let Some((label, shape)) = shape.split_first() else { return name.is_empty() };
    let Some((first, rest)) = name.split_first().filter(|(first, _)| !first.is_empty()) else { return false };
    match label {
        Label::Word(word) => word == first && matches_labels(shape, rest),
        Label::One => matches_labels(shape, rest),
        Label::Some => {
            let filled = name.iter().take_while(|label| !label.is_empty()).count();
            (1..=filled).any(|count| matches_labels(shape, name.get(count..).unwrap_or_default()))
        }
    }
}

/// Parses a URL that is nothing but an origin.
fn read(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    origin::normalise(&mut url);
    let bare = url.username().is_empty() && url.password().is_none();
    (bare && matches!(url.path(), "/" | "") && url.query().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_at(pattern: &str, host: &str) -> bool {
        HostPattern::parse(pattern).unwrap().matches(&Url::parse(&format!("https://{host}/")).unwrap())
    }

    #[test]
    fn a_star_is_one_label_or_more_and_a_question_mark_is_one() {
        for (pattern, host, expected) in [
            ("*.a.test", "x.a.test", true),
            ("*.a.test", "x.y.a.test", true),
            ("*.a.test", "a.test", false),
            ("*.a.test", ".a.test", false),
            ("*.a.test", "x..a.test", false),
            ("*.a.test", "xa.test", false),
            ("*.a.test", "x.a.test.evil.test", false),
            ("*.a.test", "x.a.test:8443", false),
            ("*.a.test:8443", "x.a.test:8443", true),
            ("?.a.test", "x.a.test", true),
            ("?.a.test", "x.y.a.test", false),
            ("?.a.test", "a.test", false),
            ("*.scm.?.a.test", "app.scm.west-01.a.test", true),
            ("*.scm.?.a.test", "app.scm.a.test", false),
            ("*.scm.?.a.test", "app.west-01.a.test", false),
            ("*.scm.*.a.test", "x.y.scm.z.w.a.test", true),
            ("*.B\u{fc}cher.test", "x.xn--bcher-kva.test", true),
        ] {
            assert_eq!(is_at(pattern, host), expected, "{pattern} {host}");
        }
        assert!(
            !HostPattern::parse("*.a.test").unwrap().matches(&Url::parse("http://x.a.test:443/").unwrap())
        );
    }

    #[test]
    fn what_is_more_than_an_origin_is_nobodys_host() {
        for host in [
            "a.test/x",
            "https://a.test/x",
            "*.a.test/x",
            "https://a.test?x",
            "https://me@a.test",
            "http://a.test",
            "*.10.1.2.3",
            "*.",
            "*",
            "*.?",
            "x*.a.test",
            "*..a.test",
            "https://*.a.test",
            "",
        ] {
            assert_eq!(HostPattern::parse(host), None, "{host}");
        }
    }
}
