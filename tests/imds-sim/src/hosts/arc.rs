//! Azure Arc's agent: whoever can read the key file named in its challenge gets a token. What a request is told whose
//! key is wrong is made up.
//! <https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication>

use std::io;
use std::path::Path;

use hyper::header::{HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::keys::Keys;
use crate::answers::{self, Plain, Refused};
use crate::ask::{Ask, has_metadata_header};
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::identities::find_own;
use crate::options::Options;
use crate::query::{Duplicate, Query};
use crate::selectors::{Selector, Spelling, TwoSelectors};
use crate::token::Token;
use crate::versions;

/// An agent that knows of these parameters still takes no notice of `mi_res_id`.
const SELECTORS: [Spelling; 3] = [
    ("client_id", Selector::ClientId),
    ("object_id", Selector::ObjectId),
    ("msi_res_id", Selector::ResourceId),
];

const PATH: &str = "/metadata/identity/oauth2/token";

const SCHEME: &str = "Basic ";

const SECRET_HEADER: &str = "authorization";

pub(super) struct Agent {
    keys: Keys,
    ignores_ids: bool,
}

impl Agent {
    pub(super) fn new(options: &Options) -> io::Result<Self> {
        Ok(Self { keys: Keys::new(options.key_folder.as_deref())?, ignores_ids: options.agent_ignores_ids })
    }

    fn select(&self, query: &Query) -> Result<Selector, TwoSelectors> {
        if self.ignores_ids { Ok(Selector::None) } else { Selector::of(query, &SELECTORS) }
    }

    fn challenge(&self) -> Plain {
        match self.keys.write() {
            Ok(path) => {
                let mut answer = unauthorized("Missing Basic Authorization header");
                let value = [b"Basic realm=", path.as_os_str().as_encoded_bytes()].concat();
                if let Ok(value) = HeaderValue::from_bytes(&value) {
                    answer.headers_mut().insert(WWW_AUTHENTICATE, value);
                }
                answer
            }
            Err(fault) => {
                let text = format!("The key file cannot be written: {fault}");
                refused(StatusCode::INTERNAL_SERVER_ERROR, "server_error", &text)
            }
        }
    }
}

impl Endpoint for Agent {
    fn path(&self) -> &'static str {
        PATH
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        vec![("IDENTITY_ENDPOINT", format!("{url}{PATH}")), ("IMDS_ENDPOINT", url.to_owned())]
    }

    fn secret_header(&self) -> Option<&'static str> {
        Some(SECRET_HEADER)
    }

    fn key_folder(&self) -> Option<&Path> {
        Some(self.keys.folder())
    }

    fn ask<'a>(&'a self, call: &Call, options: &'a Options) -> Result<Ask<'a>, Refused> {
        if call.head.method != Method::GET {
            return Err(
                refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Only GET is allowed").into()
            );
        }
        if !has_metadata_header(&call.head) {
            return Err(bad("Required metadata header not specified").into());
        }
        let query = call.query().map_err(|Duplicate(name)| bad(&format!("'{name}' is given twice")))?;
        if !versions::know_identities(&query) {
            return Err(bad("The api-version is missing or not supported").into());
        }
        let resource = query.filled("resource").ok_or_else(|| bad("The resource is missing"))?;
        let Some(authorization) = call.header(SECRET_HEADER) else { return Err(self.challenge().into()) };
        if !authorization.strip_prefix(SCHEME).is_some_and(|key| self.keys.open_with(key)) {
            return Err(unauthorized("The key is wrong or was used before").into());
        }
        let selector = self
            .select(&query)
            .map_err(|TwoSelectors| bad("The parameters that name an identity exclude each other"))?;
        let identity = find_own(options.system.as_ref(), &options.user, &selector).ok_or_else(|| {
            refused(
                StatusCode::NOT_FOUND,
                "identity_not_found",
                "The identity is not assigned to this machine",
            )
        })?;
        Ok(Ask { identity, selector, resource: resource.to_owned() })
    }

    /// With the id that was asked for, by which a client tells an agent that heeded it.
    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        let mut body = json!({
            "access_token": token.text,
            "expires_in": token.seconds_left.to_string(),
            "expires_on": token.expires_on.to_string(),
            "not_before": token.not_before.to_string(),
            "resource": ask.resource,
            "token_type": "Bearer",
        });
        match &ask.selector {
            Selector::None => {}
            Selector::ClientId(id) | Selector::ObjectId(id) | Selector::ResourceId(id) => {
                body[ask.selector.name()] = Value::from(id.as_str());
            }
        }
        answers::json(StatusCode::OK, body.to_string())
    }
}

fn bad(description: &str) -> Plain {
    refused(StatusCode::BAD_REQUEST, "invalid_request", description)
}

fn unauthorized(description: &str) -> Plain {
    refused(StatusCode::UNAUTHORIZED, "unauthorized_client", description)
}

fn refused(status: StatusCode, error: &str, description: &str) -> Plain {
    let body = json!({ "error": error, "error_description": description, "error_codes": [status.as_u16()] });
    answers::json(status, body.to_string())
}
