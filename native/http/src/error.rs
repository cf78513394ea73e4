//! What can go wrong between asking and having an answer, told apart where it decides what to do next.

use std::time::Duration;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataTransportError {
    /// Nobody could be reached at the address.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The connection was made and no whole answer came in time.
    #[error("no answer within {} seconds", .0.as_secs_f32())]
    ResponseTimeout(Duration),
    /// The connection ended before an answer had begun.
    #[error("the connection was closed before an answer came")]
    ConnectionClosed,
    /// The answer ended before its announced length.
    #[error("the answer ended early")]
    IncompleteBody,
    /// The answer is larger than any genuine one.
    #[error("the answer is larger than {0} bytes")]
    BodyTooLarge(usize),
    /// Whoever answers is not the one expected, or cannot prove it.
    #[error("{0}")]
    Tls(String),
    /// The answer's head is not HTTP, or longer than any genuine one.
    #[error("the answer does not begin as HTTP/1.1 does")]
    InvalidHttp,
}
