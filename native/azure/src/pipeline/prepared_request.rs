//! One request ready to send, without the token: URL, headers, body.

use std::path::Path;
use std::time::{Duration, SystemTime};

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, HOST,
    PROXY_AUTHORIZATION, RANGE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use tollgate_core::Clock;
use tollgate_http::CloudRequestBody;
use url::Url;
use uuid::Builder;

use crate::error::Error;
use crate::request::{Method, RestBody, RestRequest};
use crate::trust;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const STORAGE_VERSION: HeaderName = HeaderName::from_static("x-ms-version");
const STORAGE_DATE: HeaderName = HeaderName::from_static("x-ms-date");

/// Headers that only the connection or the token determines.
const RESERVED_HEADERS: [HeaderName; 11] = [
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    EXPECT,
    HOST,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// A request ready to send, without the token.
pub(crate) struct PreparedRequest {
    pub(crate) method: Method,
    pub(crate) url: Url,
    headers: HeaderMap,
    body: RestBody,
}

impl PreparedRequest {
    /// Prepares a user's request.
    pub(crate) fn new(
        request: &RestRequest,
        url: Url,
        audience: &str,
        clock: &dyn Clock,
    ) -> Result<Self, Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let (name, value) = parse_header(name, value)?;
            headers.append(name, value);
        }
        let content_type = match (&request.content_type, &request.body) {
            (Some(content_type), _) => Some(content_type.as_str()),
            (None, RestBody::Text(_)) if !headers.contains_key(CONTENT_TYPE) => Some("application/json"),
            _ => None,
        };
        if let Some(content_type) = content_type {
            let value = HeaderValue::from_str(content_type).map_err(|_| Error::InvalidArgument {
                field: "ContentType",
                fault: "cannot stand in a header line".to_owned(),
            })?;
            headers.insert(CONTENT_TYPE, value);
        }
        if request.out_file.is_none() {
            headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        }
        if trust::is_storage(audience) {
            headers.entry(STORAGE_VERSION).or_insert(HeaderValue::from_static("2021-12-02"));
            if let Some(date) = date(clock) {
                headers.entry(STORAGE_DATE).or_insert(date);
            }
        }
        set_client_request_id(&mut headers);
        Ok(Self { method: request.method, url, headers, body: request.body.clone() })
    }

    /// A GET of a URL.
    pub(crate) fn get(url: Url) -> Self {
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        set_client_request_id(&mut headers);
        Self { method: Method::Get, url, headers, body: RestBody::None }
    }

    /// Whether the user names the accepted encodings, and so takes a body as it is encoded.
    pub(crate) fn names_encoding(&self) -> bool {
        self.headers.contains_key(ACCEPT_ENCODING)
    }

    /// The headers with the token.
    pub(crate) fn headers_with_token(&self, token: &str) -> Result<HeaderMap, Error> {
        let bearer = zeroize::Zeroizing::new(format!("Bearer {token}"));
        let mut value = HeaderValue::from_str(&bearer).map_err(|_| Error::MalformedResponse {
            endpoint: "the token service".to_owned(),
            fault: "its token cannot stand in a header line".to_owned(),
        })?;
        value.set_sensitive(true);
        let mut headers = self.headers.clone();
        headers.insert(AUTHORIZATION, value);
        Ok(headers)
    }

    /// The headers for another origin: nothing that identifies the caller, or that the user meant for Azure alone.
    pub(crate) fn cross_origin_headers(&self) -> HeaderMap {
        let kept = [ACCEPT, RANGE]
            .into_iter()
            .filter_map(|name| Some((name.clone(), self.headers.get(name)?.clone())));
        kept.collect()
    }

    /// The body; a file is opened again for each attempt.
    pub(crate) async fn open_body(&self) -> Result<CloudRequestBody, Error> {
        match &self.body {
            RestBody::None => Ok(CloudRequestBody::None),
            RestBody::Text(text) => Ok(CloudRequestBody::Bytes(text.clone())),
            RestBody::File(path) => open(path).await.map_err(|error| Error::InvalidArgument {
                field: "InFile",
                fault: format!("'{}' cannot be read: {error}", path.display()),
            }),
        }
    }
}

async fn open(path: &Path) -> std::io::Result<CloudRequestBody> {
    let file = tokio::fs::File::open(path).await?;
    let metadata = file.metadata().await?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is no plain file"));
    }
    Ok(CloudRequestBody::File { length: metadata.len(), file })
}

fn parse_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let fault = |fault: String| Error::InvalidArgument { field: "Headers", fault };
    let known = HeaderName::try_from(name.trim())
        .map_err(|_| fault(format!("'{name}' is no name of a header line")))?;
    if RESERVED_HEADERS.contains(&known) {
        return Err(fault(format!("'{known}' cannot be named here: Tollgate sets it itself")));
    }
    // A value may be a secret, so it is not shown.
    let value = HeaderValue::try_from(value)
        .map_err(|_| fault(format!("the value of {known} cannot stand in a header line")))?;
    Ok((known, value))
}

/// The id by which Azure's support finds the request; one for all its attempts.
fn set_client_request_id(headers: &mut HeaderMap) {
    let id = Builder::from_random_bytes(fastrand::u128(..).to_be_bytes()).into_uuid();
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        headers.entry(REQUEST_ID).or_insert(value);
    }
}

fn date(clock: &dyn Clock) -> Option<HeaderValue> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(clock.unix_now()).ok()?);
    HeaderValue::try_from(httpdate::fmt_http_date(now)).ok()
}

#[cfg(test)]
mod tests;
