//! What a failed attempt means: the error of a transport failure, and what a 404 refers to.

use tollgate_http::CloudTransportError;
use tollgate_identity::{Sends, ServiceError};
use url::Url;

use crate::error::Error;
use crate::trust::origin;

/// Why an attempt failed: a transport error, which may be transient, or an error that no retry changes.
pub(crate) enum AttemptError {
    Transport(CloudTransportError, Url),
    Final(Error),
}

impl From<Error> for AttemptError {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// The number of path segments of a subscription, and of a resource group.
const SUBSCRIPTION: usize = 2;
const GROUP: usize = 4;

/// Whether a 404 refers to a parent of the resource at this URL: then nothing shows that the resource existed.
pub(super) fn is_of_parent(url: &Url, service_error: &ServiceError) -> bool {
    let is =
        |code: &str| service_error.code.as_deref().is_some_and(|actual| actual.eq_ignore_ascii_case(code));
    let depth = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).count();
    is("ParentResourceNotFound")
        || is("SubscriptionNotFound") && depth > SUBSCRIPTION
        || is("ResourceGroupNotFound") && depth > GROUP
}

/// The [`Error`] for a transport error.
pub(crate) fn map_transport_error(
    failure: CloudTransportError,
    url: &Url,
    attempts: u32,
    sends: Sends,
) -> Error {
    let endpoint = origin::origin_string(url);
    match failure {
        CloudTransportError::InvalidProxy { variable, fault } => {
            Error::InvalidArgument { field: variable, fault: fault.to_owned() }
        }
        CloudTransportError::Tls(fault) => Error::EndpointNotTrusted { endpoint, fault },
        CloudTransportError::UntrustedCertificate { fault, problem } => {
            Error::UntrustedCertificate { endpoint, fault, problem }
        }
        CloudTransportError::TimedOut(idle_timeout) => {
            Error::Unresponsive { endpoint, silence: idle_timeout, attempts, sends }
        }
        CloudTransportError::InvalidHttp | CloudTransportError::IncompleteBody => {
            Error::MalformedResponse { endpoint, fault: failure.to_string() }
        }
        _ => Error::EndpointUnreachable { endpoint, fault: failure.to_string(), attempts },
    }
}
