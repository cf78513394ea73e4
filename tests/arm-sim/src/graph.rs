//! Microsoft Graph, as much of it as shows who asks and how its listings go on.

use imds_sim::TENANT_ID;
use serde_json::json;

use crate::call::Call;
use crate::errors::{Outcome, no_route, ok, wrong_method};
use crate::pages::page;
use crate::settings::Settings;

const NEXT_LINK: &str = "@odata.nextLink";

/// Enough for pages, where a real tenant has one.
const ORGANIZATIONS: usize = 3;

pub(crate) fn answer(settings: &mut Settings, call: &Call, what: &str) -> Outcome {
    if !call.wants("GET") {
        return Err(wrong_method(&call.head.method));
    }
    match what {
        "me" => {
            let id = call.bearer.as_ref().map(|bearer| bearer.claims.object_id.as_str());
            Ok(ok(&json!({
                "@odata.context": format!("{}/v1.0/$metadata#users/$entity", call.origin.url()),
                "id": id,
                "displayName": "Simulated",
                "userPrincipalName": "simulated@simulated.example",
            })))
        }
        "organization" => page(settings, call, NEXT_LINK, ORGANIZATIONS, |range| {
            range
                .map(|nth| {
                    json!({
                        "id": format!("{}{:012}", &TENANT_ID[..24], nth + 1),
                        "displayName": format!("Simulated {}", nth + 1),
                    })
                })
                .collect()
        }),
        _ => Err(no_route(call.head.uri.path())),
    }
}
