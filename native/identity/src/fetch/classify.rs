//! Classifies a response or a transport error: which error it is, and whether a retry may help.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, SERVER};
use tollgate_core::Clock;
use tollgate_http::{MetadataRequest, MetadataResponse, MetadataTransportError};

use crate::cache_key::CacheKey;
use crate::error::Error;
use crate::fetch::retry::RetryClass;
use crate::service_error::ServiceError;
use crate::source::{Source, imds};
use crate::token::AccessToken;
use crate::token::token_response;

/// An attempt that returned no token.
#[derive(Debug)]
pub(crate) struct FailedAttempt {
    pub(crate) error: Error,
    pub(crate) class: RetryClass,
    pub(crate) retry_after: Option<Duration>,
}

impl FailedAttempt {
    pub(crate) fn permanent(error: Error) -> Box<Self> {
        Box::new(Self { error, class: RetryClass::Permanent, retry_after: None })
    }
}

/// Phrases, in lower case, in the services' errors for an unknown identity.
const IDENTITY_NOT_FOUND_MARKERS: [&str; 10] = [
    "identity not found",
    "identity_not_found",
    "managedidentitynotfound",
    "multiple user assigned identities exist",
    "no msi found",
    "no managed identity found",
    "no managed identity was found",
    "no user assigned or delegated managed identity found",
    "no azure identity found",
    // Automation, when no identity is named and there are only user-assigned ones.
    "failed to get msi token for account",
];

/// Classifies a response. `attempts` includes this one; secrets of the request that the service repeats are redacted.
pub(crate) fn classify_response(
    source: &dyn Source,
    key: &CacheKey,
    request: &MetadataRequest,
    response: &MetadataResponse,
    attempts: u32,
    clock: &dyn Clock,
) -> Result<AccessToken, Box<FailedAttempt>> {
    let endpoint = || source.endpoint().to_string();
    let body = response.body.as_bytes();
    if (200..300).contains(&response.status) {
        let token = token_response::parse(body, &key.resource, clock).map_err(|fault| {
            FailedAttempt::permanent(Error::MalformedResponse { endpoint: endpoint(), fault })
        })?;
        if source.confirms_identity(&key.selector, body) {
            return Ok(token.with_service_time(server_date(&response.headers), clock.unix_now()));
        }
        return Err(FailedAttempt::permanent(wrong_identity(source, key, response.status)));
    }
    let retry_after = tollgate_http::retry_after(&response.headers, clock);
    let service_error = ServiceError::parse(response.status, body, retry_after, &secrets(request));
    if let Some(fault) = detect_foreign_service(source, &response.headers, &service_error) {
        return Err(FailedAttempt::permanent(no_source(source, fault, true)));
    }
    let unavailable = |service_error| Error::ServiceUnavailable { answer: service_error, attempts };
    let (error, class) = match response.status {
        300..400 => {
            let fault = format!(
                "it answers with a redirect (HTTP {}), which the service never does",
                response.status
            );
            (Error::EndpointNotTrusted { endpoint: endpoint(), fault }, RetryClass::Permanent)
        }
        _ if IDENTITY_NOT_FOUND_MARKERS.iter().any(|words| service_error.mentions(words)) => (
            Error::IdentityNotFound { identity: key.selector.to_string(), answer: service_error },
            RetryClass::Permanent,
        ),
        // The caller fills in `waiting` from the gate.
        429 => (Error::Throttled { answer: service_error, attempts, waiting: 0 }, RetryClass::Throttled),
        410 => (unavailable(service_error), RetryClass::Gone),
        404 => (unavailable(service_error), RetryClass::NotFound),
        408 | 500..600 => (unavailable(explain_gateway(service_error)), RetryClass::Unavailable),
        status if token_response::is_html(body) => {
            let fault = format!("a web page answered with HTTP {status}; a proxy may stand in between");
            (Error::MalformedResponse { endpoint: endpoint(), fault }, RetryClass::Permanent)
        }
        _ => (Error::Refused { answer: service_error }, RetryClass::Permanent),
    };
    Err(Box::new(FailedAttempt { error, class, retry_after }))
}

