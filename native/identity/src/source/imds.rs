//! The Instance Metadata Service (IMDS) of a virtual machine, and its replacements on AKS.
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>

use tollgate_http::{Endpoint, MetadataRequest, ServiceUrl};

use crate::environment::{AUTHORITY_HOST, Environment};
use crate::error::Error;
use crate::fetch::retry::RetryPolicy;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::{self, IdentityParameters, RateLimit, Source, SourceKind};

pub(crate) static KIND: SourceKind = SourceKind {
    name: "the virtual machine's metadata service",
    detected_by: "nothing else; `AZURE_POD_IDENTITY_AUTHORITY_HOST` replaces its address",
    parameters: IdentityParameters {
        client_id: Some("client_id"),
        object_id: Some("object_id"),
        resource_id: Some("msi_res_id"),
    },
    retry_policy: RetryPolicy::Imds,
    rate_limit: RateLimit::MachineGate,
};

const DEFAULT_HOST: &str = "169.254.169.254";
const TOKEN_PATH: &str = "/metadata/identity/oauth2/token";

/// IMDS at its default address or at one that the environment sets.
#[derive(Debug)]
pub(crate) struct ImdsSource {
    endpoint: Endpoint,
    configured: bool,
    expected: bool,
}

impl ImdsSource {
    pub(crate) fn detect(environment: &Environment) -> Result<Self, Error> {
        let Some(host) = environment.get(AUTHORITY_HOST) else {
            let (endpoint, expected) = (Endpoint::new(DEFAULT_HOST, 80), environment.is_azure_machine());
            return Ok(Self { endpoint, configured: false, expected });
        };
        let address = source::parse_url(AUTHORITY_HOST, host, ServiceUrl::parse_http)?;
        Ok(Self { endpoint: address.endpoint, configured: true, expected: false })
    }
}

impl Source for ImdsSource {
    fn kind(&self) -> &'static SourceKind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn configured_by(&self) -> Option<&'static str> {
        self.configured.then_some(AUTHORITY_HOST)
    }

    /// Every Azure VM has it; at boot the first scripts may run before the network is up.
    fn is_expected(&self) -> bool {
        self.expected
    }

    fn build_request(&self, resource: &Resource, selector: &Selector) -> Result<MetadataRequest, Error> {
        let path_and_query = KIND.path_and_query(TOKEN_PATH, "2018-02-01", resource, selector)?;
        Ok(MetadataRequest { path_and_query, headers: source::metadata_header(), form: None })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(host: &str) -> ImdsSource {
        ImdsSource::detect(&Environment::from_pairs([(AUTHORITY_HOST, host)])).unwrap()
    }

    #[test]
    fn the_question_names_version_resource_and_at_most_one_identity() {
        let service = at("");
        let resource = Resource::parse("https://vault.azure.net").unwrap();
        let question = |selector| service.build_request(&resource, &selector).unwrap();
        let base =
            "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net";
        let id = Uuid::from_u128(7);
        assert_eq!(question(Selector::SystemAssigned).path_and_query, base);
        assert_eq!(question(Selector::ClientId(id)).path_and_query, format!("{base}&client_id={id}"));
        assert_eq!(question(Selector::ObjectId(id)).path_and_query, format!("{base}&object_id={id}"));
        let of_resource = question(Selector::ResourceId("/a b".into()));
        assert_eq!(of_resource.path_and_query, format!("{base}&msi_res_id=%2Fa%20b"));
        assert_eq!(of_resource.headers.get("metadata").unwrap(), "true");
        assert_eq!(service.endpoint().to_string(), "http://169.254.169.254");
    }

    #[test]
    fn another_host_keeps_the_services_path_whatever_its_own_is() {
        for host in ["http://10.0.0.1:80", "http://10.0.0.1/", "http://10.0.0.1/else?x=y"] {
            let service = at(host);
            assert_eq!(service.endpoint().to_string(), "http://10.0.0.1", "{host}");
            let question =
                service.build_request(&Resource::parse("x").unwrap(), &Selector::SystemAssigned).unwrap();
            assert!(
                question.path_and_query.starts_with("/metadata/identity/oauth2/token?"),
                "{}",
                question.path_and_query
            );
        }
    }
}
