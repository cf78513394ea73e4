//! A cloud job of Azure Automation: to whoever looks at the environment it is App Service, and it takes App Service's
//! requests; its own have no version and may be a form. The secret's refusal is made up; the others are as seen.
//! <https://learn.microsoft.com/azure/automation/enable-managed-identity-for-automation>

use hyper::{Method, StatusCode};
use serde_json::json;

use super::app_service::{self, SECRET_HEADER, SELECTORS};
use crate::answers::{self, Plain, Refused};
use crate::ask::Ask;
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::identities::find_own;
use crate::options::Options;
use crate::query::Duplicate;
use crate::random;
use crate::selectors::{Selector, TwoSelectors};
use crate::token::Token;

const PATH: &str = "/oauth2/token";

const ACCOUNT: &str = "simulated";

pub(super) struct Automation {
    secret: String,
}

impl Automation {
    pub(super) fn new() -> Self {
        Self { secret: random::guid() }
    }
}

impl Endpoint for Automation {
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
        // Its own samples write `True`.
        if !call.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Err(bad("The Metadata header is missing.").into());
        }
        let parameters = match call.head.method {
            Method::GET => call.query(),
            Method::POST => call.form(),
            _ => return Err(refused(StatusCode::METHOD_NOT_ALLOWED, "Only GET and POST are allowed.").into()),
        };
        let parameters = parameters.map_err(|Duplicate(name)| bad(&format!("'{name}' is given twice.")))?;
        let resource = parameters.filled("resource").ok_or_else(|| bad("The resource is missing."))?;
        let selector = Selector::of(&parameters, &SELECTORS)
            .map_err(|TwoSelectors| bad("The parameters that name an identity exclude each other."))?;
        let identity = find_own(options.system.as_ref(), &options.user, &selector).ok_or_else(|| {
            let is_ambiguous = selector == Selector::None && !options.user.is_empty();
            if is_ambiguous { no_token() } else { no_identity() }
        })?;
        Ok(Ask { identity, selector, resource: resource.to_owned() })
    }

    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        app_service::success(ask, token)
    }

    fn unknown_resource(&self, _resource: &str, _tenant_id: &str, _now: i64) -> Plain {
        no_token()
    }
}

fn no_identity() -> Plain {
    bad(&format!("No managed identity was found for Automation account {ACCOUNT}"))
}

/// What an account with user-assigned identities alone says to a request that names none.
fn no_token() -> Plain {
    bad(&format!("Failed to get MSI token for account {ACCOUNT}"))
}

fn bad(message: &str) -> Plain {
    refused(StatusCode::BAD_REQUEST, message)
}

fn refused(status: StatusCode, message: &str) -> Plain {
    answers::json(status, json!({ "Message": message }).to_string())
}
