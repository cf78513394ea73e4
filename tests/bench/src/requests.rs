//! Requests to Azure in one shell, beside Invoke-RestMethod with a token at hand; and that neither a long listing nor a large
//! download stays in memory.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use arm_sim::Simulator;
use tempfile::TempDir;

use crate::bounds::Bounds;
use crate::figures::Figures;
use crate::ground::Ground;
use crate::module::Module;
use crate::shell;
use crate::table::Table;

/// Over Invoke-RestMethod.
const RATIO: f64 = 1.5;
/// What the shell holds near the end of a listing, over what it holds near the beginning.
const LISTING: f64 = 1.4;
/// What a download may add to the most the shell has held, as a part of what is downloaded.
const DOWNLOAD: f64 = 0.3;
const BYTES: u64 = 200 << 20;
/// Resources on a page of the listing, as the script sets it.
const PAGE: u32 = 20;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    module: Module,
    /// Calls in a round; medians are taken over the rounds
    #[arg(long, default_value_t = 300)]
    calls: u32,
    /// Pages of the listing
    #[arg(long, default_value_t = 5_000)]
    pages: u32,
}

impl Options {
    pub(crate) fn with(module: PathBuf) -> Self {
        Self { module: Module { module }, calls: 300, pages: 5_000 }
    }
}

/// Measures in one shell and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let Some(shell) = shell::introduce()? else {
        println!("requests is {}", shell::NO_SHELL);
        return Ok(());
    };
    let Options { module, calls, pages } = options;
    println!("requests: rounds of {calls} calls in one shell; {pages} pages; {} MB", BYTES >> 20);
    let ground = Ground::new(Duration::ZERO)?;
    let azure = Simulator::start(arm_sim::Options::default())?;
    let folder = TempDir::with_prefix("tollgate-bench-")?;
    let mut command = shell::script(&shell, "requests.ps1");
    ground.point(&mut command);
    command.arg("-Tollgate").arg(&module.module).args(["-Azure", &azure.url()]);
    command.args(["-Calls", &calls.to_string(), "-Pages", &pages.to_string(), "-Bytes", &BYTES.to_string()]);
    command.arg("-Folder").arg(folder.path());
    let mut figures = Figures::default();
    figures.gather(&mut command)?;
    let whole = |figure: &str, expected: f64| (figures.median(figure) - expected).abs() < 0.5;
    ensure!(whole("listed", f64::from(*pages) * f64::from(PAGE)), "the listing is not whole");
    ensure!(whole("downloaded", BYTES as f64), "the download is not whole");

    let other = figures.median("invoke-rest-method");
    let mut table = Table::new(&["one request in pwsh", "microseconds", "x Invoke-RestMethod"]);
    for (name, figure) in [
        ("Invoke-RestMethod, token at hand", "invoke-rest-method"),
        ("Invoke-MiRestMethod and ConvertFrom-Json", "tollgate"),
    ] {
        let median = figures.median(figure);
        table.row([name.to_string(), format!("{median:.0}"), format!("{:.2}", median / other)]);
    }
    println!("\n{table}");
    bounds.at_most("requests: over Invoke-RestMethod", figures.median("tollgate") / other, RATIO, "x");
    let listing = figures.median("listing-late") / figures.median("listing-early");
    bounds.at_most("requests: memory late in a listing over early", listing, LISTING, "x");
    let download = figures.median("download-growth") / (BYTES >> 20) as f64;
    bounds.at_most("requests: memory of a download over its size", download, DOWNLOAD, "x");
    Ok(())
}
