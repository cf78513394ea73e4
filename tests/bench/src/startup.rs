//! A fresh shell: what importing costs, and what the first token costs after it, client by client in turn.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::bounds::Bounds;
use crate::figures::Figures;
use crate::ground::{CLIENT_ID, Ground};
use crate::module::Module;
use crate::shell;
use crate::table::Table;

/// An import over that of a module with a manifest, one cmdlet, a view and data of a type. PowerShell reads the first file of
/// either kind at a price of its own, however short it is; the module without them stands beside it.
const IMPORT: f64 = 1.3;
/// The same over that of a module with a manifest and one cmdlet alone, that price included.
const BARE_IMPORT: f64 = 2.5;
/// Import, connect and first token together over the first module's import and first call, the service's own latency apart.
const FIRST_TOKEN: f64 = 2.5;

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

/// Where a client's script finds what it loads.
enum Found {
    /// A module by its name on `PSModulePath`.
    ByName(&'static str, PathBuf),
    /// Assemblies in a folder that the script is told.
    InFolder(PathBuf),
}

struct Client {
    name: &'static str,
    script: &'static str,
    found: Found,
    figures: Figures,
}

/// Measures the clients in turn, so that a busy moment of the machine meets all of them, and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let Some(shell) = shell::introduce()? else {
        println!("startup is {}", shell::NO_SHELL);
        return Ok(());
    };
    let client = |name, script, found| Client { name, script, found, figures: Figures::default() };
    let empty = |name| Ok::<_, anyhow::Error>(Found::ByName(name, shell::empty_module(name)?));
    let ours = Found::ByName("Tollgate", options.module.module.clone());
    let mut clients = vec![
        client("one cmdlet and a view", "startup/empty.ps1", empty("ShowingModule")?),
        client("one cmdlet", "startup/empty.ps1", empty("EmptyModule")?),
        client("Tollgate", "startup/tollgate.ps1", ours),
    ];
    clients.extend(
        shell::azure_identity()
            .map(|folder| client("Azure.Identity", "startup/azure-identity.ps1", Found::InFolder(folder))),
    );
    println!("startup: {} fresh shells for each client", options.runs);
    // The first turn brings the files into memory and is thrown away.
    for turn in 0..=options.runs {
        for client in &mut clients {
            let ground = Ground::new(Duration::ZERO)?;
            let mut command = shell::script(&shell, client.script);
            ground.point(&mut command);
            match &client.found {
                Found::ByName(name, module) => {
                    command.env("PSModulePath", shell::modules(name, module)?).args(["-Name", name])
                }
                Found::InFolder(folder) => command.arg("-Library").arg(folder),
            };
            command.args(["-ClientId", CLIENT_ID]);
            let mut thrown_away = Figures::default();
            let figures = if turn == 0 { &mut thrown_away } else { &mut client.figures };
            figures.gather(&mut command)?;
        }
    }

    let heading = ["fresh pwsh", "import ms", "x view", "first token ms", "x view", "memory MB"];
    let mut table = Table::new(&heading);
    let [showing, bare, ours] = [0, 1, 2].map(|client: usize| &clients[client].figures);
    let over = |figures: &Figures, name| figures.median(name) / showing.median(name);
    for Client { name, figures, .. } in &clients {
        table.row([
            (*name).to_string(),
            format!("{:.1}", figures.median("import")),
            format!("{:.2}", over(figures, "import")),
            format!("{:.1}", figures.median("first")),
            format!("{:.2}", over(figures, "first")),
            format!("{:.1}", figures.median("memory")),
        ]);
    }
    println!("\n{table}");
    println!("first token of a module with one cmdlet: the first call of that");
    bounds.at_most(
        "startup: import over a module with one cmdlet and a view",
        over(ours, "import"),
        IMPORT,
        "x",
    );
    bounds.at_most(
        "startup: import over a module with one cmdlet",
        ours.median("import") / bare.median("import"),
        BARE_IMPORT,
        "x",
    );
    let what = "startup: import, connect, first token over that module's import and first call";
    bounds.at_most(what, over(ours, "first"), FIRST_TOKEN, "x");
    Ok(())
}
