//! Who takes part: Tollgate and others, as shells that run a script and as small native processes.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::ground::{CLIENT_ID, Ground};
use crate::{paths, shell};

/// One kind of process in the race.
pub(super) struct Client {
    pub(super) name: &'static str,
    /// Ours: bounds apply.
    pub(super) paced: bool,
    /// The client whose processes ask without a gate, where that can be compared.
    pub(super) ungated: Option<&'static str>,
    /// How many may be starting up at a time.
    pub(super) together: usize,
    pub(super) command: Box<dyn Fn(&Ground) -> Command>,
}

impl Client {
    pub(super) fn paced(self, ungated: Option<&'static str>) -> Self {
        Self { paced: true, ungated, ..self }
    }
}

/// All of them, in the order of the table; those that this machine cannot run are left out, which is said.
pub(super) fn clients(module: PathBuf, native_only: bool, tiered: bool) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    let shell = if native_only { None } else { shell::introduce()? };
    match shell {
        Some(program) => {
            let shell = Shell { program, tiered };
            let bare = "Invoke-RestMethod in pwsh, no retry";
            let tollgate = shell.runs("Tollgate in pwsh", "stampede/tollgate.ps1", module);
            clients.push(tollgate.paced(Some(bare)));
            clients.push(shell.runs(bare, "stampede/invoke-restmethod.ps1", PathBuf::new()));
            let azure_identity = shell::azure_identity();
            clients.extend(
                azure_identity.map(|library| {
                    shell.runs("Azure.Identity in pwsh", "stampede/azure-identity.ps1", library)
                }),
            );
        }
        None if native_only => {}
        None => println!("shells are {}", shell::NO_SHELL),
    }
    // A native process has its first token so soon that there is nothing to compare.
    clients.push(native("Tollgate, native process", "paced")?.paced(None));
    clients.push(native("native process, retries after 1, 2, 4 s", "unpaced")?);
    Ok(clients)
}

/// The shell of every client that is a script.
struct Shell {
    program: PathBuf,
    tiered: bool,
}

impl Shell {
    fn runs(&self, name: &'static str, script: &'static str, library: PathBuf) -> Client {
        let (program, tiered) = (self.program.clone(), self.tiered);
        let command = move |ground: &Ground| {
            let mut command = shell::script(&program, script);
            ground.point(&mut command);
            if !tiered {
                // Else two hundred shells compile their own methods a second time while they race, and the race is about that.
                command.env("DOTNET_TieredCompilation", "0");
            }
            command.arg("-Library").arg(&library).args(["-ClientId", CLIENT_ID]);
            command
        };
        Client { name, paced: false, ungated: None, together: 4, command: Box::new(command) }
    }
}

fn native(name: &'static str, kind: &'static str) -> Result<Client> {
    let program = paths::worker()?;
    let command = move |ground: &Ground| {
        let mut command = Command::new(&program);
        ground.point(&mut command);
        command.arg(kind);
        command
    };
    Ok(Client { name, paced: false, ungated: None, together: 50, command: Box::new(command) })
}
