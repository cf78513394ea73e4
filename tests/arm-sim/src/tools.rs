//! What no service has and tests of a client need: downloads, redirects, and an answer that says what was asked.

use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use imds_sim::answers::{Plain, Refused, empty, set};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::errors::{Outcome, bad_request, ok};
use crate::pattern::Pattern;

/// So many bytes, or half of them and then the end of the connection.
pub(crate) fn download(length: &str, cut: bool) -> Result<Answer, Refused> {
    let length = length.parse().map_err(|_| bad_request("InvalidLength", "The length is no number."))?;
    let pattern = if cut { Pattern::cut(length) } else { Pattern::whole(length) };
    let mut answer = Response::new(pattern.into_body());
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Ok(answer)
}

/// Sends to wherever `to` says.
pub(crate) fn redirect(call: &Call, status: &str) -> Outcome {
    let status = StatusCode::from_bytes(status.as_bytes()).ok().filter(StatusCode::is_redirection);
    match (status, call.query.filled("to")) {
        (Some(status), Some(to)) => {
            let mut answer: Plain = empty(status);
            set(&mut answer, LOCATION, to);
            Ok(answer)
        }
        _ => Err(bad_request("InvalidRedirect", "A redirect is /redirect/{status}?to=URL.")),
    }
}

/// What was asked, without the token.
pub(crate) fn echo(call: &Call) -> Plain {
    let mut headers = Map::new();
    for name in call.head.headers.keys().filter(|name| **name != AUTHORIZATION) {
        let values: Vec<_> = call.head.headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        headers.insert(
            name.to_string(),
            Value::String(String::from_utf8_lossy(&values.join(&b", "[..])).into()),
        );
    }
    ok(&json!({
        "method": call.head.method.as_str(),
        "path": call.head.uri.path(),
        "query": call.head.uri.query(),
        "headers": headers,
        "authorization": call.head.headers.contains_key(AUTHORIZATION),
        "contentType": call.header(CONTENT_TYPE.as_str()),
        "length": call.upload.length,
        "sha256": call.upload.sha256,
    }))
}
