//! How a connection is made. A seam: a test puts a line within the process in its place, and time of its own with it.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::endpoint::Endpoint;

/// Bytes both ways.
pub trait Io: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Io for T {}

/// A connection that was made.
pub type BoxedIo = Pin<Box<dyn Io>>;

/// The making of a connection.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<BoxedIo>> + Send + 'a>>;

/// Makes connections.
pub trait Connector: Send + Sync {
    /// Connects to an endpoint.
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a>;
}

/// Connections over TCP, straight to the address: no proxy is asked.
#[derive(Clone, Copy, Debug)]
pub struct TcpConnector;

impl Connector for TcpConnector {
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a> {
        Box::pin(async move {
            let stream = TcpStream::connect(endpoint.host_port()).await?;
            // One small segment each way: waiting to fill it only costs.
            stream.set_nodelay(true)?;
            Ok(Box::pin(stream) as BoxedIo)
        })
    }
}
