//! The virtual machine's metadata service, and what stands in for it on AKS.
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>

use tollgate_http::{Address, Endpoint, Question};

use crate::environment::{AUTHORITY_HOST, Environment};
use crate::error::Error;
use crate::resource::Resource;
use crate::retry::Rules;
use crate::selector::Selector;
use crate::source::{self, Kind, Pace, Parameters, Source};

pub(crate) static KIND: Kind = Kind {
    name: "the virtual machine's metadata service",
    told_by: "nothing else; `AZURE_POD_IDENTITY_AUTHORITY_HOST` replaces its address",
    parameters: Parameters {
        client_id: Some("client_id"),
        object_id: Some("object_id"),
        resource_id: Some("msi_res_id"),
    },
    rules: Rules::Metadata,
    pace: Pace::Gate,
};

const ADDRESS: &str = "169.254.169.254";
const TARGET: &str = "/metadata/identity/oauth2/token";

/// The service, at its own address or at one that the environment names.
#[derive(Debug)]
pub(crate) struct VirtualMachine {
    endpoint: Endpoint,
    configured: bool,
    expected: bool,
}

impl VirtualMachine {
    pub(crate) fn find(environment: &Environment) -> Result<Self, Error> {
        let Some(host) = environment.get(AUTHORITY_HOST) else {
            let (endpoint, expected) = (Endpoint::new(ADDRESS, 80), environment.is_azure_machine());
            return Ok(Self { endpoint, configured: false, expected });
        };
        let address = source::address(AUTHORITY_HOST, host, Address::parse)?;
        Ok(Self { endpoint: address.endpoint, configured: true, expected: false })
    }
}

impl Source for VirtualMachine {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn named_by(&self) -> Option<&'static str> {
        self.configured.then_some(AUTHORITY_HOST)
    }

    /// Every machine of Azure has it; at boot the network comes later than the first scripts.
    fn is_expected(&self) -> bool {
        self.expected
    }

    fn question(&self, resource: &Resource, selector: &Selector) -> Result<Question, Error> {
        let target = KIND.target(TARGET, "2018-02-01", resource, selector)?;
        Ok(Question { target, headers: source::metadata(), form: None })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(host: &str) -> VirtualMachine {
        VirtualMachine::find(&Environment::from_pairs([(AUTHORITY_HOST, host)])).unwrap()
    }

    #[test]
    fn the_question_names_version_resource_and_at_most_one_identity() {
        let service = at("");
        let resource = Resource::parse("https://vault.azure.net").unwrap();
        let question = |selector| service.question(&resource, &selector).unwrap();
        let base =
            "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net";
        let id = Uuid::from_u128(7);
        assert_eq!(question(Selector::SystemAssigned).target, base);
        assert_eq!(question(Selector::ClientId(id)).target, format!("{base}&client_id={id}"));
        assert_eq!(question(Selector::ObjectId(id)).target, format!("{base}&object_id={id}"));
        let of_resource = question(Selector::ResourceId("/a b".into()));
        assert_eq!(of_resource.target, format!("{base}&msi_res_id=%2Fa%20b"));
        assert_eq!(of_resource.headers.get("metadata").unwrap(), "true");
        assert_eq!(service.endpoint().to_string(), "http://169.254.169.254");
    }

    #[test]
    fn another_host_keeps_the_services_path_whatever_its_own_is() {
        for host in ["http://10.0.0.1:80", "http://10.0.0.1/", "http://10.0.0.1/else?x=y"] {
            let service = at(host);
            assert_eq!(service.endpoint().to_string(), "http://10.0.0.1", "{host}");
            let question =
                service.question(&Resource::parse("x").unwrap(), &Selector::SystemAssigned).unwrap();
            assert!(question.target.starts_with("/metadata/identity/oauth2/token?"), "{}", question.target);
        }
    }
}
