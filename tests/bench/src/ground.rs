//! Where a round takes place: a simulated service with its real limits, and a gate of its own.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use imds_sim::{Options, Simulator};
use tempfile::TempDir;

/// The identity everybody asks for.
pub(crate) use imds_sim::FIRST_CLIENT_ID as CLIENT_ID;

/// The simulated service and the gate's folder; gone when it is dropped.
pub(crate) struct Ground {
    service: Simulator,
    gate: TempDir,
}

impl Ground {
    pub(crate) fn new(latency: Duration) -> Result<Self> {
        let options = Options { latency, keep_tokens: false, ..Options::default() };
        Ok(Self { service: Simulator::start(options)?, gate: TempDir::with_prefix("tollgate-bench-")? })
    }

    /// Points a process to this ground.
    pub(crate) fn point(&self, command: &mut Command) {
        command
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", self.service.url())
            .env("TOLLGATE_GATE_DIRECTORY", self.gate.path());
    }

    /// Forgets what the service has seen so far.
    pub(crate) fn forget(&self) {
        self.service.reset();
    }

    /// What the service has seen.
    pub(crate) fn counts(&self) -> imds_sim::Counts {
        self.service.counts()
    }

    /// Requests that the service's limits refused with 429.
    pub(crate) fn refused(&self) -> u64 {
        let counts = self.counts();
        counts.refused_by_rate + counts.refused_by_concurrency
    }
}
