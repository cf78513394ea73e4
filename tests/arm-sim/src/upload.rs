//! The body of a request: counted and hashed as it comes, and kept if it is short.

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use ring::digest::{Context, SHA256};

use crate::bearer::hex;

/// Longer ones are only counted and hashed.
const KEPT: usize = 4 * 1024 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Upload {
    /// Nothing if it was too long to keep.
    pub(crate) bytes: Option<Bytes>,
    pub(crate) length: u64,
    pub(crate) sha256: String,
}

impl Upload {
    pub(crate) async fn read<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Result<Self, B::Error> {
        let mut hash = Context::new(&SHA256);
        let mut length = 0;
        let mut kept = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            hash.update(&data);
            length += data.len() as u64;
            if length <= KEPT as u64 {
                kept.extend_from_slice(&data);
            } else {
                kept = Vec::new();
            }
        }
        Ok(Self {
            bytes: (length <= KEPT as u64).then(|| kept.into()),
            length,
            sha256: hex(hash.finish().as_ref()),
        })
    }
}
