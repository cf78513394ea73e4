//! A Service Fabric application. The service has a certificate that nobody vouches for, so its thumbprint comes with its address;
//! the secret is sent to the holder of that certificate alone.
//! <https://learn.microsoft.com/azure/service-fabric/how-to-managed-identity-service-fabric-app-code>

use http::HeaderMap;
use tollgate_http::{Address, Endpoint, Question, Thumbprint};

use crate::environment::{
    Environment, IDENTITY_API_VERSION, IDENTITY_ENDPOINT, IDENTITY_HEADER, IDENTITY_SERVER_THUMBPRINT,
};
use crate::error::Error;
use crate::resource::Resource;
use crate::retry::Rules;
use crate::selector::Selector;
use crate::source::{self, Kind, Pace, Parameters, Source};

pub(crate) static KIND: Kind = Kind {
    name: "Service Fabric's token service",
    told_by: "`IDENTITY_ENDPOINT`, `IDENTITY_HEADER`, `IDENTITY_SERVER_THUMBPRINT`",
    parameters: Parameters { client_id: None, object_id: Some("principalId"), resource_id: None },
    rules: Rules::ServiceFabric,
    pace: Pace::Window,
};

/// The version that is documented; the variable names another.
const API_VERSION: &str = "2019-07-01-preview";

#[derive(Debug)]
pub(crate) struct ServiceFabric {
    address: Address,
    headers: HeaderMap,
    api_version: String,
    pin: Thumbprint,
}

impl ServiceFabric {
    /// The service, where all three of its variables are set.
    pub(crate) fn find(environment: &Environment) -> Result<Option<Self>, Error> {
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
            address: source::address(IDENTITY_ENDPOINT, endpoint, Address::parse_secure)?,
            headers: HeaderMap::from_iter([source::secret("secret", IDENTITY_HEADER, header)?]),
            api_version: environment.get(IDENTITY_API_VERSION).unwrap_or(API_VERSION).to_owned(),
            pin,
        }))
    }
}

impl Source for ServiceFabric {
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
        let target = KIND.target(&self.address.target, &self.api_version, resource, selector)?;
        Ok(Question { target, headers: self.headers.clone(), form: None })
    }

    fn pin(&self) -> Option<Thumbprint> {
        Some(self.pin)
    }
}
