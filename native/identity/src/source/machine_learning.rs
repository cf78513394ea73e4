//! Azure Machine Learning's compute. It has no public page of its own; the form is that of the older App Service.
//! <https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication>

use http::HeaderMap;
use tollgate_http::{Address, Endpoint, Question};

use crate::environment::{DEFAULT_IDENTITY_CLIENT_ID, Environment, MSI_ENDPOINT, MSI_SECRET};
use crate::error::Error;
use crate::resource::Resource;
use crate::retry::Rules;
use crate::selector::{self, Selector};
use crate::source::{self, Kind, Pace, Parameters, Source};

pub(crate) static KIND: Kind = Kind {
    name: "Azure Machine Learning's token service",
    told_by: "`MSI_ENDPOINT`, `MSI_SECRET`",
    parameters: Parameters { client_id: Some("clientid"), object_id: None, resource_id: None },
    rules: Rules::Local,
    pace: Pace::None,
};

#[derive(Debug)]
pub(crate) struct MachineLearning {
    address: Address,
    headers: HeaderMap,
    default_client_id: Option<String>,
}

impl MachineLearning {
    /// The service, where both of its variables are set.
    pub(crate) fn find(environment: &Environment) -> Result<Option<Self>, Error> {
        let (Some(endpoint), Some(secret)) = (environment.get(MSI_ENDPOINT), environment.get(MSI_SECRET))
        else {
            return Ok(None);
        };
        let mut headers = source::metadata();
        headers.extend([source::secret("secret", MSI_SECRET, secret)?]);
        Ok(Some(Self {
            address: source::address(MSI_ENDPOINT, endpoint, Address::parse)?,
            headers,
            default_client_id: environment.get(DEFAULT_IDENTITY_CLIENT_ID).map(selector::client_id),
        }))
    }
}

impl Source for MachineLearning {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.address.endpoint
    }

    fn named_by(&self) -> Option<&'static str> {
        Some(MSI_ENDPOINT)
    }

    fn question(&self, resource: &Resource, selector: &Selector) -> Result<Question, Error> {
        let named = KIND.parameter(selector)?.map(|(_, value)| value);
        // Even the compute's own identity is named here.
        let client_id = named.or_else(|| self.default_client_id.clone()).ok_or_else(|| Error::InvalidArgument {
            field: "AccountId",
            fault: format!("is not given, and {DEFAULT_IDENTITY_CLIENT_ID} is not set: {} names every identity; give a client id", KIND.name),
        })?;
        let query =
            [("api-version", "2017-09-01"), ("resource", resource.as_str()), ("clientid", &client_id)];
        Ok(Question {
            target: source::with_query(&self.address.target, query),
            headers: self.headers.clone(),
            form: None,
        })
    }
}
