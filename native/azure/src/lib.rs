//! Authenticated requests to Azure, long-running operations, tenants and subscriptions. Two entry points:
//! [`AzureClient::rest`] and [`AzureClient::lookup`]. A token is sent only to hosts of its own audience. The
//! environment and the clock are passed in as values.

mod client;
mod error;
mod error_response;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod pipeline;
mod reachability;
mod request;
mod response;
mod rest;
mod sign_in;
mod state;
mod trust;

pub use client::{AzureClient, PendingOperation};
pub use error::Error;
pub use reachability::reach;
pub use request::{AudienceHosts, Method, OperationLink, PollingOptions, RestBody, RestRequest};
pub use response::RestResponse;
pub use sign_in::{LookupKind, LookupRequest};
