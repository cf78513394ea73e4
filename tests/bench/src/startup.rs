//! A fresh shell: what importing costs, and what the first token costs after it, client by client in turn.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::bounds::Bounds;
use crate::figures::Figures;
use crate::ground::{CLIENT_ID, Ground};
use crate::table::Table;
use crate::{Module, shell};

/// Milliseconds of an import over that of an empty binary module.
const IMPORT_MORE: f64 = 30.0;
/// Milliseconds of import, connect and first token together, the service's own latency apart.
const FIRST_TOKEN: f64 = 60.0;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    module: Module,
    /// Fresh shells for each client; medians are taken over them
    #[arg(long, default_value_t = 15)]
    runs: usize,
}

impl Options {
    pub(crate) fn with(module: PathBuf) -> Self {
        Self { module: Module { module }, runs: 15 }
    }
}

struct Client {
    name: &'static str,
    script: &'static str,
    library: PathBuf,
    figures: Figures,
}

/// Measures the clients in turn, so that a busy moment of the machine meets all of them, and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let Some(shell) = shell::find() else {
        println!("startup is {}", shell::NO_SHELL);
        return Ok(());
    };
    let client = |name, script, library| Client { name, script, library, figures: Figures::default() };
    let mut clients = vec![
        client("empty binary module", "startup/empty.ps1", shell::empty_module()?),
        client("Tollgate", "startup/tollgate.ps1", options.module.module.clone()),
    ];
    clients.extend(
        shell::azure_identity()
            .map(|library| client("Azure.Identity", "startup/azure-identity.ps1", library)),
    );
    println!("startup: {} fresh shells for each client", options.runs);
    // The first turn brings the files into memory and is thrown away.
    for turn in 0..=options.runs {
        for client in &mut clients {
            let ground = Ground::new(Duration::ZERO)?;
            let mut command = shell::script(&shell, client.script);
            ground.point(&mut command);
            command.arg("-Library").arg(&client.library).args(["-ClientId", CLIENT_ID]);
            let mut thrown_away = Figures::default();
            let figures = if turn == 0 { &mut thrown_away } else { &mut client.figures };
            figures.gather(&mut command)?;
        }
    }

    let heading = ["fresh pwsh", "import ms", "x empty", "first token ms", "x Tollgate", "memory MB"];
    let mut table = Table::new(&heading);
    let (empty, ours) = (&clients[0].figures, &clients[1].figures);
    for (number, client) in clients.iter().enumerate() {
        let figures = &client.figures;
        let first = |text: String| if number == 0 { "-".to_string() } else { text };
        table.row([
            client.name.to_string(),
            format!("{:.1}", figures.median("import")),
            format!("{:.2}", figures.median("import") / empty.median("import")),
            first(format!("{:.1}", figures.median("first"))),
            first(format!("{:.2}", figures.median("first") / ours.median("first"))),
            format!("{:.1}", figures.median("memory")),
        ]);
    }
    println!("\n{table}");
    bounds.at_most(
        "startup: import over an empty module's",
        ours.median("import") - empty.median("import"),
        IMPORT_MORE,
        "ms",
    );
    bounds.at_most("startup: import, connect and first token", ours.median("first"), FIRST_TOKEN, "ms");
    Ok(())
}
