//! A token source: its name, its capabilities, and its requests. One file each.

use std::fmt::Debug;
use std::path::Path;

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tollgate_http::{Endpoint, MetadataRequest, MetadataResponse, ServiceUrl, Thumbprint, UrlError};

use crate::environment::{IDENTITY_ENDPOINT, MSI_ENDPOINT};
use crate::error::Error;
use crate::fetch::retry::RetryPolicy;
use crate::resource::Resource;
use crate::selector::Selector;

pub(crate) mod app_service;
pub(crate) mod arc;
pub(crate) mod challenge;
pub(crate) mod cloud_shell;
pub(crate) mod imds;
pub(crate) mod machine_learning;
pub(crate) mod service_fabric;
#[cfg(test)]
mod table;

/// Properties that all sources of a kind share.
#[derive(Debug)]
pub(crate) struct SourceKind {
    /// Display name.
    pub(crate) name: &'static str,
    /// What it is detected by, for display.
    pub(crate) detected_by: &'static str,
    /// Parameter names for the ways to name an identity that it accepts.
    pub(crate) parameters: IdentityParameters,
    /// Retry schedule.
    pub(crate) retry_policy: RetryPolicy,
    /// Rate limit of its requests.
    pub(crate) rate_limit: RateLimit,
}

/// Name of the identity's query parameter; `None` where the source does not accept it.
#[derive(Debug)]
pub(crate) struct IdentityParameters {
    pub(crate) client_id: Option<&'static str>,
    pub(crate) object_id: Option<&'static str>,
    pub(crate) resource_id: Option<&'static str>,
}

/// The limit that a request counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RateLimit {
    /// The machine's, shared by all its processes.
    MachineGate,
    /// The source's own, in each process: 30 requests in 10 s.
    SlidingWindow,
    /// No limit is known.
    None,
}

/// A token source on this machine.
pub(crate) trait Source: Debug + Send + Sync {
    fn kind(&self) -> &'static SourceKind;

    fn endpoint(&self) -> &Endpoint;

    /// What configures the address; `None` for the source's own default.
    fn configured_by(&self) -> Option<&'static str>;

    /// Whether the service must exist, so that a failed connection means that it is still starting and is retried for
    /// longer. True when the platform sets the address.
    fn is_expected(&self) -> bool {
        matches!(self.configured_by(), Some(IDENTITY_ENDPOINT | MSI_ENDPOINT))
    }

    /// Builds the token request; fails when the source cannot serve the selector.
    fn build_request(&self, resource: &Resource, selector: &Selector) -> Result<MetadataRequest, Error>;

    /// Thumbprint of the certificate, for a source over TLS.
    fn pin(&self) -> Option<Thumbprint> {
        None
    }

    /// Directory of the key files, for a source with a key file challenge.
    fn key_directory(&self) -> Option<&Path> {
        None
    }

    /// The request that answers the challenge in `response`; `None` if that is not a challenge.
    fn respond_to_challenge(
        &self,
        _response: &MetadataResponse,
        _request: &MetadataRequest,
    ) -> Result<Option<MetadataRequest>, Error> {
        Ok(None)
    }

    /// Whether the response confirms this identity, for a source that otherwise may have used another.
    fn confirms_identity(&self, _selector: &Selector, _body: &[u8]) -> bool {
        true
    }
}

impl SourceKind {
    /// Name and value of the identity's parameter; `None` for the system-assigned identity.
    pub(crate) fn parameter(&self, selector: &Selector) -> Result<Option<(&'static str, String)>, Error> {
        let (way, parameter) = match selector {
            Selector::SystemAssigned => return Ok(None),
            Selector::ClientId(_) => ("a client id", self.parameters.client_id),
            Selector::ObjectId(_) => ("an object id", self.parameters.object_id),
            Selector::ResourceId(_) => ("a resource id", self.parameters.resource_id),
        };
        match parameter {
            Some(parameter) => Ok(Some((parameter, selector.value().unwrap_or_default()))),
            None => Err(Error::InvalidArgument {
                field: "AccountId",
                fault: format!(
                    "names {selector}, but {} takes no identity by {way}; {}",
                    self.name,
                    self.accepts()
                ),
            }),
        }
    }

