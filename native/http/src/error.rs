//! Why there is no response from a metadata service, by what it means for the next step.

use std::time::Duration;

/// Why there is no complete response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataTransportError {
    /// No connection to the endpoint.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// Connected, but without a complete response in time.
    #[error("no answer within {} seconds", .0.as_secs_f32())]
    ResponseTimeout(Duration),
    /// The connection closed before a response began.
    #[error("the connection was closed before an answer came")]
    ConnectionClosed,
    /// The response ended before its announced length.
    #[error("the answer ended early")]
    IncompleteBody,
    /// The response is larger than any genuine one.
    #[error("the answer is larger than {0} bytes")]
    BodyTooLarge(usize),
    /// The server is not the expected one, or cannot prove that it is.
    #[error("{0}")]
    Tls(String),
    /// The response head is not HTTP, or larger than any genuine one.
    #[error("the answer does not begin as HTTP/1.1 does")]
    InvalidHttp,
}
