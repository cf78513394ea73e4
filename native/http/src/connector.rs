//! How a connection is made. A trait, so that tests can use an in-process stream with virtual time instead of TCP.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::endpoint::Endpoint;

/// A bidirectional byte stream.
pub trait Io: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Io for T {}

/// An open connection.
pub type BoxedIo = Pin<Box<dyn Io>>;

/// A connection being made.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<BoxedIo>> + Send + 'a>>;

/// Makes connections.
pub trait Connector: Send + Sync {
    /// Connects to an endpoint.
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a>;
}

/// Connects over TCP, directly to the endpoint: no proxy is used.
#[derive(Clone, Copy, Debug)]
pub struct TcpConnector;

impl Connector for TcpConnector {
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a> {
        Box::pin(async move {
            let stream = TcpStream::connect(endpoint.host_port()).await?;
            // Without Nagle's algorithm: it would only delay one small segment each way.
            stream.set_nodelay(true)?;
            Ok(Box::pin(stream) as BoxedIo)
        })
    }
}