    /// Path and query of a request with this API version and at most one identity.
    pub(crate) fn path_and_query(
        &self,
        base: &str,
        api_version: &str,
        resource: &Resource,
        selector: &Selector,
    ) -> Result<String, Error> {
        let identity = self.parameter(selector)?;
        let identity = identity.iter().map(|(name, value)| (*name, value.as_str()));
        let query = [("api-version", api_version), ("resource", resource.as_str())];
        Ok(with_query(base, query.into_iter().chain(identity)))
    }

    fn accepts(&self) -> String {
        let IdentityParameters { client_id, object_id, resource_id } = self.parameters;
        let ways: Vec<_> =
            [("a client id", client_id), ("an object id", object_id), ("a resource id", resource_id)]
                .into_iter()
                .filter_map(|(way, parameter)| parameter.map(|_| way))
                .collect();
        if ways.is_empty() {
            "leave it out".to_owned()
        } else {
            format!("give {}, or leave it out", ways.join(" or "))
        }
    }
}

/// Appends a query to a path that may have one already.
pub(crate) fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let query = form_urlencode(pairs);
    let separator = match path.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{path}{separator}{query}")
}

/// Formats names and percent-encoded values as a query or form.
pub(crate) fn form_urlencode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    /// Characters that are not encoded in a value (RFC 3986, unreserved).
    const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE)))
        .collect();
    pairs.join("&")
}

/// The `Metadata: true` header, which shows that the request was not forwarded.
pub(crate) fn metadata_header() -> HeaderMap {
    HeaderMap::from_iter([(HeaderName::from_static("metadata"), HeaderValue::from_static("true"))])
}

/// A sensitive header with the value of an environment variable.
pub(crate) fn secret_header(
    name: &'static str,
    variable: &'static str,
    value: &str,
) -> Result<(HeaderName, HeaderValue), Error> {
    let mut secret = HeaderValue::from_str(value).map_err(|_| Error::InvalidArgument {
        field: variable,
        fault: "holds characters that no header can carry".to_owned(),
    })?;
    secret.set_sensitive(true);
    Ok((HeaderName::from_static(name), secret))
}

/// Parses the URL in an environment variable.
pub(crate) fn parse_url(
    variable: &'static str,
    value: &str,
    parse: impl FnOnce(&str) -> Result<ServiceUrl, UrlError>,
) -> Result<ServiceUrl, Error> {
    parse(value)
        .map_err(|fault| Error::InvalidArgument { field: variable, fault: format!("'{value}' {fault}") })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_query_is_appended_to_whatever_the_address_has() {
        let pairs = [("resource", "https://a b"), ("x", "1")];
        for (target, expected) in [
            ("/msi/token/", "/msi/token/?resource=https%3A%2F%2Fa%20b&x=1"),
            ("/token?a=b", "/token?a=b&resource=https%3A%2F%2Fa%20b&x=1"),
            ("/token?", "/token?resource=https%3A%2F%2Fa%20b&x=1"),
        ] {
            assert_eq!(with_query(target, pairs), expected);
        }
    }

    #[test]
    fn what_a_source_cannot_do_is_said_with_what_it_can() {
        let text = |kind: &SourceKind, selector| match kind.parameter(&selector) {
            Err(Error::InvalidArgument { field: "AccountId", fault }) => fault,
            other => panic!("{other:?}"),
        };
        let id = Uuid::from_u128(7);
        let fault = text(&machine_learning::KIND, Selector::ObjectId(id));
        assert!(
            fault.contains(&id.to_string()) && fault.ends_with("give a client id, or leave it out"),
            "{fault}"
        );
        let fault = text(&cloud_shell::KIND, Selector::ClientId(id));
        assert!(fault.contains("Cloud Shell") && fault.ends_with("leave it out"), "{fault}");
    }

    #[test]
    fn a_secret_is_not_printed_and_one_that_breaks_the_line_is_refused_without_being_repeated() {
        let (_, value) = secret_header("secret", "MSI_SECRET", "hush").unwrap();
        assert!(!format!("{value:?}").contains("hush"));
        let error = secret_header("secret", "MSI_SECRET", "hu\nsh").unwrap_err().to_string();
        assert!(error.contains("MSI_SECRET") && !error.contains("hu"), "{error}");
    }
}
