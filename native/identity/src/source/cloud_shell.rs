//! Cloud Shell, whose tokens are those of the signed-in user.
//! <https://learn.microsoft.com/azure/cloud-shell/msi-authorization>

use tollgate_http::{Endpoint, MetadataRequest, ServiceUrl};

use crate::environment::{Environment, MSI_ENDPOINT};
use crate::error::Error;
use crate::fetch::retry::RetryPolicy;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::{self, IdentityParameters, RateLimit, Source, SourceKind};

pub(crate) static KIND: SourceKind = SourceKind {
    name: "Cloud Shell's token service",
    detected_by: "`MSI_ENDPOINT`",
    parameters: IdentityParameters { client_id: None, object_id: None, resource_id: None },
    retry_policy: RetryPolicy::Local,
    rate_limit: RateLimit::None,
};

#[derive(Debug)]
pub(crate) struct CloudShellSource {
    address: ServiceUrl,
}

impl CloudShellSource {
    /// Returns the source if its variable is set.
    pub(crate) fn detect(environment: &Environment) -> Result<Option<Self>, Error> {
        let Some(endpoint) = environment.get(MSI_ENDPOINT) else {
            return Ok(None);
        };
        Ok(Some(Self { address: source::parse_url(MSI_ENDPOINT, endpoint, ServiceUrl::parse_http)? }))
    }
}

impl Source for CloudShellSource {
    fn kind(&self) -> &'static SourceKind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.address.endpoint
    }

    fn configured_by(&self) -> Option<&'static str> {
        Some(MSI_ENDPOINT)
    }

    fn build_request(&self, resource: &Resource, selector: &Selector) -> Result<MetadataRequest, Error> {
        KIND.parameter(selector)?;
        Ok(MetadataRequest {
            path_and_query: self.address.path_and_query.clone(),
            headers: source::metadata_header(),
            form: Some(source::form_urlencode([("resource", resource.as_str())])),
        })
    }
}
