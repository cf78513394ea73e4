//! App Service, Functions and Container Apps: protocol 2019-08-01, open to whoever knows the secret in the environment.
//! The body of the 401 is made up; the others are as seen.
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>

use hyper::{Method, StatusCode};
use serde_json::json;

use crate::answers::{self, Plain, Refused};
use crate::ask::Ask;
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::identities::find_own;
use crate::options::Options;
use crate::query::Duplicate;
use crate::random;
use crate::selectors::{Selector, Spelling, TwoSelectors};
use crate::token::Token;

pub(super) const SECRET_HEADER: &str = "x-identity-header";

pub(super) const SELECTORS: [Spelling; 4] = [
    ("client_id", Selector::ClientId),
    ("principal_id", Selector::ObjectId),
    ("object_id", Selector::ObjectId),
    ("mi_res_id", Selector::ResourceId),
];

const VERSION: &str = "2019-08-01";

const PATH: &str = "/msi/token";

pub(super) struct AppService {
    secret: String,
}

impl AppService {
    pub(super) fn new() -> Self {
        Self { secret: random::guid() }
    }
}

impl Endpoint for AppService {
    fn path(&self) -> &'static str {
        PATH
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        vec![("IDENTITY_ENDPOINT", format!("{url}{PATH}")), ("IDENTITY_HEADER", self.secret.clone())]
    }

    fn secret_header(&self) -> Option<&'static str> {
        Some(SECRET_HEADER)
    }

    fn ask<'a>(&'a self, call: &Call, options: &'a Options) -> Result<Ask<'a>, Refused> {
        if call.header(SECRET_HEADER) != Some(&self.secret) {
            return Err(
                refused(StatusCode::UNAUTHORIZED, "The X-IDENTITY-HEADER is missing or wrong.").into()
            );
        }
        if call.head.method != Method::GET {
            return Err(refused(StatusCode::METHOD_NOT_ALLOWED, "Only GET is allowed.").into());
        }
        let query = call.query().map_err(|Duplicate(name)| bad(&format!("'{name}' is given twice.")))?;
        if query.get("api-version") != Some(VERSION) {
            return Err(bad("The api-version is missing or not supported.").into());
        }
        let resource = query.filled("resource").ok_or_else(|| bad("The resource is missing."))?;
        let selector = Selector::of(&query, &SELECTORS)
            .map_err(|TwoSelectors| bad("The parameters that name an identity exclude each other."))?;
        let identity = find_own(options.system.as_ref(), &options.user, &selector).ok_or_else(|| {
            bad("No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId")
        })?;
        Ok(Ask { identity, selector, resource: resource.to_owned() })
    }

    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        success(ask, token)
    }

    /// A resource that nobody knows shows as vaguely as here, spelling included.
    fn unknown_resource(&self, _resource: &str, _tenant_id: &str, _now: i64) -> Plain {
        let body = json!({
            "statusCode": 500,
            "message": "An unexpected error occured while fetching the AAD Token.",
            "correlationId": random::guid(),
        });
        answers::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
    }
}

/// Texts only, and no `expires_in`.
pub(super) fn success(ask: &Ask<'_>, token: &Token) -> Plain {
    let body = json!({
        "access_token": token.text,
        "client_id": ask.identity.client_id,
        "expires_on": token.expires_on.to_string(),
        "resource": ask.resource,
        "token_type": "Bearer",
    });
    answers::json(StatusCode::OK, body.to_string())
}

fn bad(message: &str) -> Plain {
    refused(StatusCode::BAD_REQUEST, message)
}

fn refused(status: StatusCode, message: &str) -> Plain {
    let body = json!({ "StatusCode": status.as_u16(), "Message": message, "CorrelationId": random::guid() });
    answers::json(status, body.to_string())
}
