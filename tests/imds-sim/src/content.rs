//! The body of an answer: whole, or broken in one of the ways a body can be broken on the wire.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::Sleep;

/// An answer on its way out.
pub(crate) type Answer = Response<Content>;

/// The connection ends before its answer does.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
pub struct Closed;

const BLANKS: Bytes = Bytes::from_static(&[b' '; 16 * 1024]);

pub(crate) enum Content {
    Whole(Bytes),
    /// Followed by blanks, which JSON permits: only its size is wrong.
    Padded {
        start: Bytes,
        blanks: u64,
    },
    /// Half of it, then the connection closes.
    Cut {
        half: Bytes,
        claimed: u64,
        flushed: bool,
    },
    /// Half of it, then nothing until the client leaves.
    Stalled {
        half: Bytes,
        claimed: u64,
    },
    /// One byte at a time.
    Dripping {
        left: Bytes,
        every: Duration,
        pause: Pin<Box<Sleep>>,
    },
}

impl Content {
    pub(crate) fn padded(start: Bytes, size: u64) -> Self {
        let blanks = size.saturating_sub(start.len() as u64);
        Self::Padded { start, blanks }
    }

    pub(crate) fn cut(whole: &Bytes) -> Self {
        Self::Cut { half: whole.slice(..whole.len() / 2), claimed: whole.len() as u64, flushed: false }
    }

    pub(crate) fn stalled(whole: &Bytes) -> Self {
        Self::Stalled { half: whole.slice(..whole.len() / 2), claimed: whole.len() as u64 }
    }

    pub(crate) fn dripping(whole: Bytes, every: Duration) -> Self {
        Self::Dripping { left: whole, every, pause: Box::pin(tokio::time::sleep(every)) }
    }
}

impl From<Bytes> for Content {
    fn from(whole: Bytes) -> Self {
        Self::Whole(whole)
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        let chunk = match &mut *self {
            Self::Whole(left) => std::mem::take(left),
            Self::Padded { start, blanks } if start.is_empty() => {
                let chunk = BLANKS.slice(..BLANKS.len().min(usize::try_from(*blanks).unwrap_or(usize::MAX)));
                *blanks -= chunk.len() as u64;
                chunk
            }
            Self::Padded { start, .. } => std::mem::take(start),
            Self::Cut { half, .. } if !half.is_empty() => std::mem::take(half),
            Self::Cut { flushed, .. } if !*flushed => {
                // The half that was sent leaves the buffer while this body is pending.
                *flushed = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Self::Cut { .. } => return Poll::Ready(Some(Err(Closed))),
            Self::Stalled { half, .. } if !half.is_empty() => std::mem::take(half),
            Self::Stalled { .. } => return Poll::Pending,
            Self::Dripping { left, every, pause } => {
                ready!(pause.as_mut().poll(context));
                *pause = Box::pin(tokio::time::sleep(*every));
                left.split_to(left.len().min(1))
            }
        };
        Poll::Ready((!chunk.is_empty()).then(|| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(left) | Self::Dripping { left, .. } => left.is_empty(),
            Self::Padded { start, blanks } => start.is_empty() && *blanks == 0,
            Self::Cut { .. } | Self::Stalled { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Whole(left) | Self::Dripping { left, .. } => left.len() as u64,
            Self::Padded { start, blanks } => start.len() as u64 + blanks,
            Self::Cut { claimed, .. } | Self::Stalled { claimed, .. } => *claimed,
        })
    }
}

/// Why a request gets no answer at all.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset on purpose")]
pub struct Reset;
