//! State that all requests of a client share.

use std::sync::{Arc, Mutex};

use tollgate_core::Clock;
use tollgate_gate::{Gate, GateError};
use tollgate_http::MetadataClient;

use crate::cache::TokenCache;
use crate::environment::Environment;
use crate::error::Error;
use crate::fetch::single_flight::SingleFlight;
use crate::fetch::sliding_window::SlidingWindow;
use crate::sources::Sources;

/// State that all requests of a client share.
pub(crate) struct ClientState {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) gate: Gate,
    pub(crate) window: Arc<SlidingWindow>,
    pub(crate) http: MetadataClient,
    pub(crate) sources: Sources,
    pub(crate) cache: TokenCache,
    pub(crate) in_flight: SingleFlight,
    pub(crate) last_warning: Mutex<Option<GateError>>,
}

impl ClientState {
    pub(crate) fn new(
        environment: &Environment,
        (gate, window): (Gate, Arc<SlidingWindow>),
        http: MetadataClient,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Self {
            clock,
            gate,
            window,
            http,
            sources: Sources::new(environment)?,
            cache: TokenCache::default(),
            in_flight: SingleFlight::default(),
            last_warning: Mutex::default(),
        })
    }

    /// Another state with an empty cache, for the same machine and process: it shares the rate limits.
    pub(crate) fn for_diagnosis(&self, environment: &Environment) -> Result<Self, Error> {
        let limits = (self.gate.with_own_memory(), Arc::clone(&self.window));
        Self::new(environment, limits, self.http.clone(), Arc::clone(&self.clock))
    }
}
