//! An Azure Arc server. Its agent demands proof that the caller can read its key files, which only administrators
//! and the agent's own group can.
//! <https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication>

use std::path::{Path, PathBuf};

use http::header::AUTHORIZATION;
use serde_json::{Map, Value};
use tollgate_http::{Endpoint, MetadataRequest, MetadataResponse, ServiceUrl};

use crate::environment::{Environment, IDENTITY_ENDPOINT, IMDS_ENDPOINT};
use crate::error::Error;
use crate::fetch::retry::RetryPolicy;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::{self, IdentityParameters, RateLimit, Source, SourceKind, challenge};

pub(crate) static KIND: SourceKind = SourceKind {
    name: "the agent of Azure Arc",
    detected_by: "`IDENTITY_ENDPOINT`, `IMDS_ENDPOINT`, or the agent's program",
    parameters: IdentityParameters {
        client_id: Some("client_id"),
        object_id: Some("object_id"),
        resource_id: Some("msi_res_id"),
    },
    retry_policy: RetryPolicy::Local,
    rate_limit: RateLimit::None,
};

/// URL of the agent when no variable sets one.
const DEFAULT_URL: &str = "http://127.0.0.1:40342/metadata/identity/oauth2/token";

#[derive(Debug)]
pub(crate) struct AzureArcSource {
    address: ServiceUrl,
    configured: bool,
    keys: Option<PathBuf>,
}

impl AzureArcSource {
    /// Returns the source if its variables are set or the agent is installed.
    pub(crate) fn detect(environment: &Environment) -> Result<Option<Self>, Error> {
        let endpoint =
            environment.get(IDENTITY_ENDPOINT).filter(|_| environment.get(IMDS_ENDPOINT).is_some());
        if endpoint.is_none() && !environment.has_arc_agent() {
            return Ok(None);
        }
        Ok(Some(Self {
            address: source::parse_url(
                IDENTITY_ENDPOINT,
                endpoint.unwrap_or(DEFAULT_URL),
                ServiceUrl::parse_http,
            )?,
            configured: endpoint.is_some(),
            keys: environment.arc_token_directory(),
        }))
    }
}

impl Source for AzureArcSource {
    fn kind(&self) -> &'static SourceKind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.address.endpoint
    }

    fn configured_by(&self) -> Option<&'static str> {
        Some(if self.configured { IDENTITY_ENDPOINT } else { "the agent's installation" })
    }

    fn build_request(&self, resource: &Resource, selector: &Selector) -> Result<MetadataRequest, Error> {
        let path_and_query =
            KIND.path_and_query(&self.address.path_and_query, "2020-06-01", resource, selector)?;
        Ok(MetadataRequest { path_and_query, headers: source::metadata_header(), form: None })
    }

    fn key_directory(&self) -> Option<&Path> {
        self.keys.as_deref()
    }

    fn respond_to_challenge(
        &self,
        response: &MetadataResponse,
        request: &MetadataRequest,
    ) -> Result<Option<MetadataRequest>, Error> {
        if response.status != 401 {
            return Ok(None);
        }
        let untrusted =
            |fault| Error::EndpointNotTrusted { endpoint: self.address.endpoint.to_string(), fault };
        let key = challenge::read_key(&response.headers, self.keys.as_deref()).map_err(untrusted)?;
        let mut request = request.clone();
        request.headers.insert(AUTHORIZATION, key);
        Ok(Some(request))
    }

    /// An agent that does not know the parameter ignores it and responds for the system-assigned identity; one that
    /// does repeats it.
    fn confirms_identity(&self, selector: &Selector, body: &[u8]) -> bool {
        let names: &[&str] = match selector {
            Selector::SystemAssigned => return true,
            Selector::ClientId(_) => &["client_id"],
            Selector::ObjectId(_) => &["object_id"],
            Selector::ResourceId(_) => &["msi_res_id", "mi_res_id"],
        };
        let wanted = selector.value().unwrap_or_default();
        let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(body) else {
            return false;
        };
        let mut repeated = names.iter().filter_map(|name| fields.get(*name)?.as_str());
        repeated.any(|found| found.eq_ignore_ascii_case(&wanted))
    }
}
