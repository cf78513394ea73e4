//! Everything that can be chosen before the simulator starts. The default is a virtual machine with a system-assigned
//! identity, two user-assigned ones and the real limits.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::identities::{Identity, TENANT_ID};
use crate::limits::Limits;

/// What the simulated machine is like.
#[derive(Debug, Clone)]
pub struct Options {
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
    /// What the machine may ask for.
    pub limits: Limits,
    /// `Retry-After` of a 429; the real service was seen to send none.
    pub retry_after: Option<Duration>,
    /// Status that answers a request which carries `X-Forwarded-For`.
    pub forwarded_status: u16,
    /// Resources that the tenant does not know.
    pub unknown_resources: Vec<String>,
    /// Whether every token is kept for [`crate::Simulator::issued_tokens`].
    pub keep_tokens: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
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
        }
    }
}
