//! Blob storage: a blob of the chosen length at every path of two parts or more.

use hyper::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LAST_MODIFIED};
use hyper::{Response, StatusCode};
use imds_sim::answers::{self, Refused};

use crate::answer::Answer;
use crate::call::Call;
use crate::pattern::Pattern;
use crate::settings::Settings;

const VERSION: &str = "x-ms-version";

pub(crate) fn answer(settings: &Settings, call: &Call) -> Result<Answer, Refused> {
    let Some(version) = call.header(VERSION) else {
        let text = "An HTTP header that's mandatory for this request is not specified.";
        return Err(refuse(StatusCode::BAD_REQUEST, "MissingRequiredHeader", text));
    };
    if call.segments.len() < 2 {
        return Err(refuse(
            StatusCode::BAD_REQUEST,
            "InvalidUri",
            "The requested URI does not represent any resource.",
        ));
    }
    // What a HEAD would answer is cut off on its way out.
    if !call.wants("GET") && !call.wants("HEAD") {
        let text = "The resource doesn't support specified Http Verb.";
        return Err(refuse(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedHttpVerb", text));
    }
    let mut answer = Response::new(Pattern::whole(settings.blob_bytes).into_body());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(ETAG, HeaderValue::from_static("\"0x8DC69B6F5A3C000\""));
    headers.insert(LAST_MODIFIED, HeaderValue::from_static("Wed, 01 May 2024 08:00:00 GMT"));
    headers.insert("x-ms-blob-type", HeaderValue::from_static("BlockBlob"));
    if let Ok(version) = version.parse() {
        headers.insert(HeaderName::from_static(VERSION), version);
    }
    Ok(answer)
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Refused {
    Box::new(xml(status, code, message))
}

/// An error in storage's own form.
pub(crate) fn xml(status: StatusCode, code: &str, message: &str) -> answers::Plain {
    let body = format!(
        r#"<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"#
    );
    let mut answer = answers::text(status, body);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    answers::set(&mut answer, HeaderName::from_static("x-ms-error-code"), code);
    answer
}
