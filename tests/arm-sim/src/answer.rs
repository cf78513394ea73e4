//! The form in which every answer leaves, and how a short one is brought into it.

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::Bytes;
use imds_sim::Closed;
use imds_sim::answers::Plain;

/// An answer on its way out.
pub(crate) type Answer = Response<UnsyncBoxBody<Bytes, Closed>>;

pub(crate) fn whole(answer: Plain) -> Answer {
    answer.map(|body| Full::new(body).map_err(|never| match never {}).boxed_unsync())
}
