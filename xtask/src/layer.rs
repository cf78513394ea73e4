//! One layer of tests, and what becomes of it.

use anyhow::Result;

use crate::house::House;
use crate::tally::Tally;

/// What became of a layer.
pub(crate) enum Outcome {
    Counted(Tally),
    Built,
    LeftOut(String),
}

/// One layer: its heading and its work.
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    /// Later layers use what this one builds.
    pub(crate) builds: bool,
    pub(crate) needs_build: bool,
    pub(crate) run: fn(&House) -> Result<Outcome>,
}
