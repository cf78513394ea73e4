//! What every request of a client needs, and what it shares with the others.

use std::sync::{Arc, Mutex};

use tollgate_core::Clock;
use tollgate_gate::{Gate, GateError};
use tollgate_http::MetadataClient;

use crate::cache::Cache;
use crate::environment::Environment;
use crate::error::Error;
use crate::flight::Flights;
use crate::sources::Sources;
use crate::window::Window;

/// What every request needs.
pub(crate) struct Core {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) gate: Gate,
    pub(crate) window: Arc<Window>,
    pub(crate) http: MetadataClient,
    pub(crate) sources: Sources,
    pub(crate) cache: Cache,
    pub(crate) flights: Flights,
    pub(crate) warned: Mutex<Option<GateError>>,
}

impl Core {
    pub(crate) fn new(
        environment: &Environment,
        (gate, window): (Gate, Arc<Window>),
        http: MetadataClient,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Self {
            clock,
            gate,
            window,
            http,
            sources: Sources::new(environment)?,
            cache: Cache::default(),
            flights: Flights::default(),
            warned: Mutex::default(),
        })
    }

    /// Another that has nothing in memory, on the same machine and in the same process: each pace is one for both.
    pub(crate) fn apart(&self, environment: &Environment) -> Result<Self, Error> {
        let paces = (self.gate.with_own_memory(), Arc::clone(&self.window));
        Self::new(environment, paces, self.http.clone(), Arc::clone(&self.clock))
    }
}
