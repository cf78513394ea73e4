//! What has left of a request, for whoever has to decide whether to repeat it.

use std::fmt;

use crate::wording::attempts_text;

/// What has left of a request, for whoever gives it up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sends {
    /// How often it was sent.
    pub count: u32,
    /// Whether it may have been carried out without anybody having heard of it.
    pub may_be_done: bool,
}

impl fmt::Display for Sends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            0 => f.write_str("the request was not sent"),
            count => write!(f, "the request was sent {}", attempts_text(count)),
        }?;
        if self.may_be_done { f.write_str(", and may have been carried out") } else { Ok(()) }
    }
}
