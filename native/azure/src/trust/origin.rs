//! The origins of URLs: parsed once, compared in the form that the parser has normalised, never as text.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::error::Error;

/// Parses an absolute URL that a token may be sent to; drops its fragment and the dot after its host.
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

/// Drops what is irrelevant: the fragment, and the dot after a host.
pub(crate) fn normalise(url: &mut Url) {
    url.set_fragment(None);
    if let Some(host) = url.domain().and_then(|domain| domain.strip_suffix('.')).map(str::to_owned) {
        // A host that is only a dot stays as it is, and belongs to nobody.
        let _ = url.set_host(Some(&host));
    }
}

/// Scheme, host and port, for messages.
pub(crate) fn origin_string(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The same with the path, and without the query, which may hold a signature.
pub(crate) fn without_query(url: &Url) -> String {
    format!("{}{}", origin_string(url), url.path())
}

/// Whether the host is this machine.
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

/// Whether the host literally names this machine or an address of its own network; no name is resolved.
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
    // 100.64.0.0/10 is what providers share among their customers (RFC 6598); 168.63.129.16 is Azure's own.
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
