//! A failure as C reads it.

use tollgate_azure::Error;
use tollgate_identity::Error as TokenError;

use crate::pointer;
use crate::report::Report;
use crate::status::tollgate_status;
use crate::text::{Wide, tollgate_text};

/// A failure.
#[derive(Debug)]
pub struct tollgate_error {
    status: tollgate_status,
    http_status: u32,
    attempts: u32,
    retry_after_ms: u64,
    message: Wide,
    field: Wide,
    endpoint: Wide,
    identity: Wide,
    service_code: Wide,
    service_text: Wide,
    correlation_id: Wide,
    advice: Wide,
}

/// What a failure says. The texts are borrowed until the error is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_error_view {
    /// The outcome's number.
    pub status: tollgate_status,
    /// The HTTP status of the service's answer, or 0.
    pub http_status: u32,
    /// How often the service was asked, or 0 where that does not matter.
    pub attempts: u32,
    /// Always 0.
    pub reserved: u32,
    /// What the service asks to wait, in milliseconds, or 0.
    pub retry_after_ms: u64,
    /// One sentence in lower case without a period, the service's own words included. Never a secret.
    pub message: tollgate_text,
    /// For TOLLGATE_INVALID_ARGUMENT: which input.
    pub field: tollgate_text,
    /// The address asked, where that matters.
    pub endpoint: tollgate_text,
    /// The identity asked for, where that matters.
    pub identity: tollgate_text,
    /// The service's code.
    pub service_code: tollgate_text,
    /// The service's text.
    pub service_text: tollgate_text,
    /// The id under which the service's people find the request.
    pub correlation_id: tollgate_text,
    /// What to do, where more is known than the number says: one sentence in lower case without a period.
    pub advice: tollgate_text,
}

impl From<Report> for tollgate_error {
    fn from(report: Report) -> Self {
        let cause = report.cause.as_deref();
        let answer = cause.and_then(Error::service_error);
        let endpoint = cause.and_then(|cause| match cause {
            Error::EndpointUnreachable { endpoint, .. }
            | Error::Unresponsive { endpoint, .. }
            | Error::MalformedResponse { endpoint, .. }
            | Error::EndpointNotTrusted { endpoint, .. }
            | Error::UntrustedCertificate { endpoint, .. }
            | Error::Token(
                TokenError::EndpointUnreachable { endpoint, .. }
                | TokenError::MalformedResponse { endpoint, .. }
                | TokenError::EndpointNotTrusted { endpoint, .. },
            ) => Some(endpoint.as_str()),
            _ => None,
        });
        let identity = cause.and_then(|cause| match cause {
            Error::Token(TokenError::IdentityNotFound { identity, .. }) => Some(identity.as_str()),
            _ => None,
        });
        let retry_after = answer.and_then(|answer| answer.retry_after).unwrap_or_default();
        Self {
            status: report.status,
            http_status: answer.map_or(0, |answer| answer.status.into()),
            attempts: cause.map_or(0, Error::attempts),
            retry_after_ms: u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX),
            message: Wide::from(report.message.as_str()),
            field: Wide::from(report.field),
            endpoint: Wide::from(endpoint),
            identity: Wide::from(identity),
            service_code: Wide::from(answer.and_then(|answer| answer.code.as_deref())),
            service_text: Wide::from(answer.and_then(|answer| answer.message.as_deref())),
            correlation_id: Wide::from(answer.and_then(|answer| answer.correlation_id.as_deref())),
            advice: Wide::from(cause.and_then(Error::advice)),
        }
    }
}

/// Reads a failure.
///
/// # Safety
/// `error` is NULL or an error that was not freed; `view` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_error_read(
    error: *const tollgate_error,
    view: *mut tollgate_error_view,
) -> tollgate_status {
    // SAFETY: the caller's promise.
    let (Some(error), false) = (unsafe { error.as_ref() }, view.is_null()) else {
        return tollgate_status::TOLLGATE_INVALID_ARGUMENT;
    };
    let read = tollgate_error_view {
        status: error.status,
        http_status: error.http_status,
        attempts: error.attempts,
        reserved: 0,
        retry_after_ms: error.retry_after_ms,
        message: error.message.view(),
        field: error.field.view(),
        endpoint: error.endpoint.view(),
        identity: error.identity.view(),
        service_code: error.service_code.view(),
        service_text: error.service_text.view(),
        correlation_id: error.correlation_id.view(),
        advice: error.advice.view(),
    };
    // SAFETY: not NULL, and writable by the caller's promise.
    unsafe { view.write(read) };
    tollgate_status::TOLLGATE_OK
}

/// Frees a failure.
///
/// # Safety
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_error_free(error: *mut tollgate_error) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(error) };
}
