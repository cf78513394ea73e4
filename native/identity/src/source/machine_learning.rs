//! Azure Machine Learning compute. It is not documented separately; the protocol is that of the older App Service.
//! <https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication>

use http::HeaderMap;
use tollgate_http::{Endpoint, MetadataRequest, ServiceUrl};

use crate::environment::{DEFAULT_IDENTITY_CLIENT_ID, Environment, MSI_ENDPOINT, MSI_SECRET};
use crate::error::Error;
use crate::fetch::retry::RetryPolicy;
use crate::resource::Resource;
use crate::selector::{self, Selector};
use crate::source::{self, IdentityParameters, RateLimit, Source, SourceKind};

pub(crate) static KIND: SourceKind = SourceKind {
    name: "Azure Machine Learning's token service",
    detected_by: "`MSI_ENDPOINT`, `MSI_SECRET`",
    parameters: IdentityParameters { client_id: Some("clientid"), object_id: None, resource_id: None },
    retry_policy: RetryPolicy::Local,
    rate_limit: RateLimit::None,
};

#[derive(Debug)]
pub(crate) struct MachineLearningSource {
    address: ServiceUrl,
    headers: HeaderMap,
    default_client_id: Option<String>,
}

impl MachineLearningSource {
    /// Returns the source if both of its variables are set.
    pub(crate) fn detect(environment: &Environment) -> Result<Option<Self>, Error> {
        let (Some(endpoint), Some(secret)) = (environment.get(MSI_ENDPOINT), environment.get(MSI_SECRET))
        else {
            return Ok(None);
        };
        let mut headers = source::metadata_header();
        headers.extend([source::secret_header("secret", MSI_SECRET, secret)?]);
        Ok(Some(Self {
            address: source::parse_url(MSI_ENDPOINT, endpoint, ServiceUrl::parse_http)?,
            headers,
            default_client_id: environment.get(DEFAULT_IDENTITY_CLIENT_ID).map(selector::client_id),
        }))
    }
}

impl Source for MachineLearningSource {
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
        let named = KIND.parameter(selector)?.map(|(_, value)| value);
        // The compute's own identity must be named as well.
        let client_id = named.or_else(|| self.default_client_id.clone()).ok_or_else(|| Error::InvalidArgument {
            field: "AccountId",
            fault: format!("is not given, and {DEFAULT_IDENTITY_CLIENT_ID} is not set: {} names every identity; give a client id", KIND.name),
        })?;
        let query =
            [("api-version", "2017-09-01"), ("resource", resource.as_str()), ("clientid", &client_id)];
        Ok(MetadataRequest {
            path_and_query: source::with_query(&self.address.path_and_query, query),
            headers: self.headers.clone(),
            form: None,
        })
    }
}
