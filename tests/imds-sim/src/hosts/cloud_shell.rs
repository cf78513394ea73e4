//! Cloud Shell: a form, no version, no identity to name, for the token is that of the person signed in. That another
//! method is 405, and that an id is refused, are assumptions.
//! <https://learn.microsoft.com/azure/cloud-shell/msi-authorization>

use hyper::{Method, StatusCode};
use serde_json::json;

use crate::answers::{self, Plain, Refused};
use crate::ask::{Ask, has_metadata_header};
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::identities::Identity;
use crate::options::Options;
use crate::query::Duplicate;
use crate::selectors::Selector;
use crate::token::Token;

const PATH: &str = "/oauth2/token";

/// What a token may be for.
const AUDIENCES: [&str; 8] = [
    "https://management.core.windows.net/",
    "https://management.azure.com/",
    "https://graph.windows.net/",
    "https://graph.microsoft.com/",
    "https://vault.azure.net",
    "https://storage.azure.com/",
    "https://datalake.azure.net/",
    "https://batch.core.windows.net/",
];

/// Names of identities elsewhere.
const IDS: [&str; 6] = ["client_id", "clientid", "object_id", "principal_id", "msi_res_id", "mi_res_id"];

pub(super) struct CloudShell {
    person: Identity,
}

impl CloudShell {
    pub(super) fn new() -> Self {
        Self { person: Identity::person() }
    }
}

impl Endpoint for CloudShell {
    fn path(&self) -> &'static str {
        PATH
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        vec![("MSI_ENDPOINT", format!("{url}{PATH}"))]
    }

    fn ask<'a>(&'a self, call: &Call, _options: &'a Options) -> Result<Ask<'a>, Refused> {
        if call.head.method != Method::POST {
            let text = "The method is not allowed";
            return Err(refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", text).into());
        }
        if !has_metadata_header(&call.head) {
            return Err(bad("bad_request_102", "Required metadata header not specified").into());
        }
        let form = call.form().map_err(|Duplicate(name)| {
            bad("invalid_request", &format!("Parameter '{name}' is duplicated"))
        })?;
        let resource = form
            .filled("resource")
            .ok_or_else(|| bad("invalid_request", "Required audience parameter not specified"))?;
        if let Some(id) = IDS.iter().find(|name| form.get(name).is_some()) {
            return Err(bad("invalid_request", &format!("Parameter '{id}' is not supported")).into());
        }
        if !is_audience(resource) {
            return Err(not_supported(resource).into());
        }
        Ok(Ask { identity: &self.person, selector: Selector::None, resource: resource.to_owned() })
    }

    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        let body = json!({
            "access_token": token.text,
            "expires_on": token.expires_on.to_string(),
            "resource": ask.resource,
            "token_type": "Bearer",
        });
        answers::json(StatusCode::OK, body.to_string())
    }

    fn unknown_resource(&self, resource: &str, _tenant_id: &str, _now: i64) -> Plain {
        not_supported(resource)
    }
}

/// With or without the slash at the end.
fn is_audience(resource: &str) -> bool {
    let bare = |text: &'static str| text.trim_end_matches('/');
    AUDIENCES
        .iter()
        .any(|known| resource == *known || resource.strip_suffix('/').unwrap_or(resource) == bare(known))
}

/// Without a blank between the sentences, as seen.
fn not_supported(resource: &str) -> Plain {
    let audiences = AUDIENCES.join(",");
    bad(
        "AudienceNotSupported",
        &format!("Audience {resource} is not a supported MSI token audience.Supported audiences:{audiences}"),
    )
}

fn bad(code: &str, message: &str) -> Plain {
    refused(StatusCode::BAD_REQUEST, code, message)
}

fn refused(status: StatusCode, code: &str, message: &str) -> Plain {
    answers::json(status, json!({ "error": { "code": code, "message": message } }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_known_with_and_without_its_slash() {
        for known in
            ["https://management.azure.com/", "https://management.azure.com", "https://vault.azure.net/"]
        {
            assert!(is_audience(known), "{known}");
        }
        for other in ["https://management.azure.com//", "https://example.com/", "management.azure.com", ""] {
            assert!(!is_audience(other), "{other}");
        }
    }
}
