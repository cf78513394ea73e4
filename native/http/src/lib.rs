//! Two clients. The one for metadata services goes straight to the address it is given: no proxy, no redirect, no
//! connection kept, bounded in time and size; TLS only to a certificate that is pinned. The one for the cloud trusts as the
//! system does and goes through its proxies. Neither knows anything of identities.

mod body;
mod cloud;
mod dial;
mod endpoint;
mod failure;
mod metadata;
mod pinned;
mod question;
mod retry_after;

pub use body::{Body, append};
pub use cloud::{
    CertificateProblem, CloudAnswer, CloudClient, CloudFailure, CloudQuestion, Patience, Payload, Proxies,
    ProxyAddress, SILENCE, is_spared,
};
pub use dial::{Dial, Dialling, Duplex, Line, Tcp};
pub use endpoint::{Address, AddressFault, Endpoint};
pub use failure::Failure;
/// The bytes of a body that goes out.
pub use hyper::body::Bytes;
pub use metadata::{Answer, Connection, Limits, MetadataClient};
pub use pinned::Thumbprint;
pub use question::Question;
pub use retry_after::{http_date, retry_after};
