//! The release library on disk.

use anyhow::Result;

use crate::bounds::Bounds;
use crate::paths;
use crate::table::Table;

const LIMIT: f64 = 5.0;

/// Prints the size.
pub(crate) fn run(bounds: &mut Bounds) -> Result<()> {
    let library = paths::library()?;
    let bytes = std::fs::metadata(&library)?.len();
    let megabytes = bytes as f64 / 1e6;
    let mut table = Table::new(&["release library", "bytes", "MB"]);
    let name = library.file_name().unwrap_or_default().to_string_lossy().into_owned();
    table.row([name, bytes.to_string(), format!("{megabytes:.2}")]);
    println!("\n{table}");
    bounds.at_most("size: the release library", megabytes, LIMIT, "MB");
    Ok(())
}
