//! A virtual machine: `GET /metadata/identity/oauth2/token` of the metadata service.
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>

use hyper::StatusCode;
use serde::Serialize;

use crate::answers::{self, Plain, Refused};
use crate::ask::Ask;
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::options::Options;
use crate::selectors::Selector;
use crate::token::Token;

pub(super) const TOKEN_PATH: &str = "/metadata/identity/oauth2/token";

/// Clients find the service at its fixed address, or here.
pub(super) const BASE_VARIABLE: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

/// Every value is a text, as recorded.
#[derive(Serialize)]
struct Success<'a> {
    access_token: &'a str,
    client_id: &'a str,
    expires_in: String,
    expires_on: String,
    ext_expires_in: String,
    not_before: String,
    resource: &'a str,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    msi_res_id: Option<&'a str>,
}

pub(super) struct VirtualMachine;

impl Endpoint for VirtualMachine {
    fn path(&self) -> &'static str {
        TOKEN_PATH
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        vec![(BASE_VARIABLE, url.to_owned())]
    }

    fn ask<'a>(&'a self, call: &Call, options: &'a Options) -> Result<Ask<'a>, Refused> {
        Ask::of(&call.head, options).map_err(|refusal| refusal.answer(options).into())
    }

    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        success(ask, token)
    }

    /// As recorded.
    fn server(&self) -> Option<&'static str> {
        Some("IMDS/150.870.65.528")
    }
}

pub(super) fn success(ask: &Ask<'_>, token: &Token) -> Plain {
    let (object_id, msi_res_id) = match &ask.selector {
        Selector::ObjectId(id) => (Some(id.as_str()), None),
        Selector::ResourceId(id) => (None, Some(id.as_str())),
        Selector::None | Selector::ClientId(_) => (None, None),
    };
    let body = serde_json::to_vec(&Success {
        access_token: &token.text,
        client_id: &ask.identity.client_id,
        expires_in: token.seconds_left.to_string(),
        expires_on: token.expires_on.to_string(),
        ext_expires_in: token.seconds_left.to_string(),
        not_before: token.not_before.to_string(),
        resource: &ask.resource,
        token_type: "Bearer",
        object_id,
        msi_res_id,
    })
    .expect("texts only");
    answers::json(StatusCode::OK, body)
}
