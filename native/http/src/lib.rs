//! The client for metadata services. It goes straight to the address it is given: no proxy, no redirect, no connection
//! kept, bounded in time and size; TLS only to a certificate that is pinned. It knows nothing of identities.

mod body;
mod dial;
mod endpoint;
mod failure;
mod metadata;
mod pinned;
mod question;

pub use body::Body;
pub use dial::{Dial, Dialling, Duplex, Line, Tcp};
pub use endpoint::{Address, AddressFault, Endpoint};
pub use failure::Failure;
pub use metadata::{Answer, Connection, Limits, MetadataClient};
pub use pinned::Thumbprint;
pub use question::Question;
