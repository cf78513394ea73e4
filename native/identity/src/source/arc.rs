//! An Azure Arc server. Its agent asks for a proof that the caller may read its key files, which only administrators and
//! the agent's own group may.
//! <https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication>

use std::path::{Path, PathBuf};

use http::header::AUTHORIZATION;
use serde_json::{Map, Value};
use tollgate_http::{Address, Answer, Endpoint, Question};

use crate::environment::{Environment, IDENTITY_ENDPOINT, IMDS_ENDPOINT};
use crate::error::Error;
use crate::resource::Resource;
use crate::retry::Rules;
use crate::selector::Selector;
use crate::source::{self, Kind, Pace, Parameters, Source, challenge};

pub(crate) static KIND: Kind = Kind {
    name: "the agent of Azure Arc",
    told_by: "`IDENTITY_ENDPOINT`, `IMDS_ENDPOINT`, or the agent's program",
    parameters: Parameters {
        client_id: Some("client_id"),
        object_id: Some("object_id"),
        resource_id: Some("msi_res_id"),
    },
    rules: Rules::Local,
    pace: Pace::None,
};

/// Where the agent listens when no variable says so.
const ADDRESS: &str = "http://127.0.0.1:40342/metadata/identity/oauth2/token";

#[derive(Debug)]
pub(crate) struct AzureArc {
    address: Address,
    named: bool,
    keys: Option<PathBuf>,
}

impl AzureArc {
    /// The agent, where its variables are set or it is installed.
    pub(crate) fn find(environment: &Environment) -> Result<Option<Self>, Error> {
        let endpoint =
            environment.get(IDENTITY_ENDPOINT).filter(|_| environment.get(IMDS_ENDPOINT).is_some());
        if endpoint.is_none() && !environment.has_arc_agent() {
            return Ok(None);
        }
        Ok(Some(Self {
            address: source::address(IDENTITY_ENDPOINT, endpoint.unwrap_or(ADDRESS), Address::parse)?,
            named: endpoint.is_some(),
            keys: environment.arc_keys(),
        }))
    }
}

impl Source for AzureArc {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn endpoint(&self) -> &Endpoint {
        &self.address.endpoint
    }

    fn named_by(&self) -> Option<&'static str> {
        Some(if self.named { IDENTITY_ENDPOINT } else { "the agent's installation" })
    }

    fn question(&self, resource: &Resource, selector: &Selector) -> Result<Question, Error> {
        let target = KIND.target(&self.address.target, "2020-06-01", resource, selector)?;
        Ok(Question { target, headers: source::metadata(), form: None })
    }

    fn proofs(&self) -> Option<&Path> {
        self.keys.as_deref()
    }

    fn answer_challenge(&self, answer: &Answer, question: &Question) -> Result<Option<Question>, Error> {
        if answer.status != 401 {
            return Ok(None);
        }
        let untrusted =
            |fault| Error::EndpointNotTrusted { endpoint: self.address.endpoint.to_string(), fault };
        let key = challenge::key(&answer.headers, self.keys.as_deref()).map_err(untrusted)?;
        let mut question = question.clone();
        question.headers.insert(AUTHORIZATION, key);
        Ok(Some(question))
    }

    /// An agent that does not know the parameter passes over it and answers for the system-assigned identity; one that
    /// does repeats it.
    fn is_for(&self, selector: &Selector, body: &[u8]) -> bool {
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
