//! The virtual machine's metadata service.
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tollgate_http::Endpoint;

use crate::environment::AUTHORITY_HOST;
use crate::resource::Resource;
use crate::selector::Selector;

const ADDRESS: &str = "169.254.169.254";
const PATH: &str = "/metadata/identity/oauth2/token?api-version=2018-02-01";

/// What may stand in a query value as it is (RFC 3986, unreserved).
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The service, at its own address or at one that the environment names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VirtualMachine {
    endpoint: Endpoint,
    configured: bool,
}

impl Default for VirtualMachine {
    fn default() -> Self {
        Self { endpoint: Endpoint::new(ADDRESS, 80), configured: false }
    }
}

impl VirtualMachine {
    pub(crate) const fn at(endpoint: Endpoint) -> Self {
        Self { endpoint, configured: true }
    }

    pub(crate) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What named the address, when it is not the service's own.
    pub(crate) const fn configured_by(&self) -> Option<&'static str> {
        if self.configured { Some(AUTHORITY_HOST) } else { None }
    }

    /// Path and query of the question.
    pub(crate) fn path(&self, resource: &Resource, selector: &Selector) -> String {
        let encoded = |value: &str| utf8_percent_encode(value, QUERY_VALUE).to_string();
        let mut path = format!("{PATH}&resource={}", encoded(resource.as_str()));
        let name = match selector {
            Selector::SystemAssigned => return path,
            Selector::ClientId(_) => "client_id",
            Selector::ObjectId(_) => "object_id",
            Selector::ResourceId(_) => "msi_res_id",
        };
        path.push_str(&format!("&{name}={}", encoded(&selector.value().unwrap_or_default())));
        path
    }

    /// The header that shows that nobody forwarded the question here.
    pub(crate) fn headers(&self) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static("metadata"), HeaderValue::from_static("true"))])
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_question_names_version_resource_and_at_most_one_identity() {
        let service = VirtualMachine::default();
        let resource = Resource::parse("https://vault.azure.net").unwrap();
        let path = |selector| service.path(&resource, &selector);
        let base =
            "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net";
        let id = Uuid::from_u128(7);
        assert_eq!(path(Selector::SystemAssigned), base);
        assert_eq!(path(Selector::ClientId(id)), format!("{base}&client_id={id}"));
        assert_eq!(path(Selector::ObjectId(id)), format!("{base}&object_id={id}"));
        assert_eq!(path(Selector::ResourceId("/a b".into())), format!("{base}&msi_res_id=%2Fa%20b"));
        assert_eq!(service.headers().get("metadata").unwrap(), "true");
        assert_eq!(service.endpoint().to_string(), "http://169.254.169.254");
    }
}
