//! App Service, Functions, Container Apps, and the sandbox of Azure Automation, which looks the same.
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>

use http::HeaderMap;
use tollgate_http::{Address, Endpoint, Question};

use crate::environment::{Environment, IDENTITY_ENDPOINT, IDENTITY_HEADER};
use crate::error::Error;
use crate::resource::Resource;
use crate::retry::Rules;
use crate::selector::Selector;
use crate::source::{self, Kind, Pace, Parameters, Source};

pub(crate) static KIND: Kind = Kind {
    name: "App Service's token service",
    told_by: "`IDENTITY_ENDPOINT`, `IDENTITY_HEADER`",
    parameters: Parameters {
        client_id: Some("client_id"),
        object_id: Some("principal_id"),
        resource_id: Some("mi_res_id"),
    },
    rules: Rules::Local,
    pace: Pace::None,
};

#[derive(Debug)]
pub(crate) struct AppService {
    address: Address,
    headers: HeaderMap,
}

impl AppService {
    /// The service, where both of its variables are set.
    pub(crate) fn find(environment: &Environment) -> Result<Option<Self>, Error> {
        let (Some(endpoint), Some(header)) =
            (environment.get(IDENTITY_ENDPOINT), environment.get(IDENTITY_HEADER))
        else {
            return Ok(None);
        };
        // Automation wants the header of the metadata service as well, and nobody minds it.
        let mut headers = source::metadata();
        headers.extend([source::secret("x-identity-header", IDENTITY_HEADER, header)?]);
        Ok(Some(Self { address: source::address(IDENTITY_ENDPOINT, endpoint, Address::parse)?, headers }))
    }
}

impl Source for AppService {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.address.endpoint
    }

    fn named_by(&self) -> Option<&'static str> {
        Some(IDENTITY_ENDPOINT)
    }

    fn question(&self, resource: &Resource, selector: &Selector) -> Result<Question, Error> {
        let target = KIND.target(&self.address.target, "2019-08-01", resource, selector)?;
        Ok(Question { target, headers: self.headers.clone(), form: None })
    }
}
