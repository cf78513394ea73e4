//! The client for metadata services. It goes straight to the address it is given: no proxy, no redirect, no TLS, no
//! connection kept, bounded in time and size. It knows nothing of identities.

mod body;
mod dial;
mod endpoint;
mod failure;
mod metadata;

pub use body::Body;
pub use dial::{Dial, Dialling, Duplex, Line, Tcp};
pub use endpoint::{Endpoint, EndpointFault};
pub use failure::Failure;
pub use metadata::{Answer, Connection, Limits, MetadataClient};
