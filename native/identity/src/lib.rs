//! Tokens of a managed identity. One door: [`Client::token`]. Sources, wire forms, retry, cache and single flight stand
//! behind it; the environment and the clock come in as values.

mod advice;
mod asset_tag;
mod cache;
mod claims;
mod client;
mod detection;
mod diagnosis;
mod environment;
mod error;
mod expiry;
mod flight;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod journal;
mod json;
mod leave;
mod patience;
mod pending;
mod progress;
mod redact;
mod request;
mod resource;
mod retry;
mod selector;
mod sends;
mod service_error;
mod source;
mod sources;
mod token;
mod trip;
mod verdict;
mod window;
mod wire;

pub use cache::CacheEntry;
pub use client::{Call, Client, Grant, Inquiry, Origin, Spawn};
pub use diagnosis::{Check, CheckResult};
pub use environment::Environment;
pub use error::{Error, about, tail, times};
pub use journal::{Event, Journal, Level};
pub use json::fault as json_fault;
pub use pending::Pending;
pub use progress::{Phase, Progress};
pub use redact::redact;
pub use request::{Identity, TokenRequest};
pub use resource::Resource;
pub use retry::jittered;
pub use selector::{Selector, SelectorTexts};
pub use sends::Sends;
pub use service_error::ServiceError;
pub use sources::DetectedSource;
pub use token::AccessToken;
pub use verdict::retry_after;
