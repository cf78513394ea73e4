//! The module that is measured.

use std::path::PathBuf;

use clap::Args;

use crate::paths;

/// The module under test.
#[derive(Args, Clone)]
pub(crate) struct Module {
    /// Folder of the packed module
    #[arg(long, default_value_os_t = paths::packed())]
    pub(crate) module: PathBuf,
}
