//! The handle by which a test starts, watches and steers a simulator, and whose end is the simulator's.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::background::Background;
use crate::counts::Counts;
use crate::options::Options;
use crate::plan::Planned;
use crate::server;
use crate::shared::Shared;

/// A running simulator; dropping it stops it.
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    _background: Background,
}

impl Simulator {
    /// Starts on a thread of its own; it listens when this returns.
    pub fn start(options: Options) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _context = runtime.enter();
            server::listen(options.listen)?
        };
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options)?);
        let serving = server::serve(listener, Arc::clone(&shared));
        let background = Background::start("imds-sim", runtime, serving)?;
        Ok(Self { shared, address, _background: background })
    }

    /// Base of every URL, without a slash at the end; for a virtual machine and for a pod, the value of
    /// `AZURE_POD_IDENTITY_AUTHORITY_HOST`.
    pub fn url(&self) -> String {
        let scheme = if self.shared.endpoint.tls().is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The variables, names and values, that a program on such a host finds in its environment. Secrets are among
    /// them, made anew at each start.
    pub fn environment(&self) -> Vec<(String, String)> {
        let variables = self.shared.endpoint.environment(&self.url());
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Where Azure Arc's agent writes its key files; other hosts have no such folder.
    pub fn key_folder(&self) -> Option<&Path> {
        self.shared.endpoint.key_folder()
    }

    /// The certificate of Service Fabric's endpoint in DER, whose thumbprint is in the environment; the other hosts'
    /// have none.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.shared.endpoint.tls().map(|tls| tls.certificate.as_slice())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has seen since the start or the last reset.
    pub fn counts(&self) -> Counts {
        self.shared.lock().counts.clone()
    }

    /// Waits until the counts are as wanted: the counts at that moment, or nothing when the time is up.
    pub fn wait_until(&self, wanted: impl Fn(&Counts) -> bool, timeout: Duration) -> Option<Counts> {
        self.shared.wait_until(wanted, timeout)
    }

    /// Plans these faults for the next token requests, in place of what was planned.
    pub fn faults<F: Into<Planned>>(&self, faults: impl IntoIterator<Item = F>) {
        self.shared.update(|state| state.plan_anew(faults.into_iter().map(Into::into)));
    }

    /// Plans a fault after those planned already.
    pub fn push_fault(&self, fault: impl Into<Planned>) {
        self.shared.update(|state| state.plan(fault.into()));
    }

    /// Forgets the faults still planned.
    pub fn clear_faults(&self) {
        self.shared.update(|state| state.plan_anew([]));
    }

    /// Lets go the requests that [`crate::Fault::Hold`] holds now; later ones are held again.
    pub fn release(&self) {
        self.shared.release();
    }

    /// How long each later answer to a token request is held back.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.update(|state| state.latency = latency);
    }

    /// Seconds that later tokens are good for; negative for expired ones.
    pub fn set_token_lifetime(&self, seconds: i64) {
        self.shared.update(|state| state.lifetime = seconds);
    }

    /// Every token given out since the start or the last reset, if the options keep them.
    pub fn issued_tokens(&self) -> Vec<String> {
        self.shared.lock().tokens.clone()
    }

    /// Forgets counts, faults, tokens and what weighs on the limits; latency and lifetime are as in the options.
    pub fn reset(&self) {
        self.shared.reset();
    }
}
