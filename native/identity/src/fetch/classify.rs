//! What an answer, or the lack of one, means: the error it is, and whether asking again may help.

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

/// An attempt that brought no token.
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

/// Words by which the services say that they do not have the identity.
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
    // Automation, where no identity is named and there are only user-assigned ones.
    "failed to get msi token for account",
];

/// What an answer means. `attempts` counts this one too; what the service repeats of the question's secrets is not told.
pub(crate) fn classify_response(
    source: &dyn Source,
    key: &CacheKey,
    question: &MetadataRequest,
    answer: &MetadataResponse,
    attempts: u32,
    clock: &dyn Clock,
) -> Result<AccessToken, Box<FailedAttempt>> {
    let endpoint = || source.endpoint().to_string();
    let body = answer.body.as_bytes();
    if (200..300).contains(&answer.status) {
        let token = token_response::parse(body, &key.resource, clock).map_err(|fault| {
            FailedAttempt::permanent(Error::MalformedResponse { endpoint: endpoint(), fault })
        })?;
        if source.confirms_identity(&key.selector, body) {
            return Ok(token.with_service_time(server_date(&answer.headers), clock.unix_now()));
        }
        return Err(FailedAttempt::permanent(wrong_identity(source, key, answer.status)));
    }
    let retry_after = tollgate_http::retry_after(&answer.headers, clock);
    let said = ServiceError::parse(answer.status, body, retry_after, &secrets(question));
    if let Some(fault) = detect_foreign_service(source, &answer.headers, &said) {
        return Err(FailedAttempt::permanent(no_source(source, fault, true)));
    }
    let unavailable = |answer| Error::ServiceUnavailable { answer, attempts };
    let (error, outcome) = match answer.status {
        300..400 => {
            let fault =
                format!("it answers with a redirect (HTTP {}), which the service never does", answer.status);
            (Error::EndpointNotTrusted { endpoint: endpoint(), fault }, RetryClass::Permanent)
        }
        _ if IDENTITY_NOT_FOUND_MARKERS.iter().any(|words| said.mentions(words)) => (
            Error::IdentityNotFound { identity: key.selector.to_string(), answer: said },
            RetryClass::Permanent,
        ),
        // The gate knows who is waiting; it fills the number in.
        429 => (Error::Throttled { answer: said, attempts, waiting: 0 }, RetryClass::Throttled),
        410 => (unavailable(said), RetryClass::Gone),
        404 => (unavailable(said), RetryClass::NotFound),
        408 | 500..600 => (unavailable(explain_gateway(said)), RetryClass::Unavailable),
        status if token_response::is_html(body) => {
            let fault = format!("a web page answered with HTTP {status}; a proxy may stand in between");
            (Error::MalformedResponse { endpoint: endpoint(), fault }, RetryClass::Permanent)
        }
        _ => (Error::Refused { answer: said }, RetryClass::Permanent),
    };
    Err(Box::new(FailedAttempt { error, class: outcome, retry_after }))
}

/// What the question's header lines hold that nobody may see.
fn secrets(question: &MetadataRequest) -> Vec<&str> {
    let sensitive = question.headers.values().filter(|value| value.is_sensitive());
    // Behind a scheme, as in `Basic secret`, the secret alone may be repeated.
    sensitive.filter_map(|value| value.to_str().ok()?.rsplit(' ').next()).collect()
}

/// What it means that no answer came.
pub(crate) fn classify_transport_error(
    source: &dyn Source,
    failure: &MetadataTransportError,
    attempts: u32,
) -> Box<FailedAttempt> {
    let endpoint = source.endpoint().to_string();
    let fault = failure.to_string();
    let unavailable = |fault: String| {
        let answer = ServiceError { message: Some(fault), ..ServiceError::default() };
        Error::ServiceUnavailable { answer, attempts }
    };
    let (error, outcome) = match failure {
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
    Box::new(FailedAttempt { error, class: outcome, retry_after: None })
}

fn no_source(source: &dyn Source, fault: String, answered: bool) -> Error {
    let tried = vec![format!("{} at {}", source.kind().name, source.endpoint())];
    Error::NoSource { tried, fault, answered }
}

/// An answer that is for somebody else is thrown away: a script must not go on as another identity than it named.
fn wrong_identity(source: &dyn Source, key: &CacheKey, status: u16) -> Error {
    let text = format!(
        "{} gave a token without saying that it is this identity's; an agent that does not know user-assigned identities answers for the machine's own",
        source.kind().name
    );
    let answer = ServiceError { status, message: Some(text), ..ServiceError::default() };
    Error::IdentityNotFound { identity: key.selector.to_string(), answer }
}

/// Who answers at the service's address where there is no such service.
fn detect_foreign_service(source: &dyn Source, headers: &HeaderMap, said: &ServiceError) -> Option<String> {
    if !std::ptr::eq(source.kind(), &raw const imds::KIND) {
        return None;
    }
    let server = headers.get(SERVER).and_then(|server| server.to_str().ok()).unwrap_or_default();
    if server.starts_with("EC2ws") {
        Some("the metadata service of an Amazon EC2 machine answers there".to_owned())
    } else if said.status == 403
        && said.mentions("connecting to 169.254.169.254:80")
        && said.mentions("unreachable")
    {
        Some("a container host without such a service answers there".to_owned())
    } else {
        None
    }
}

/// The service itself hardly ever says 502 or 504: it is more often something in between.
fn explain_gateway(mut said: ServiceError) -> ServiceError {
    if matches!(said.status, 502 | 504) && said.message.is_none() {
        said.message =
            Some("a gateway answered in place of the service; a proxy may stand in between".to_owned());
    }
    said
}

/// What time it is for the service, in seconds since 1970 UTC.
fn server_date(headers: &HeaderMap) -> Option<i64> {
    i64::try_from(tollgate_http::http_date(headers.get(DATE)?)?.as_secs()).ok()
}

#[cfg(test)]
mod tests;
