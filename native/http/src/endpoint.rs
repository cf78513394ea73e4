//! The endpoint of a service: host and port, with or without TLS.

use std::fmt;

use http::Uri;
use http::uri::Scheme;

/// The host and port of a service, and whether it uses TLS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    is_tls: bool,
    host: String,
    port: u16,
}

/// The URL of a service: its endpoint, and the path and query to request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceUrl {
    /// Host, port and TLS.
    pub endpoint: Endpoint,
    /// The path and, where the URL has one, the query; verbatim.
    pub path_and_query: String,
}

/// Why a string is no URL of a metadata service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It is not an absolute URL.
    #[error("is not an absolute address such as http://127.0.0.1:8080")]
    NotAbsolute,
    /// The scheme is not http.
    #[error("must start with http://")]
    NotHttp,
    /// The scheme is not https.
    #[error("must start with https://")]
    NotHttps,
}

impl Endpoint {
    /// Plain http at a host name or IP address and port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { is_tls: false, host: host.into(), port }
    }

    /// Whether it uses TLS.
    pub const fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// The host, a name or an IP address; IPv6 without brackets.
    pub fn host(&self) -> &str {
        self.host_port().0
    }

    /// Host and port for a socket: IPv6 without brackets.
    pub(crate) fn host_port(&self) -> (&str, u16) {
        (self.host.trim_start_matches('[').trim_end_matches(']'), self.port)
    }

    /// The `Host` header: the host, and the port unless it is the default one.
    pub(crate) fn authority(&self) -> String {
        let default_port = if self.is_tls { 443 } else { 80 };
        if self.port == default_port { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl ServiceUrl {
    /// Parses the URL of a service that uses plain http.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn parse_http(text: &str) -> Result<Self, UrlError> {
        let url = Self::read(text)?;
        if url.endpoint.is_tls { Err(UrlError::NotHttp) } else { Ok(url) }
    }

    /// Parses the URL of a service that uses TLS.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn parse_https(text: &str) -> Result<Self, UrlError> {
        let url = Self::read(text)?;
        if url.endpoint.is_tls { Ok(url) } else { Err(UrlError::NotHttps) }
    }

    fn read(text: &str) -> Result<Self, UrlError> {
        let uri: Uri = text.trim().parse().map_err(|_| UrlError::NotAbsolute)?;
        let (Some(scheme), Some(host)) = (uri.scheme(), uri.host()) else {
            return Err(UrlError::NotAbsolute);
        };
        let is_tls = *scheme == Scheme::HTTPS;
        if !is_tls && *scheme != Scheme::HTTP {
            return Err(UrlError::NotHttp);
        }
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let path_and_query = uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        Ok(Self { endpoint: Endpoint { is_tls, host: host.to_owned(), port }, path_and_query })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_tls { "https" } else { "http" }, self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_host_port_path_and_query_are_kept_to_the_letter() {
        for (text, target) in [
            ("http://10.0.0.1:8080", "/"),
            ("http://10.0.0.1:8080/msi/token/", "/msi/token/"),
            ("HTTP://10.0.0.1:8080/a/b?c=d", "/a/b?c=d"),
            (" http://10.0.0.1:8080 ", "/"),
        ] {
            let expected =
                ServiceUrl { endpoint: Endpoint::new("10.0.0.1", 8080), path_and_query: target.to_owned() };
            assert_eq!(ServiceUrl::parse_http(text), Ok(expected), "{text}");
        }
        assert_eq!(ServiceUrl::parse_http("http://host").unwrap().endpoint.to_string(), "http://host");
        let secure = ServiceUrl::parse_https("https://localhost:2377/x").unwrap();
        assert_eq!(
            (secure.endpoint.to_string().as_str(), secure.endpoint.is_tls()),
            ("https://localhost:2377", true)
        );
    }

    #[test]
    fn an_ipv6_address_keeps_its_brackets_for_people_and_loses_them_for_the_socket() {
        let endpoint = ServiceUrl::parse_http("http://[::1]:81").unwrap().endpoint;
        assert_eq!((endpoint.to_string().as_str(), endpoint.host_port()), ("http://[::1]:81", ("::1", 81)));
    }

    #[test]
    fn what_is_no_such_address_is_refused_with_the_reason() {
        for text in ["127.0.0.1:41564/msi/token", "localhost/token", "", "/path", "http://", "http://a b"] {
            assert_eq!(ServiceUrl::parse_http(text), Err(UrlError::NotAbsolute), "{text}");
        }
        assert_eq!(ServiceUrl::parse_http("https://host"), Err(UrlError::NotHttp));
        assert_eq!(ServiceUrl::parse_http("ftp://host"), Err(UrlError::NotHttp));
        assert_eq!(ServiceUrl::parse_https("http://host"), Err(UrlError::NotHttps));
    }
}
