//! Cloud Shell, whose tokens are those of the person who is signed in.
//! <https://learn.microsoft.com/azure/cloud-shell/msi-authorization>

use tollgate_http::{Address, Endpoint, Question};

use crate::environment::{Environment, MSI_ENDPOINT};
use crate::error::Error;
use crate::resource::Resource;
use crate::retry::Rules;
use crate::selector::Selector;
use crate::source::{self, Kind, Pace, Parameters, Source};

pub(crate) static KIND: Kind = Kind {
    name: "Cloud Shell's token service",
    told_by: "`MSI_ENDPOINT`",
    parameters: Parameters { client_id: None, object_id: None, resource_id: None },
    rules: Rules::Local,
    pace: Pace::None,
};

#[derive(Debug)]
pub(crate) struct CloudShell {
    address: Address,
}

impl CloudShell {
    /// The service, where its variable is set.
    pub(crate) fn find(environment: &Environment) -> Result<Option<Self>, Error> {
        let Some(endpoint) = environment.get(MSI_ENDPOINT) else {
            return Ok(None);
        };
        Ok(Some(Self { address: source::address(MSI_ENDPOINT, endpoint, Address::parse)? }))
    }
}

impl Source for CloudShell {
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
        KIND.parameter(selector)?;
        Ok(Question {
            target: self.address.target.clone(),
            headers: source::metadata(),
            form: Some(source::form([("resource", resource.as_str())])),
        })
    }
}
