//! Tokens of a managed identity. The entry point is [`TokenClient::get_token`]; sources, protocols, retry, cache and
//! single flight are behind it. The environment and the clock are passed in as values.

mod advice;
mod arc_agent;
mod asset_tag;
mod cache;
mod cache_key;
mod client;
mod client_state;
mod detection;
mod diagnosis;
mod environment;
mod error;
mod fetch;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod json;
mod pending_token;
mod progress;
mod progress_log;
mod redact;
mod request;
mod resource;
mod selector;
mod sends;
mod service_error;
mod source;
mod sources;
mod token;
mod token_result;
mod wording;

pub use advice::for_service_error as advice_for;
pub use cache::TokenCacheEntry;
pub use client::{PendingDiagnosis, SpawnFn, TokenCall, TokenClient};
pub use diagnosis::{Check, CheckResult};
pub use environment::Environment;
pub use error::{Error, field_message};
pub use json::describe_error as json_fault;
pub use pending_token::PendingToken;
pub use progress::{Phase, Progress};
pub use progress_log::{Event, Level, ProgressLog};
pub use redact::redact;
pub use request::{Identity, TokenRequest};
pub use resource::Resource;
pub use selector::{Selector, SelectorInput};
pub use sends::Sends;
pub use service_error::ServiceError;
pub use sources::DetectedSource;
pub use token::AccessToken;
pub use token_result::{TokenOrigin, TokenResult};
pub use wording::{attempts_text, last_error_suffix};
