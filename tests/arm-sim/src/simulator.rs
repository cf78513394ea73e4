//! The handle by which a test starts, watches and steers a simulator, and whose end is the simulator's.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use hyper::Method;
use imds_sim::Background;
use imds_sim::server::listen;
use serde_json::Value;

use crate::authority::Authority;
use crate::log::{Counts, Record};
use crate::options::Options;
use crate::shared::Shared;
use crate::{admin, proxy, server};

/// A running simulator; dropping it stops it.
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    proxy: Option<(SocketAddr, PathBuf)>,
    _background: Background,
}

impl Simulator {
    /// Starts on a thread of its own; it listens when this returns.
    pub fn start(options: Options) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let context = runtime.enter();
        let listener = listen(options.listen)?;
        let address = listener.local_addr()?;
        let mut proxy = None;
        let mut tunnels = None;
        if let Some(wanted) = &options.proxy {
            let authority = Arc::new(Authority::new(&wanted.ca_file)?);
            let listener = listen(wanted.listen)?;
            proxy = Some((listener.local_addr()?, std::path::absolute(&wanted.ca_file)?));
            tunnels = Some((listener, authority));
        }
        drop(context);
        let shared = Arc::new(Shared::new(options));
        let own = Arc::clone(&shared);
        let background = Background::start("arm-sim", runtime, async move {
            if let Some((listener, authority)) = tunnels {
                tokio::spawn(proxy::serve(listener, Arc::clone(&own), authority));
            }
            server::serve(listener, own).await;
        })?;
        Ok(Self { shared, address, proxy, _background: background })
    }

    /// Base of every URL without a proxy, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its proxy listens.
    pub fn proxy_address(&self) -> Option<SocketAddr> {
        self.proxy.as_ref().map(|(address, _)| *address)
    }

    /// The variables, names and values, by which programs find it.
    pub fn environment(&self) -> Vec<(String, String)> {
        let mut all = vec![("ARM_SIM_URL".to_owned(), self.url())];
        if let Some((address, file)) = &self.proxy {
            all.push(("HTTPS_PROXY".to_owned(), format!("http://{address}")));
            all.push(("SSL_CERT_FILE".to_owned(), file.display().to_string()));
        }
        all
    }

    /// What `POST /sim/{what}` with this body does.
    pub fn control(&self, what: &str, body: &Value) -> io::Result<()> {
        let answer = admin::answer(&self.shared, &Method::POST, what, body.to_string().as_bytes());
        if answer.status().is_success() {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::InvalidInput, String::from_utf8_lossy(answer.body()).into_owned()))
    }

    /// The newest requests since the start or the last reset, at most 20,000, the oldest first.
    pub fn requests(&self) -> Vec<Record> {
        self.shared.lock().log.records()
    }

    /// What it has seen since the start or the last reset.
    pub fn counts(&self) -> Counts {
        self.shared.lock().log.counts.clone()
    }
}
