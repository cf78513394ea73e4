//! Two clients. The one for metadata services goes straight to the address it is given: no proxy, no redirect, no
//! connection kept, bounded in time and size; TLS only to a certificate that is pinned. The one for the cloud trusts as the
//! system does and goes through its proxies. Neither knows anything of identities.

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
/// The bytes of a body that goes out.
pub use hyper::body::Bytes;
pub use metadata::{Connection, Limits, MetadataClient, MetadataResponse};
pub use pinned_tls::Thumbprint;
pub use request::MetadataRequest;
pub use retry_after::{http_date, retry_after};
