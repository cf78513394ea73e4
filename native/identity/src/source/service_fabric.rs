//! A Service Fabric application. The service has a self-signed certificate, so its thumbprint comes with its URL; the
//! secret is sent only to the holder of that certificate.
//! <https://learn.microsoft.com/azure/service-fabric/how-to-managed-identity-service-fabric-app-code>

use http::HeaderMap;
use tollgate_http::{Endpoint, MetadataRequest, ServiceUrl, Thumbprint};

use crate::environment::{
    Environment, IDENTITY_API_VERSION, IDENTITY_ENDPOINT, IDENTITY_HEADER, IDENTITY_SERVER_THUMBPRINT,
};
use crate::error::Error;
use crate::fetch::retry::RetryPolicy;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::{self, IdentityParameters, RateLimit, Source, SourceKind};

pub(crate) static KIND: SourceKind = SourceKind {
    name: "Service Fabric's token service",
    detected_by: "`IDENTITY_ENDPOINT`, `IDENTITY_HEADER`, `IDENTITY_SERVER_THUMBPRINT`",
    parameters: IdentityParameters { client_id: None, object_id: Some("principalId"), resource_id: None },
    retry_policy: RetryPolicy::ServiceFabric,
    rate_limit: RateLimit::SlidingWindow,
};

/// The documented API version; `IDENTITY_API_VERSION` replaces it.
const API_VERSION: &str = "2019-07-01-preview";

#[derive(Debug)]
pub(crate) struct ServiceFabricSource {
    address: ServiceUrl,
    headers: HeaderMap,
    api_version: String,
    pin: Thumbprint,
}

impl ServiceFabricSource {
    /// Returns the source if all three of its variables are set.
    pub(crate) fn detect(environment: &Environment) -> Result<Option<Self>, Error> {
        let (Some(endpoint), Some(header), Some(thumbprint)) = (
            environment.get(IDENTITY_ENDPOINT),
            environment.get(IDENTITY_HEADER),
            environment.get(IDENTITY_SERVER_THUMBPRINT),
        ) else {
            return Ok(None);
        };
        let pin = Thumbprint::parse(thumbprint).ok_or_else(|| Error::InvalidArgument {
            field: IDENTITY_SERVER_THUMBPRINT,
            fault: format!("'{thumbprint}' is no thumbprint of 40 hexadecimal digits"),
        })?;
        Ok(Some(Self {
            address: source::parse_url(IDENTITY_ENDPOINT, endpoint, ServiceUrl::parse_https)?,
            headers: HeaderMap::from_iter([source::secret_header("secret", IDENTITY_HEADER, header)?]),
            api_version: environment.get(IDENTITY_API_VERSION).unwrap_or(API_VERSION).to_owned(),
            pin,
        }))
    }
}

impl Source for ServiceFabricSource {
    fn kind(&self) -> &'static SourceKind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.address.endpoint
    }

    fn configured_by(&self) -> Option<&'static str> {
        Some(IDENTITY_ENDPOINT)
    }

    fn build_request(&self, resource: &Resource, selector: &Selector) -> Result<MetadataRequest, Error> {
        let path_and_query =
            KIND.path_and_query(&self.address.path_and_query, &self.api_version, resource, selector)?;
        Ok(MetadataRequest { path_and_query, headers: self.headers.clone(), form: None })
    }

    fn pin(&self) -> Option<Thumbprint> {
        Some(self.pin)
    }
}
