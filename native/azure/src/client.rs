//! The entry point: one client per process.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tollgate_core::Clock;
use tollgate_http::CloudClient;
use tollgate_identity::{Environment, ProgressLog, TokenClient};

use crate::error::Error;
use crate::pipeline::rate_limit_headers::RateLimitTracker;
use crate::request::RestRequest;
use crate::response::RestResponse;
use crate::rest;
use crate::sign_in::{self, LookupRequest};
use crate::state::AzureState;

/// An operation and its progress. Nothing happens before the future is polled; dropping it cancels the operation.
pub struct PendingOperation<T> {
    /// The progress, to be read while the operation runs.
    pub progress: Arc<ProgressLog>,
    /// The operation.
    pub future: Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>,
}

/// Sends a process's requests to Azure. Cheap to clone, safe to use from any thread.
#[derive(Clone)]
pub struct AzureClient {
    state: Arc<AzureState>,
}

impl AzureClient {
    /// A client with the tokens of `client` and the proxies that the environment names. Opens nothing yet.
    pub fn new(client: Arc<TokenClient>, environment: &Environment, clock: Arc<dyn Clock>) -> Self {
        let cloud = Mutex::new(Arc::new(CloudClient::new(environment.proxy_config())));
        Self {
            state: Arc::new(AzureState { client, clock, cloud, rate_limits: RateLimitTracker::default() }),
        }
    }

    /// Uses the proxies of a changed environment for the next requests.
    pub fn set_environment(&self, environment: &Environment) {
        let proxies = environment.proxy_config();
        let mut cloud = self.state.cloud.lock().unwrap_or_else(PoisonError::into_inner);
        // With the same proxies the open connections are kept.
        if *cloud.proxies() != proxies {
            *cloud = Arc::new(CloudClient::new(proxies));
        }
    }

    /// Sends a REST request.
    pub fn rest(&self, request: RestRequest) -> PendingOperation<RestResponse> {
        self.pending(request.timeout, move |state, progress| rest::execute(state, progress, request))
    }

    /// Looks up tenants and subscriptions.
    pub fn lookup(&self, request: LookupRequest) -> PendingOperation<Value> {
        self.pending(request.timeout, move |state, progress| sign_in::run(state, progress, request))
    }

    fn pending<T, W: Future<Output = Result<T, Error>> + Send + 'static>(
        &self,
        timeout: Option<Duration>,
        work: impl FnOnce(Arc<AzureState>, Arc<ProgressLog>) -> W,
    ) -> PendingOperation<T> {
        let progress = Arc::new(ProgressLog::new(Arc::clone(&self.state.clock)));
        let log = Arc::clone(&progress);
        let work = work(Arc::clone(&self.state), Arc::clone(&progress));
        let future = async move {
            let Some(timeout) = timeout else { return work.await };
            match tokio::time::timeout(timeout, work).await {
                Ok(result) => result,
                Err(_) => {
                    let (attempts, last) = (log.progress().attempt, log.last_error());
                    Err(Error::TimedOut { budget: timeout, attempts, sends: log.sends(), last })
                }
            }
        };
        PendingOperation { progress, future: Box::pin(future) }
    }
}

#[cfg(test)]
mod tests {
    use tollgate_core::SystemClock;
    use tollgate_http::MetadataClient;

    use super::*;

    fn through(proxy: &str) -> Environment {
        Environment::from_pairs([("HTTPS_PROXY", proxy.to_owned())])
    }

    #[test]
    fn connections_are_kept_until_the_environment_names_another_proxy() {
        let (clock, spawn) = (Arc::new(SystemClock), Box::new(|_| ()));
        let one = through("http://one.test");
        let client = TokenClient::new(&one, MetadataClient::default(), clock.clone(), spawn).unwrap();
        let azure = AzureClient::new(Arc::new(client), &one, clock);
        let before = azure.state.cloud();
        azure.set_environment(&one);
        assert!(Arc::ptr_eq(&before, &azure.state.cloud()));
        azure.set_environment(&through("http://two.test"));
        assert!(!Arc::ptr_eq(&before, &azure.state.cloud()));
    }
}
