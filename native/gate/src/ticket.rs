//! A place that was taken, with what tells later whether it is still good.

use crate::clock::Boot;
use crate::ledger::Ledger;

pub(crate) struct Ticket {
    pub(crate) place: Boot,
    /// The line it is a place in.
    pub(crate) line: u64,
    /// How many had been sent when it was last looked at.
    pub(crate) sent: u64,
    /// How many were waiting then.
    pub(crate) waiting: u32,
}

impl Ledger {
    pub(crate) fn ticket(&mut self, now: Boot) -> Ticket {
        let place = self.take_place(now);
        Ticket { place, line: self.line, sent: self.sent, waiting: self.waiting(now) }
    }
}
