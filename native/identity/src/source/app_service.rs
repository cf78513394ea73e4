//! App Service, Functions, Container Apps, and the sandbox of Azure Automation, which has the same variables.
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>

use http::HeaderMap;
use tollgate_http::{Endpoint, MetadataRequest, ServiceUrl};

use crate::environment::{Environment, IDENTITY_ENDPOINT, IDENTITY_HEADER};
use crate::error::Error;
use crate::fetch::retry::RetryPolicy;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::{self, IdentityParameters, RateLimit, Source, SourceKind};

pub(crate) static KIND: SourceKind = SourceKind {
    name: "App Service's token service",
    detected_by: "`IDENTITY_ENDPOINT`, `IDENTITY_HEADER`",
    parameters: IdentityParameters {
        client_id: Some("client_id"),
        object_id: Some("principal_id"),
        resource_id: Some("mi_res_id"),
    },
    retry_policy: RetryPolicy::Local,
    rate_limit: RateLimit::None,
};

#[derive(Debug)]
pub(crate) struct AppServiceSource {
    address: ServiceUrl,
    headers: HeaderMap,
}

impl AppServiceSource {
    /// Returns the source if both of its variables are set.
    pub(crate) fn detect(environment: &Environment) -> Result<Option<Self>, Error> {
        let (Some(endpoint), Some(header)) =
            (environment.get(IDENTITY_ENDPOINT), environment.get(IDENTITY_HEADER))
        else {
            return Ok(None);
        };
        // Automation requires the metadata header as well, and the others ignore it.
        let mut headers = source::metadata_header();
        headers.extend([source::secret_header("x-identity-header", IDENTITY_HEADER, header)?]);
        Ok(Some(Self {
            address: source::parse_url(IDENTITY_ENDPOINT, endpoint, ServiceUrl::parse_http)?,
            headers,
        }))
    }
}

impl Source for AppServiceSource {
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
            KIND.path_and_query(&self.address.path_and_query, "2019-08-01", resource, selector)?;
        Ok(MetadataRequest { path_and_query, headers: self.headers.clone(), form: None })
    }
}
