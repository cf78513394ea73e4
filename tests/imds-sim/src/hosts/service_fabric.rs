//! Service Fabric: TLS with a certificate known by its thumbprint, a secret, and 30 requests in ten seconds. Of the
//! statuses only 404, 429 and 500 are documented; what is called a 4xx there is 400 here.
//! <https://learn.microsoft.com/azure/service-fabric/how-to-managed-identity-service-fabric-app-code>

use std::io;
use std::time::Duration;

use hyper::{Method, StatusCode};
use serde_json::json;

use crate::answers::{self, Plain, Refused};
use crate::ask::Ask;
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::identities::find;
use crate::options::Options;
use crate::query::Duplicate;
use crate::random;
use crate::selectors::Selector;
use crate::tls::Tls;
use crate::token::Token;

const SECRET_HEADER: &str = "secret";

const FIRST_VERSION: &str = "2019-07-01-preview";

/// Knows `principalId`.
const SECOND_VERSION: &str = "2020-05-01";

const PATH: &str = "/metadata/identity/oauth2/token";

pub(super) struct ServiceFabric {
    secret: String,
    tls: Tls,
}

impl ServiceFabric {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { secret: random::guid(), tls: Tls::new()? })
    }
}

impl Endpoint for ServiceFabric {
    fn path(&self) -> &'static str {
        PATH
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        vec![
            ("IDENTITY_ENDPOINT", format!("{url}{PATH}")),
            ("IDENTITY_HEADER", self.secret.clone()),
            ("IDENTITY_SERVER_THUMBPRINT", self.tls.thumbprint.clone()),
        ]
    }

    fn secret_header(&self) -> Option<&'static str> {
        Some(SECRET_HEADER)
    }

    fn tls(&self) -> Option<&Tls> {
        Some(&self.tls)
    }

    fn ask<'a>(&'a self, call: &Call, options: &'a Options) -> Result<Ask<'a>, Refused> {
        match call.header(SECRET_HEADER) {
            None => {
                return Err(bad("SecretHeaderNotFound", "Secret is not found in the request headers.").into());
            }
            Some(secret) if secret != self.secret => return Err(no_identity().into()),
            Some(_) => {}
        }
        if call.head.method != Method::GET {
            let text = "The method is not allowed.";
            return Err(refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", text).into());
        }
        let query = call.query().map_err(|Duplicate(name)| {
            bad("InvalidParameter", &format!("The parameter '{name}' is given more than once."))
        })?;
        let version = query.get("api-version").unwrap_or_default();
        if ![FIRST_VERSION, SECOND_VERSION].contains(&version) {
            let text = format!(
                "The api-version '{version}' is not supported. Supported version is '{FIRST_VERSION}'."
            );
            return Err(bad("InvalidApiVersion", &text).into());
        }
        let resource = query.filled("resource").ok_or_else(|| {
            bad("ArgumentNullOrEmpty", "The parameter 'resource' should not be null or empty string.")
        })?;
        let selector = match query.get("principalId") {
            Some(id) if version == SECOND_VERSION => Selector::ObjectId(id.to_owned()),
            _ => Selector::None,
        };
        let identity = find(options.system.as_ref(), &options.user, &selector).map_err(|_| no_identity())?;
        Ok(Ask { identity, selector, resource: resource.to_owned() })
    }

    /// The expiry is a number, alone among all hosts.
    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        let body = json!({
            "access_token": token.text,
            "expires_on": token.expires_on,
            "resource": ask.resource,
            "token_type": "Bearer",
        });
        answers::json(StatusCode::OK, body.to_string())
    }

    fn throttled(&self, wait: Duration) -> Plain {
        let seconds = answers::whole_seconds(wait);
        let text = format!(
            "The request was throttled locally; the service allows 30 requests per 10s; retry after {seconds}s."
        );
        answers::text(StatusCode::TOO_MANY_REQUESTS, text)
    }

    fn unknown_resource(&self, _resource: &str, _tenant_id: &str, _now: i64) -> Plain {
        refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", "An error occurred.")
    }
}

fn no_identity() -> Plain {
    refused(
        StatusCode::NOT_FOUND,
        "ManagedIdentityNotFound",
        "Managed identity not found for the specified application host.",
    )
}

fn bad(code: &str, message: &str) -> Plain {
    refused(StatusCode::BAD_REQUEST, code, message)
}

fn refused(status: StatusCode, code: &str, message: &str) -> Plain {
    let body = json!({ "error": { "correlationId": random::guid(), "code": code, "message": message } });
    answers::json(status, body.to_string())
}
