//! Where a round takes place: a service with its real limits, one without limits to warm up on, a gate of its own.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use imds_sim::{Limits, Options, Simulator};
use tempfile::TempDir;

/// The identity everybody asks for.
pub(crate) use imds_sim::FIRST_CLIENT_ID as CLIENT_ID;

/// The simulated services and the gate's folder; gone when it is dropped.
pub(crate) struct Ground {
    service: Simulator,
    warm: Simulator,
    gate: TempDir,
}

impl Ground {
    pub(crate) fn new(latency: Duration) -> Result<Self> {
        let options = Options { latency, keep_tokens: false, ..Options::default() };
        let warm = Options { latency: Duration::ZERO, limits: Limits::none(), ..options.clone() };
        Ok(Self {
            service: Simulator::start(options)?,
            warm: Simulator::start(warm)?,
            gate: TempDir::with_prefix("tollgate-bench-")?,
        })
    }

    /// Points a process to this ground.
    pub(crate) fn point(&self, command: &mut Command) {
        command
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", self.service.url())
            .env("TOLLGATE_GATE_DIRECTORY", self.gate.path());
    }

    /// Address of the service without limits.
    pub(crate) fn warm_url(&self) -> String {
        self.warm.url()
    }

    pub(crate) fn counts(&self) -> imds_sim::Counts {
        self.service.counts()
    }
}
