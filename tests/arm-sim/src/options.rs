//! Everything that can be chosen before the simulator starts. The default is an Azure on plain HTTP, without a proxy.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::settings::Settings;

/// Where the simulator is, and what it starts with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The proxy through which clients find it at Azure's own names.
    pub proxy: Option<Proxy>,
    /// Hosts beside Azure's that the proxy answers for. Nothing asks for a token there.
    pub hosts: Vec<String>,
    /// What it starts with, and returns to at a reset.
    pub settings: Settings,
}

/// The proxy, which ends TLS itself.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the certificate is written that clients have to trust.
    pub ca_file: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            proxy: None,
            hosts: Vec::new(),
            settings: Settings::default(),
        }
    }
}
