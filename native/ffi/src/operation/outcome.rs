//! What a request ends with.

use serde_json::Value;
use tollgate_azure::{Error, RestResponse};
use tollgate_identity::{Check, TokenResult};

use crate::report::Report;

/// What a request was for.
pub(crate) enum Outcome {
    Token(TokenResult),
    Diagnosis(Vec<Check>),
    Response(Box<RestResponse>),
    Document(Value),
}

impl Outcome {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
            Self::Diagnosis(_) => "diagnosis",
            Self::Response(_) => "response",
            Self::Document(_) => "document",
        }
    }
}

/// Why a request has no outcome.
#[derive(Clone)]
pub(super) enum Failure {
    Error(Error),
    /// Its work came to an end without one, at this place of the source.
    Internal(String),
}

impl From<Failure> for Report {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Error(error) => error.into(),
            Failure::Internal(place) => Self::internal(&place),
        }
    }
}
