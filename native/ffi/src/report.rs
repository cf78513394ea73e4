//! A failure, as the library's own code tells it to C.

use tollgate_azure::Error;
use tollgate_identity::Error as TokenError;

use crate::status::tollgate_status;

/// A failure, before it is put into a handle.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) status: tollgate_status,
    pub(crate) message: String,
    pub(crate) field: Option<&'static str>,
    pub(crate) cause: Option<Box<Error>>,
}

impl Report {
    pub(crate) fn argument(field: &'static str, fault: &str) -> Self {
        Self::from(TokenError::InvalidArgument { field, fault: fault.to_owned() })
    }

    /// An answer that is not what it should be.
    pub(crate) fn malformed(fault: &str) -> Self {
        let status = tollgate_status::TOLLGATE_MALFORMED_RESPONSE;
        Self { status, message: format!("the answer {fault}"), field: None, cause: None }
    }

    /// A child of `fork`, which has none of the threads that its parent's requests move on with.
    pub(crate) fn forked() -> Self {
        let message = "this process was forked from one that had used Tollgate, and has none of its threads; start a new process instead".to_owned();
        Self { status: tollgate_status::TOLLGATE_INTERNAL, message, field: None, cause: None }
    }

    /// A fault of the library; `place` is a source position and no message, which might hold anything.
    pub(crate) fn internal(place: &str) -> Self {
        let message = format!("internal error at {place}; this is a defect of Tollgate, please report it");
        Self { status: tollgate_status::TOLLGATE_INTERNAL, message, field: None, cause: None }
    }
}

impl From<TokenError> for Report {
    fn from(error: TokenError) -> Self {
        Self::from(Error::from(error))
    }
}

impl From<Error> for Report {
    fn from(error: Error) -> Self {
        let field = match &error {
            Error::InvalidArgument { field, .. }
            | Error::Token(TokenError::InvalidArgument { field, .. }) => Some(*field),
            _ => None,
        };
        Self {
            status: tollgate_status::from(&error),
            message: error.to_string(),
            field,
            cause: Some(Box::new(error)),
        }
    }
}
