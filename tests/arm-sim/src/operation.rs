//! A long operation: what it does to what, how far it is, and where a client may look for its end.

use crate::model::Power;
use crate::settings::Failure;

/// What an operation does at its end, if it ends well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Power(Power),
    /// The resource is as it should be.
    Settle,
    Delete,
    DeleteGroup,
    None,
}

/// Where a client may look for the end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Monitor {
    /// `Azure-AsyncOperation`.
    Status,
    /// `Location`, beside the former.
    Location,
    /// `Location` alone.
    Result,
    /// `Operation-Location`.
    Operation,
}

/// How an operation tells its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// By a `status` in the body.
    Status,
    /// By the status of the answer.
    Location,
}

/// An operation to be begun, on something of this subscription.
pub(crate) struct Begin {
    pub(crate) index: usize,
    /// Its id in lower case.
    pub(crate) target: String,
    pub(crate) effect: Effect,
}

pub(crate) struct Operation {
    pub(crate) what: Begin,
    pub(crate) left: u32,
    pub(crate) ended: bool,
    pub(crate) failure: Option<Failure>,
    pub(crate) started: String,
}
