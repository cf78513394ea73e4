//! What was sent of a request, for a caller that must decide whether to repeat it.

use std::fmt;

use crate::wording::attempts_text;

/// What was sent of a request, for a caller that abandons it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sends {
    /// Number of sends.
    pub count: u32,
    /// Whether the service may have carried it out although no response arrived.
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
