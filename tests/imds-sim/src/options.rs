//! Everything that can be chosen before the simulator starts. The default is a virtual machine with a system-assigned
//! identity, two user-assigned ones and the real limits.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::host::Host;
use crate::identities::{Identity, TENANT_ID};
use crate::limits::Limits;

/// What the simulated host is like.
#[derive(Debug, Clone)]
pub struct Options {
    /// What kind of host it is.
    pub host: Host,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How long each answer to a token request is held back, in flight.
    pub latency: Duration,
    /// Seconds that tokens are good for; negative for tokens that have expired already.
    pub token_lifetime: i64,
    /// Characters of an opaque claim that brings tokens to the size of real ones, about 1,700 bytes.
    pub token_padding: usize,
    /// Tenant of every identity.
    pub tenant_id: String,
    /// The system-assigned identity, if switched on.
    pub system: Option<Identity>,
    /// The user-assigned identities.
    pub user: Vec<Identity>,
    /// What the host may ask for.
    pub limits: Limits,
    /// `Retry-After` of a 429; the real service was seen to send none.
    pub retry_after: Option<Duration>,
    /// Status that answers a request which carries `X-Forwarded-For`.
    pub forwarded_status: u16,
    /// Resources that the tenant does not know.
    pub unknown_resources: Vec<String>,
    /// Whether every token is kept for [`crate::Simulator::issued_tokens`].
    pub keep_tokens: bool,
    /// Where Azure Arc's agent writes its key files; nothing for a temporary folder.
    pub key_folder: Option<PathBuf>,
    /// Whether Azure Arc's agent is one from before user-assigned identities: it answers for the system-assigned one,
    /// whatever id the request names.
    pub agent_ignores_ids: bool,
}

impl Options {
    /// A host of this kind, as it is by default.
    pub fn on(host: Host) -> Self {
        Self { host, ..Self::default() }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: Host::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            latency: Duration::ZERO,
            token_lifetime: 86_400,
            token_padding: 256,
            tenant_id: TENANT_ID.to_owned(),
            system: Some(Identity::system()),
            user: vec![Identity::first(), Identity::second()],
            limits: Limits::default(),
            retry_after: None,
            forwarded_status: 403,
            unknown_resources: Vec::new(),
            keep_tokens: true,
            key_folder: None,
            agent_ignores_ids: false,
        }
    }
}
