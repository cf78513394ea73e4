//! Many processes, warm and released at one instant, each wanting one token: through Tollgate, and as scripts and client
//! libraries do it today. Each client has a round of its own on a fresh service with the real limits.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use imds_sim::Counts;

use crate::bounds::Bounds;
use crate::ground::{CLIENT_ID, Ground};
use crate::herd::{Answer, Herd};
use crate::module::Module;
use crate::table::Table;
use crate::{allowance, paths, shell};

/// Over what the limits allow.
const MARGIN: f64 = 1.05;
/// What was sent to warm up has left every window after this.
const SETTLE: Duration = Duration::from_millis(1500);
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    module: Module,
    /// Processes of each client
    #[arg(long, default_value_t = 200)]
    processes: usize,
    /// Milliseconds the service takes for an answer
    #[arg(long, default_value_t = 20)]
    latency_ms: u64,
    /// Small native processes only, no shell
    #[arg(long)]
    native: bool,
    /// Leave the shells' runtime as it is, so that they also compile their methods a second time while they race
    #[arg(long)]
    tiered: bool,
    /// Tollgate's rows only, without those it is compared with
    #[arg(long)]
    ours: bool,
}

impl Options {
    pub(crate) fn with(module: PathBuf) -> Self {
        Self {
            module: Module { module },
            processes: 200,
            latency_ms: 20,
            native: false,
            tiered: false,
            ours: false,
        }
    }
}

/// One kind of process in the race.
struct Client {
    name: &'static str,
    /// Ours: bounds apply.
    paced: bool,
    /// How many may be starting up at a time.
    together: usize,
    command: Box<dyn Fn(&Ground) -> Command>,
}

impl Client {
    fn paced(self) -> Self {
        Self { paced: true, ..self }
    }
}

/// Runs every client's round and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let latency = Duration::from_millis(options.latency_ms);
    let allowed = allowance::seconds(options.processes, latency);
    let mut table =
        Table::new(&["client", "processes", "tokens", "failures", "429s", "seconds", "allowed", "ratio"]);
    for client in clients(options)?.into_iter().filter(|client| client.paced || !options.ours) {
        println!("stampede: {} processes, {}", options.processes, client.name);
        let round = round(&client, options.processes, latency)?;
        let ratio = round.seconds / allowed;
        table.row([
            client.name.to_string(),
            options.processes.to_string(),
            round.tokens.to_string(),
            (options.processes - round.tokens).to_string(),
            round.refused.to_string(),
            format!("{:.2}", round.seconds),
            format!("{allowed:.2}"),
            if round.tokens == options.processes { format!("{ratio:.2}") } else { "-".into() },
        ]);
        if client.paced {
            let what = |promise| format!("{}: {promise}", client.name);
            let empty_handed = (options.processes - round.tokens) as f64;
            bounds.at_most(what("processes without a token"), empty_handed, 0.0, "");
            bounds.at_most(what("requests answered 429"), round.refused as f64, 0.0, "");
            bounds.at_most(what("time over what the limits allow"), ratio, MARGIN, "x");
        }
        for (failure, times) in round.failures {
            println!("  {times} x {failure}");
        }
    }
    println!("\n{table}");
    println!(
        "allowed: the seconds a perfect queue needs with 20 requests a second, 5 in flight, {} ms each",
        options.latency_ms
    );
    if !options.native && !options.tiered {
        println!("shells run with DOTNET_TieredCompilation=0; --tiered leaves their runtime as it is");
    }
    Ok(())
}

struct Round {
    tokens: usize,
    refused: u64,
    seconds: f64,
    failures: Vec<(String, usize)>,
}

fn round(client: &Client, processes: usize, latency: Duration) -> Result<Round> {
    let ground = Ground::new(latency)?;
    let mut herd = Herd::gather(processes, client.together, PATIENCE, || (client.command)(&ground))?;
    std::thread::sleep(SETTLE);
    ground.forget();
    let start = Instant::now();
    herd.release()?;
    Ok(Round::new(&herd.answers(start, PATIENCE), &ground.counts()))
}

impl Round {
    /// What came of it. It ends at the last answer, whatever that says: the processes live on.
    fn new(answers: &[Answer], counts: &Counts) -> Self {
        let mut failures: Vec<(String, usize)> = Vec::new();
        for answer in answers.iter().filter(|answer| answer.line != "token") {
            match failures.iter_mut().find(|(line, _)| *line == answer.line) {
                Some((_, times)) => *times += 1,
                None => failures.push((answer.line.clone(), 1)),
            }
        }
        Self {
            tokens: answers.iter().filter(|answer| answer.line == "token").count(),
            refused: counts.refused_by_rate + counts.refused_by_concurrency,
            seconds: answers.iter().map(|answer| answer.after.as_secs_f64()).fold(0.0, f64::max),
            failures,
        }
    }
}

fn clients(options: &Options) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    let shell = if options.native { None } else { shell::introduce()? };
    match shell {
        Some(program) => {
            let shell = Shell { program, tiered: options.tiered };
            let module = options.module.module.clone();
            clients.push(shell.runs("Tollgate in pwsh", "stampede/tollgate.ps1", module).paced());
            let name = "Invoke-RestMethod in pwsh, no retry";
            clients.push(shell.runs(name, "stampede/invoke-restmethod.ps1", PathBuf::new()));
            let azure_identity = shell::azure_identity();
            clients.extend(
                azure_identity.map(|library| {
                    shell.runs("Azure.Identity in pwsh", "stampede/azure-identity.ps1", library)
                }),
            );
        }
        None if options.native => {}
        None => println!("shells are {}", shell::NO_SHELL),
    }
    clients.push(native("Tollgate, native process", "paced")?.paced());
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
        Client { name, paced: false, together: 4, command: Box::new(command) }
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
    Ok(Client { name, paced: false, together: 50, command: Box::new(command) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_ends_at_its_last_answer_whatever_that_says() {
        let answer = |line: &str, after| Answer { line: line.into(), after: Duration::from_secs(after) };
        let late = answer("failed: Throttled", 7);
        let counts = Counts { refused_by_rate: 2, refused_by_concurrency: 1, ..Counts::default() };
        let round = Round::new(&[answer("token", 2), late.clone(), answer("token", 5), late], &counts);
        assert_eq!((round.seconds, round.tokens, round.refused), (7.0, 2, 3));
        assert_eq!(round.failures, [("failed: Throttled".to_string(), 2)]);
    }
}
