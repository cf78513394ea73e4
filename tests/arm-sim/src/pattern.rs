//! A body of any length that is never in memory as a whole, and may break off half way. Its bytes follow from their places,
//! so that whoever reads them can tell.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use imds_sim::Closed;

/// A prime, so that no power of two hides a piece that is missing.
const PERIOD: usize = 251;

/// The same piece again and again.
const PIECE: Bytes = Bytes::from_static(&BYTES);

static BYTES: [u8; PERIOD * 256] = {
    let mut bytes = [0; PERIOD * 256];
    let mut index = 0;
    while index < bytes.len() {
        bytes[index] = (index % PERIOD) as u8;
        index += 1;
    }
    bytes
};

pub(crate) struct Pattern {
    left: u64,
    /// What was promised and never comes.
    withheld: u64,
    flushed: bool,
}

impl Pattern {
    pub(crate) fn whole(length: u64) -> Self {
        Self { left: length, withheld: 0, flushed: false }
    }

    /// Promises all and sends half.
    pub(crate) fn cut(length: u64) -> Self {
        Self { left: length / 2, withheld: length - length / 2, flushed: false }
    }

    pub(crate) fn into_body(self) -> UnsyncBoxBody<Bytes, Closed> {
        self.boxed_unsync()
    }
}

impl Body for Pattern {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        if self.left > 0 {
            let length = PIECE.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= length as u64;
            return Poll::Ready(Some(Ok(Frame::data(PIECE.slice(..length)))));
        }
        if self.withheld == 0 {
            return Poll::Ready(None);
        }
        if !self.flushed {
            // What was sent leaves the buffer while this body is pending.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Closed)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 && self.withheld == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left + self.withheld)
    }
}
