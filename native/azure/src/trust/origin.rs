//! Where an address points: read once, compared as the parser has normalised it, never as text.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::error::Error;

/// Reads a whole address that a token may be sent to; its fragment and the dot behind its host are dropped.
pub(crate) fn parse(field: &'static str, text: &str) -> Result<Url, Error> {
    let absolute = || Error::InvalidArgument {
        field,
        fault: "is not an absolute address such as https://management.azure.com/subscriptions".to_owned(),
    };
    let mut url = Url::parse(text.trim()).map_err(|_| absolute())?;
    if !url.has_host() {
        return Err(absolute());
    }
    normalise(&mut url);
    Ok(url)
}

/// Drops what does not count: the fragment, and the dot behind a host.
pub(crate) fn normalise(url: &mut Url) {
    url.set_fragment(None);
    if let Some(host) = url.domain().and_then(|domain| domain.strip_suffix('.')).map(str::to_owned) {
        // An address whose host is nothing but a dot stays as it is, and is no host of anybody's.
        let _ = url.set_host(Some(&host));
    }
}

/// Scheme, host and port, for people.
pub(crate) fn origin_string(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The same with the path, and without the query, which may hold a signature.
pub(crate) fn without_query(url: &Url) -> String {
    format!("{}{}", origin_string(url), url.path())
}

/// Whether a host is the machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|address| address.is_loopback())
        }
        None => false,
    }
}

/// Whether a host is by its very letters one that only this machine or its own network can mean.
pub(crate) fn is_internal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => is_internal_v4(address),
        Some(Host::Ipv6(address)) => is_internal_v6(address),
        None => true,
    }
}

const fn is_internal_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // The last is what providers share among their customers (RFC 6598); Azure's own 168.63.129.16 listens there too.
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || (first == 100 && second & 0xc0 == 64)
        || matches!(address.octets(), [168, 63, 129, 16])
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    address.to_ipv4_mapped().is_some_and(is_internal_v4)
        || address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_whole_and_loses_its_fragment_and_its_dot() {
        for (text, url) in [
            (" https://A.b./c?d#e ", "https://a.b/c?d"),
            ("https://a.b:443/", "https://a.b/"),
            ("http://127.1:80/x", "http://127.0.0.1/x"),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example/"),
        ] {
            assert_eq!(parse("Uri", text).unwrap().as_str(), url);
        }
        for text in ["", "/subscriptions", "management.azure.com/x", "https://", "data:x", "https://a b/"] {
            assert!(matches!(parse("Uri", text), Err(Error::InvalidArgument { field: "Uri", .. })), "{text}");
        }
    }

    #[test]
    fn what_is_inward_is_known_by_its_letters() {
        let url = |host: &str| Url::parse(&format!("https://{host}/")).unwrap();
        for host in ["localhost", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(is_loopback(&url(host)) && is_internal(&url(host)), "{host}");
        }
        for host in [
            "a.localhost",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "168.63.129.16",
            "[fe80::1]",
            "[fd00::1]",
            "[::]",
            "[::ffff:10.0.0.1]",
            "0xa9fea9fe",
            "2852039166",
        ] {
            assert!(!is_loopback(&url(host)) && is_internal(&url(host)), "{host}");
        }
        for host in ["example.com", "localhost.example.com", "8.8.8.8", "172.32.0.1", "[2001:db8::1]"] {
            assert!(!is_internal(&url(host)), "{host}");
        }
    }
}
