//! A cached token in one shell, beside an empty cmdlet, one that gives a SecureString, and Azure.Identity's cached token.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::bounds::Bounds;
use crate::figures::Figures;
use crate::ground::{CLIENT_ID, Ground};
use crate::module::Module;
use crate::shell;
use crate::table::Table;

/// Over an empty cmdlet.
const RATIO: f64 = 1.5;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    module: Module,
    /// Calls in a round; medians are taken over the rounds
    #[arg(long, default_value_t = 10_000)]
    calls: u32,
}

impl Options {
    pub(crate) fn with(module: PathBuf) -> Self {
        Self { module: Module { module }, calls: 10_000 }
    }
}

/// Measures in one shell, round by round in turn, and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let Some(shell) = shell::introduce()? else {
        println!("cached is {}", shell::NO_SHELL);
        return Ok(());
    };
    println!("cached: rounds of {} calls in one shell", options.calls);
    let ground = Ground::new(Duration::ZERO)?;
    let mut command = shell::script(&shell, "cached.ps1");
    ground.point(&mut command);
    command
        .arg("-Empty")
        .arg(shell::empty_module("EmptyModule")?)
        .arg("-Tollgate")
        .arg(&options.module.module);
    if let Some(library) = shell::azure_identity() {
        command.arg("-AzureIdentity").arg(library);
    }
    command.args(["-ClientId", CLIENT_ID, "-Calls", &options.calls.to_string()]);
    let mut figures = Figures::default();
    figures.gather(&mut command)?;

    let nothing = figures.median("nothing");
    let mut table = Table::new(&["cached call in pwsh", "microseconds", "x empty cmdlet"]);
    let rows = [
        ("empty cmdlet", "nothing"),
        ("cmdlet that gives a SecureString", "secure"),
        ("Get-MiAccessToken", "tollgate"),
        ("Azure.Identity GetToken, no cmdlet", "azure-identity"),
    ];
    for (name, figure) in rows.into_iter().filter(|(_, figure)| !figures.median(figure).is_nan()) {
        let median = figures.median(figure);
        table.row([name.to_string(), format!("{median:.2}"), format!("{:.2}", median / nothing)]);
    }
    println!("\n{table}");
    bounds.at_most(
        "cached: Get-MiAccessToken over an empty cmdlet",
        figures.median("tollgate") / nothing,
        RATIO,
        "x",
    );
    Ok(())
}
