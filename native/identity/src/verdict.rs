//! What an answer, or the lack of one, means: the error it is, and whether asking again may help.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, SERVER};
use tollgate_core::Clock;
use tollgate_http::{Answer, Failure, Question};

use crate::error::Error;
use crate::key::Key;
use crate::retry::Outcome;
use crate::service_error::ServiceError;
use crate::source::{Source, virtual_machine};
use crate::token::AccessToken;
use crate::wire;

/// An attempt that brought no token.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) outcome: Outcome,
    pub(crate) retry_after: Option<Duration>,
}

impl Failed {
    pub(crate) fn at_last(error: Error) -> Box<Self> {
        Box::new(Self { error, outcome: Outcome::Final, retry_after: None })
    }
}

/// Words by which the services say that they do not have the identity.
const NO_IDENTITY: [&str; 10] = [
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
pub(crate) fn of_answer(
    source: &dyn Source,
    key: &Key,
    question: &Question,
    answer: &Answer,
    attempts: u32,
    clock: &dyn Clock,
) -> Result<AccessToken, Box<Failed>> {
    let endpoint = || source.endpoint().to_string();
    let body = answer.body.as_bytes();
    if (200..300).contains(&answer.status) {
        let token = wire::read(body, &key.resource, clock)
            .map_err(|fault| Failed::at_last(Error::MalformedResponse { endpoint: endpoint(), fault }))?;
        if source.is_for(&key.selector, body) {
            return Ok(token.told_at(date(&answer.headers), clock.unix_now()));
        }
        return Err(Failed::at_last(not_for(source, key, answer.status)));
    }
    let retry_after = tollgate_http::retry_after(&answer.headers, clock);
    let said = ServiceError::read(answer.status, body, retry_after, &secrets(question));
    if let Some(fault) = elsewhere(source, &answer.headers, &said) {
        return Err(Failed::at_last(no_source(source, fault, true)));
    }
    let unavailable = |answer| Error::ServiceUnavailable { answer, attempts };
    let (error, outcome) = match answer.status {
        300..400 => {
            let fault =
                format!("it answers with a redirect (HTTP {}), which the service never does", answer.status);
            (Error::EndpointNotTrusted { endpoint: endpoint(), fault }, Outcome::Final)
        }
        _ if NO_IDENTITY.iter().any(|words| said.says(words)) => {
            (Error::IdentityNotFound { identity: key.selector.to_string(), answer: said }, Outcome::Final)
        }
        // The gate knows who is waiting; it fills the number in.
        429 => (Error::Throttled { answer: said, attempts, waiting: 0 }, Outcome::Throttled),
        410 => (unavailable(said), Outcome::Gone),
        404 => (unavailable(said), Outcome::Missing),
        408 | 500..600 => (unavailable(with_gateway(said)), Outcome::Unavailable),
        status if wire::is_page(body) => {
            let fault = format!("a web page answered with HTTP {status}; a proxy may stand in between");
            (Error::MalformedResponse { endpoint: endpoint(), fault }, Outcome::Final)
        }
        _ => (Error::Refused { answer: said }, Outcome::Final),
    };
    Err(Box::new(Failed { error, outcome, retry_after }))
}

/// What the question's header lines hold that nobody may see.
fn secrets(question: &Question) -> Vec<&str> {
    let sensitive = question.headers.values().filter(|value| value.is_sensitive());
    // Behind a scheme, as in `Basic secret`, the secret alone may be repeated.
    sensitive.filter_map(|value| value.to_str().ok()?.rsplit(' ').next()).collect()
}

/// What it means that no answer came.
pub(crate) fn of_failure(source: &dyn Source, failure: &Failure, attempts: u32) -> Box<Failed> {
    let endpoint = source.endpoint().to_string();
    let fault = failure.to_string();
    let unavailable = |fault: String| {
        let answer = ServiceError { text: Some(fault), ..ServiceError::default() };
        Error::ServiceUnavailable { answer, attempts }
    };
    let (error, outcome) = match failure {
        Failure::Unreachable(_) => match source.named_by() {
            Some(source_name) => {
                (Error::EndpointUnreachable { endpoint, source_name, fault, attempts }, Outcome::Unreachable)
            }
            None => (no_source(source, fault, false), Outcome::Unreachable),
        },
        Failure::NoAnswer(_) | Failure::Closed => (unavailable(fault), Outcome::Broken),
        Failure::Truncated => (Error::MalformedResponse { endpoint, fault }, Outcome::Broken),
        Failure::TooLarge(_) | Failure::NotHttp => {
            (Error::MalformedResponse { endpoint, fault }, Outcome::Final)
        }
        Failure::NotTrusted(_) => (Error::EndpointNotTrusted { endpoint, fault }, Outcome::Final),
    };
    Box::new(Failed { error, outcome, retry_after: None })
}

fn no_source(source: &dyn Source, fault: String, answered: bool) -> Error {
    let tried = vec![format!("{} at {}", source.kind().name, source.endpoint())];
    Error::NoSource { tried, fault, answered }
}

/// An answer that is for somebody else is thrown away: a script must not go on as another identity than it named.
fn not_for(source: &dyn Source, key: &Key, status: u16) -> Error {
    let text = format!(
        "{} gave a token without saying that it is this identity's; an agent that does not know user-assigned identities answers for the machine's own",
        source.kind().name
    );
    let answer = ServiceError { status, text: Some(text), ..ServiceError::default() };
    Error::IdentityNotFound { identity: key.selector.to_string(), answer }
}

/// Who answers at the service's address where there is no such service.
fn elsewhere(source: &dyn Source, headers: &HeaderMap, said: &ServiceError) -> Option<String> {
    if !std::ptr::eq(source.kind(), &raw const virtual_machine::KIND) {
        return None;
    }
    let server = headers.get(SERVER).and_then(|server| server.to_str().ok()).unwrap_or_default();
    if server.starts_with("EC2ws") {
        Some("the metadata service of an Amazon EC2 machine answers there".to_owned())
    } else if said.status == 403 && said.says("connecting to 169.254.169.254:80") && said.says("unreachable")
    {
        Some("a container host without such a service answers there".to_owned())
    } else {
        None
    }
}

/// The service itself hardly ever says 502 or 504: it is more often something in between.
fn with_gateway(mut said: ServiceError) -> ServiceError {
    if matches!(said.status, 502 | 504) && said.text.is_none() {
        said.text =
            Some("a gateway answered in place of the service; a proxy may stand in between".to_owned());
    }
    said
}

/// What time it is for the service, in seconds since 1970 UTC.
fn date(headers: &HeaderMap) -> Option<i64> {
    i64::try_from(tollgate_http::http_date(headers.get(DATE)?)?.as_secs()).ok()
}

#[cfg(test)]
mod tests;
