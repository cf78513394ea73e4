//! How a connection is made. A seam: a test puts a line within the process in its place, and time of its own with it.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::endpoint::Endpoint;

/// Bytes both ways.
pub trait Duplex: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Duplex for T {}

/// A connection that was made.
pub type Line = Pin<Box<dyn Duplex>>;

/// The making of a connection.
pub type Dialling<'a> = Pin<Box<dyn Future<Output = io::Result<Line>> + Send + 'a>>;

/// Makes connections.
pub trait Dial: Send + Sync {
    /// Connects to an endpoint.
    fn dial<'a>(&'a self, endpoint: &'a Endpoint) -> Dialling<'a>;
}

/// Connections over TCP, straight to the address: no proxy is asked.
#[derive(Clone, Copy, Debug)]
pub struct Tcp;

impl Dial for Tcp {
    fn dial<'a>(&'a self, endpoint: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async move {
            let stream = TcpStream::connect(endpoint.socket()).await?;
            // One small segment each way: waiting to fill it only costs.
            stream.set_nodelay(true)?;
            Ok(Box::pin(stream) as Line)
        })
    }
}
