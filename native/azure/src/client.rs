//! The door: one for a process.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;
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

/// Something to do, with what it has to tell. Nothing happens before the work is polled; dropping it gives it up.
pub struct PendingOperation<T> {
    /// What it has to tell while it is under way.
    pub progress: Arc<ProgressLog>,
    /// The work.
    pub future: Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>,
}

/// Requests to Azure for one process. Cheap to share, safe from any thread.
#[derive(Clone)]
pub struct AzureClient {
    state: Arc<AzureState>,
}

impl AzureClient {
    /// Requests with the tokens of this client, through the proxies the environment names. Nothing is opened yet.
    pub fn new(client: Arc<TokenClient>, environment: &Environment, clock: Arc<dyn Clock>) -> Self {
        let cloud = Mutex::new(Arc::new(CloudClient::new(environment.proxy_config())));
        Self {
            state: Arc::new(AzureState { client, clock, cloud, rate_limits: RateLimitTracker::default() }),
        }
    }

    /// Sends the next requests through the proxies that a changed environment names.
    pub fn set_environment(&self, environment: &Environment) {
        let proxies = environment.proxy_config();
        let mut cloud = self.state.cloud.lock().unwrap_or_else(PoisonError::into_inner);
        // Connections that are open are worth keeping.
        if *cloud.proxies() != proxies {
            *cloud = Arc::new(CloudClient::new(proxies));
        }
    }

    /// Asks Azure.
    pub fn rest(&self, request: RestRequest) -> PendingOperation<RestResponse> {
        self.pending(request.timeout, move |core, journal| rest::execute(core, journal, request))
    }

    /// Looks up tenants and subscriptions.
    pub fn lookup(&self, request: LookupRequest) -> PendingOperation<Value> {
        self.pending(request.timeout, move |core, journal| sign_in::run(core, journal, request))
    }

    fn pending<T, W: Future<Output = Result<T, Error>> + Send + 'static>(
        &self,
        budget: Option<Duration>,
        work: impl FnOnce(Arc<AzureState>, Arc<ProgressLog>) -> W,
    ) -> PendingOperation<T> {
        let journal = Arc::new(ProgressLog::new(Arc::clone(&self.state.clock)));
        let told = Arc::clone(&journal);
        let work = work(Arc::clone(&self.state), Arc::clone(&journal));
        let work = async move {
            let Some(budget) = budget else { return work.await };
            match timeout(budget, work).await {
                Ok(result) => result,
                Err(_) => {
                    let (attempts, last) = (told.progress().attempt, told.last_error());
                    Err(Error::TimedOut { budget, attempts, sends: told.sends(), last })
                }
            }
        };
        PendingOperation { progress: journal, future: Box::pin(work) }
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
