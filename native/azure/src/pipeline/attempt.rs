//! What trouble on the way, or an answer that says no, is to whoever asked.

use tollgate_http::CloudTransportError;
use tollgate_identity::{Sends, ServiceError};
use url::Url;

use crate::error::Error;
use crate::trust::origin;

/// Why a try came to nothing: trouble on the way, which may pass, or what no further try will change.
pub(crate) enum AttemptError {
    Transport(CloudTransportError, Url),
    Final(Error),
}

impl From<Error> for AttemptError {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// How many segments the path of a subscription has, and that of a resource group.
const SUBSCRIPTION: usize = 2;
const GROUP: usize = 4;

/// Whether a 404 is of what the thing at this address would be in: then nothing tells that it was there.
pub(super) fn is_of_parent(url: &Url, said: &ServiceError) -> bool {
    let is = |code: &str| said.code.as_deref().is_some_and(|said| said.eq_ignore_ascii_case(code));
    let depth = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).count();
    is("ParentResourceNotFound")
        || is("SubscriptionNotFound") && depth > SUBSCRIPTION
        || is("ResourceGroupNotFound") && depth > GROUP
}

/// The error that trouble on the way is.
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
        CloudTransportError::TimedOut(silence) => Error::Unresponsive { endpoint, silence, attempts, sends },
        CloudTransportError::InvalidHttp | CloudTransportError::IncompleteBody => {
            Error::MalformedResponse { endpoint, fault: failure.to_string() }
        }
        _ => Error::EndpointUnreachable { endpoint, fault: failure.to_string(), attempts },
    }
}
