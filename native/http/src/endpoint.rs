//! Where a metadata service listens: a host and a port over plain http.

use std::fmt;

use http::Uri;
use http::uri::Scheme;

/// The address of a metadata service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    host: String,
    port: u16,
}

/// Why a text is no address of a metadata service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointFault {
    /// It is not an absolute address.
    #[error("is not an absolute address such as http://127.0.0.1:8080")]
    NotAbsolute,
    /// It asks for something else than http.
    #[error("must start with http://")]
    NotHttp,
}

impl Endpoint {
    /// The address at a host name or IP address and port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    /// Takes scheme, host and port of an address; a path is dropped.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(address: &str) -> Result<Self, EndpointFault> {
        let uri: Uri = address.trim().parse().map_err(|_| EndpointFault::NotAbsolute)?;
        let (Some(scheme), Some(host)) = (uri.scheme(), uri.host()) else {
            return Err(EndpointFault::NotAbsolute);
        };
        if *scheme != Scheme::HTTP {
            return Err(EndpointFault::NotHttp);
        }
        Ok(Self::new(host, uri.port_u16().unwrap_or(80)))
    }

    /// Host and port as a socket wants them: an IPv6 address without its brackets.
    pub(crate) fn socket(&self) -> (&str, u16) {
        (self.host.trim_start_matches('[').trim_end_matches(']'), self.port)
    }

    /// Host, and port unless it is the usual one, as the `Host` header wants them.
    pub(crate) fn authority(&self) -> String {
        if self.port == 80 { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_host_and_port_are_kept_and_the_path_is_dropped() {
        for address in [
            "http://10.0.0.1:8080",
            "http://10.0.0.1:8080/",
            "HTTP://10.0.0.1:8080/a/b",
            " http://10.0.0.1:8080 ",
        ] {
            assert_eq!(Endpoint::parse(address), Ok(Endpoint::new("10.0.0.1", 8080)), "{address}");
        }
        assert_eq!(Endpoint::parse("http://host").unwrap().to_string(), "http://host");
    }

    #[test]
    fn an_ipv6_address_keeps_its_brackets_for_people_and_loses_them_for_the_socket() {
        let endpoint = Endpoint::parse("http://[::1]:81").unwrap();
        assert_eq!((endpoint.to_string().as_str(), endpoint.socket()), ("http://[::1]:81", ("::1", 81)));
    }

    #[test]
    fn what_is_no_plain_http_address_is_refused_with_the_reason() {
        for address in ["127.0.0.1:41564/msi/token", "localhost/token", "", "/path", "http://", "http://a b"]
        {
            assert_eq!(Endpoint::parse(address), Err(EndpointFault::NotAbsolute), "{address}");
        }
        assert_eq!(Endpoint::parse("https://host"), Err(EndpointFault::NotHttp));
    }
}
