//! Two HTTP clients, neither of which knows about identities. [`MetadataClient`] connects directly: no proxy, no
//! redirects, one request per connection, limits on time and size, TLS only with a pinned certificate. [`CloudClient`]
//! uses the system's trust store and the configured proxies.

mod body;
mod cloud;
mod connector;
mod endpoint;
mod error;
mod metadata;
mod pinned_tls;
mod request;
mod retry_after;

pub use body::{ResponseBody, extend_zeroizing};
pub use cloud::{
    CertificateProblem, CloudClient, CloudRequest, CloudRequestBody, CloudResponse, CloudTransportError,
    ConnectTimeout, IDLE_TIMEOUT, ProxyConfig, ProxySetting, bypasses_proxy,
};
pub use connector::{BoxedIo, Connecting, Connector, Io, TcpConnector};
pub use endpoint::{Endpoint, ServiceUrl, UrlError};
pub use error::MetadataTransportError;
/// The bytes of a request body.
pub use hyper::body::Bytes;
pub use metadata::{Connection, Limits, MetadataClient, MetadataResponse};
pub use pinned_tls::Thumbprint;
pub use request::MetadataRequest;
pub use retry_after::{http_date, retry_after};
