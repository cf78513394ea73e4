//! Refusals in the envelope of Azure Resource Manager, which the data planes share.

use hyper::StatusCode;
use imds_sim::answers::{self, Plain, Refused};
use serde_json::{Value, json};

/// What a route answers; a refusal leaves it at once.
pub(crate) type Outcome = Result<Plain, Refused>;

pub(crate) fn ok(body: &Value) -> Plain {
    with_status(StatusCode::OK, body)
}

pub(crate) fn with_status(status: StatusCode, body: &Value) -> Plain {
    answers::json(status, body.to_string())
}

pub(crate) fn envelope(status: StatusCode, code: &str, message: &str) -> Plain {
    with_status(status, &json!({ "error": { "code": code, "message": message } }))
}

pub(crate) fn refuse(status: StatusCode, code: &str, message: &str) -> Refused {
    Box::new(envelope(status, code, message))
}

pub(crate) fn bad_request(code: &str, message: &str) -> Refused {
    refuse(StatusCode::BAD_REQUEST, code, message)
}

pub(crate) fn not_found(code: &str, message: &str) -> Refused {
    refuse(StatusCode::NOT_FOUND, code, message)
}

pub(crate) fn wrong_method(method: &hyper::Method) -> Refused {
    let text = format!("The requested resource does not support http method '{method}'.");
    refuse(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedRequestMethod", &text)
}

/// A path that no route serves.
pub(crate) fn no_route(path: &str) -> Refused {
    not_found("InvalidResourceType", &format!("The path '{path}' is not one that the simulator serves."))
}
