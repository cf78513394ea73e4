//! Key Vault: a secret for every name.

use imds_sim::random;
use serde_json::json;

use crate::call::Call;
use crate::errors::{Outcome, bad_request, no_route, ok, wrong_method};

pub(crate) fn answer(call: &Call) -> Outcome {
    if call.query.filled("api-version").is_none() {
        return Err(bad_request("BadParameter", "The request URI does not contain api-version."));
    }
    if !call.wants("GET") {
        return Err(wrong_method(&call.head.method));
    }
    let path: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let (name, version) = match path.as_slice() {
        [_, name] => (name, random::guid().replace('-', "")),
        [_, name, version] => (name, (*version).to_owned()),
        _ => return Err(no_route(call.head.uri.path())),
    };
    Ok(ok(&json!({
        "value": format!("simulated-{name}"),
        "id": format!("{}/secrets/{name}/{version}", call.origin.url()),
        "attributes": {
            "enabled": true,
            "created": 1_714_550_400,
            "updated": 1_714_550_400,
            "recoveryLevel": "Recoverable+Purgeable",
            "recoverableDays": 90,
        },
    })))
}
