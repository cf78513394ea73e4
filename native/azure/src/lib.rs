//! What a token is for: requests to Azure, long-running operations, tenants and subscriptions. Two doors: [`Azure::rest`]
//! and [`Azure::lookup`]. A token goes only to hosts of its own audience. The environment and the clock come in as values.

mod answer;
mod audience;
mod azure;
mod challenge;
mod content_encoding;
mod courier;
mod download;
mod errand;
mod error;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod long_running;
mod lookup;
mod origin;
mod paging;
mod polling;
mod quota;
mod reachability;
mod redirect;
mod refusal;
mod request;
mod response;
mod rest;
mod retry;
mod state;
mod trust;

pub use azure::{Azure, Undertaking};
pub use error::Error;
pub use lookup::{LookupKind, LookupRequest};
pub use reachability::reach;
pub use request::{Body, Method, OperationLink, Realm, RestRequest, Wait};
pub use response::Response;
