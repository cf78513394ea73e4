//! Listings page by page, with a link to the next that a client follows as it is.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use imds_sim::answers::Refused;
use serde_json::{Value, json};

use crate::call::Call;
use crate::errors::{Outcome, bad_request, ok};
use crate::settings::Settings;

/// What Azure Resource Manager calls the link.
pub(crate) const NEXT_LINK: &str = "nextLink";

/// The page that the request asks for, of a listing of which no more is made than that.
pub(crate) fn page(
    settings: &mut Settings,
    call: &Call,
    link: &str,
    total: usize,
    items: impl FnOnce(Range<usize>) -> Vec<Value>,
) -> Outcome {
    let start = start(call)?;
    let size = match call.query.filled("$top") {
        None => settings.page_size,
        Some(text) => {
            let text: usize = text
                .parse()
                .map_err(|_| bad_request("InvalidTopQueryParameter", "The $top is no number."))?;
            text.min(settings.page_size)
        }
    };
    let end = start.saturating_add(size.max(1)).min(total);
    let mut body = json!({ "value": items(start.min(end)..end) });
    if end < total {
        let origin = settings.next_link_origin.take().unwrap_or_else(|| call.origin.url());
        body[link] = Value::String(format!("{origin}{}?{}", call.head.uri.path(), query(call, end)));
    }
    Ok(ok(&body))
}

fn start(call: &Call) -> Result<usize, Refused> {
    let Some(token) = call.query.filled("$skiptoken") else { return Ok(0) };
    let decoded = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| bad_request("InvalidSkipToken", "The $skiptoken is none that was given out."))
}

/// The query as it was sent, but for its place in the listing.
fn query(call: &Call, next: usize) -> String {
    let place = format!("%24skiptoken={}", URL_SAFE_NO_PAD.encode(next.to_string()));
    let sent = call.head.uri.query().unwrap_or_default();
    let mut parts: Vec<&str> = sent.split('&').filter(|part| !is_place(part)).collect();
    parts.push(&place);
    parts.join("&")
}

fn is_place(part: &str) -> bool {
    let name = part.split('=').next().unwrap_or_default();
    part.is_empty() || name == "$skiptoken" || name.eq_ignore_ascii_case("%24skiptoken")
}