/// The secret values in the request's headers.
fn secrets(request: &MetadataRequest) -> Vec<&str> {
    let sensitive = request.headers.values().filter(|value| value.is_sensitive());
    // After a scheme, as in `Basic secret`, the service may repeat the secret alone.
    sensitive.filter_map(|value| value.to_str().ok()?.rsplit(' ').next()).collect()
}

/// Classifies a request without a response.
pub(crate) fn classify_transport_error(
    source: &dyn Source,
    error: &MetadataTransportError,
    attempts: u32,
) -> Box<FailedAttempt> {
    let endpoint = source.endpoint().to_string();
    let fault = error.to_string();
    let unavailable = |fault: String| {
        let answer = ServiceError { message: Some(fault), ..ServiceError::default() };
        Error::ServiceUnavailable { answer, attempts }
    };
    let (error, class) = match error {
        MetadataTransportError::Connect(_) => match source.configured_by() {
            Some(source_name) => (
                Error::EndpointUnreachable { endpoint, source_name, fault, attempts },
                RetryClass::ConnectFailed,
            ),
            None => (no_source(source, fault, false), RetryClass::ConnectFailed),
        },
        MetadataTransportError::ResponseTimeout(_) | MetadataTransportError::ConnectionClosed => {
            (unavailable(fault), RetryClass::ConnectionLost)
        }
        MetadataTransportError::IncompleteBody => {
            (Error::MalformedResponse { endpoint, fault }, RetryClass::ConnectionLost)
        }
        MetadataTransportError::BodyTooLarge(_) | MetadataTransportError::InvalidHttp => {
            (Error::MalformedResponse { endpoint, fault }, RetryClass::Permanent)
        }
        MetadataTransportError::Tls(_) => {
            (Error::EndpointNotTrusted { endpoint, fault }, RetryClass::Permanent)
        }
    };
    Box::new(FailedAttempt { error, class, retry_after: None })
}

fn no_source(source: &dyn Source, fault: String, answered: bool) -> Error {
    let tried = vec![format!("{} at {}", source.kind().name, source.endpoint())];
    Error::NoSource { tried, fault, answered }
}

/// A token for another identity is discarded: a script must not continue as an identity that it did not name.
fn wrong_identity(source: &dyn Source, key: &CacheKey, status: u16) -> Error {
    let text = format!(
        "{} gave a token without saying that it is this identity's; an agent that does not know user-assigned identities answers for the machine's own",
        source.kind().name
    );
    let answer = ServiceError { status, message: Some(text), ..ServiceError::default() };
    Error::IdentityNotFound { identity: key.selector.to_string(), answer }
}

/// Recognizes other software at 169.254.169.254 (EC2 IMDS, a container host): the error is then `NoSource`.
fn detect_foreign_service(
    source: &dyn Source,
    headers: &HeaderMap,
    service_error: &ServiceError,
) -> Option<String> {
    if !std::ptr::eq(source.kind(), &raw const imds::KIND) {
        return None;
    }
    let server = headers.get(SERVER).and_then(|server| server.to_str().ok()).unwrap_or_default();
    if server.starts_with("EC2ws") {
        Some("the metadata service of an Amazon EC2 machine answers there".to_owned())
    } else if service_error.status == 403
        && service_error.mentions("connecting to 169.254.169.254:80")
        && service_error.mentions("unreachable")
    {
        Some("a container host without such a service answers there".to_owned())
    } else {
        None
    }
}

/// The service itself rarely returns 502 or 504: a gateway or proxy more often does.
fn explain_gateway(mut service_error: ServiceError) -> ServiceError {
    if matches!(service_error.status, 502 | 504) && service_error.message.is_none() {
        service_error.message =
            Some("a gateway answered in place of the service; a proxy may stand in between".to_owned());
    }
    service_error
}

/// The response's `Date`, in seconds since 1970 UTC.
fn server_date(headers: &HeaderMap) -> Option<i64> {
    i64::try_from(tollgate_http::http_date(headers.get(DATE)?)?.as_secs()).ok()
}

#[cfg(test)]
mod tests;
