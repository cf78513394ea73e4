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

/// Over what the limits allow, from the first token to the last: until the first one the machine is busy with so many processes that
/// wake up at once, whoever asks.
const MARGIN: f64 = 1.05;
/// The first token over that of the same processes without a gate.
const HEADWAY: f64 = 1.25;
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
    /// Ours: bounds apply. The client whose processes do the same without a gate.
    paced_beside: Option<&'static str>,
    /// How many may be starting up at a time.
    together: usize,
    command: Box<dyn Fn(&Ground) -> Command>,
}

impl Client {
    fn paced_beside(self, other: &'static str) -> Self {
        Self { paced_beside: Some(other), ..self }
    }
}

/// Runs every client's round and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let latency = Duration::from_millis(options.latency_ms);
    let allowed = allowance::seconds(options.processes, latency);
    let mut rounds = Vec::new();
    for client in
        clients(options)?.into_iter().filter(|client| client.paced_beside.is_some() || !options.ours)
    {
        println!("stampede: {} processes, {}", options.processes, client.name);
        let round = round(&client, options.processes, latency)?;
        for (failure, times) in &round.failures {
            println!("  {times} x {failure}");
        }
        rounds.push((client, round));
    }
    println!("\n{}", table(options.processes, &rounds, latency, allowed));
    println!(
        "allowed: the seconds a perfect queue needs with 20 requests a second, 5 in flight, {} ms each;\n\
         ratio: the time from the first token to the last over that",
        options.latency_ms
    );
    if !options.native && !options.tiered {
        println!("shells run with DOTNET_TieredCompilation=0; --tiered leaves their runtime as it is");
    }
    promise(options.processes, &rounds, latency, allowed, bounds);
    Ok(())
}

fn table(processes: usize, rounds: &[(Client, Round)], latency: Duration, allowed: f64) -> Table {
    let mut table = Table::new(&[
        "client",
        "processes",
        "tokens",
        "failures",
        "429s",
        "first s",
        "last s",
        "allowed",
        "ratio",
    ]);
    for (client, round) in rounds {
        let ratio = round.queued(latency) / allowed;
        table.row([
            client.name.to_string(),
            processes.to_string(),
            round.tokens.to_string(),
            (processes - round.tokens).to_string(),
            round.refused.to_string(),
            format!("{:.2}", round.first),
            format!("{:.2}", round.seconds),
            format!("{allowed:.2}"),
            if round.tokens == processes { format!("{ratio:.2}") } else { "-".into() },
        ]);
    }
    table
}

fn promise(
    processes: usize,
    rounds: &[(Client, Round)],
    latency: Duration,
    allowed: f64,
    bounds: &mut Bounds,
) {
    for (client, round) in rounds {
        let Some(beside) = client.paced_beside else { continue };
        let what = |promise| format!("{}: {promise}", client.name);
        bounds.at_most(what("processes without a token"), (processes - round.tokens) as f64, 0.0, "");
        bounds.at_most(what("requests answered 429"), round.refused as f64, 0.0, "");
        bounds.at_most(what("time over what the limits allow"), round.queued(latency) / allowed, MARGIN, "x");
        if let Some((_, other)) = rounds.iter().find(|(other, _)| other.name == beside) {
            bounds.at_most(
                what("first token over one without a gate"),
                round.first / other.first,
                HEADWAY,
                "x",
            );
        }
    }
}

struct Round {
    tokens: usize,
    refused: u64,
    /// From the release to the first token.
    first: f64,
    /// From the release to the last answer.
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
        let (tokens, failed): (Vec<&Answer>, Vec<&Answer>) =
            answers.iter().partition(|answer| answer.line == "token");
        let mut failures: Vec<(String, usize)> = Vec::new();
        for answer in failed {
            match failures.iter_mut().find(|(line, _)| *line == answer.line) {
                Some((_, times)) => *times += 1,
                None => failures.push((answer.line.clone(), 1)),
            }
        }
        let after = |answer: &&Answer| answer.after.as_secs_f64();
        Self {
            tokens: tokens.len(),
            refused: counts.refused_by_rate + counts.refused_by_concurrency,
            first: tokens.iter().map(after).fold(f64::NAN, f64::min),
            seconds: answers.iter().map(|answer| answer.after.as_secs_f64()).fold(0.0, f64::max),
            failures,
        }
    }

    /// What a queue took whose first answer came when this one's did.
    fn queued(&self, latency: Duration) -> f64 {
        self.seconds - self.first + latency.as_secs_f64()
    }
}

fn clients(options: &Options) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    let shell = if options.native { None } else { shell::introduce()? };
    match shell {
        Some(program) => {
            let shell = Shell { program, tiered: options.tiered };
            let module = options.module.module.clone();
            let bare = "Invoke-RestMethod in pwsh, no retry";
            let paced = shell.runs("Tollgate in pwsh", "stampede/tollgate.ps1", module);
            clients.push(paced.paced_beside(bare));
            clients.push(shell.runs(bare, "stampede/invoke-restmethod.ps1", PathBuf::new()));
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
    let bare = "native process, retries after 1, 2, 4 s";
    clients.push(native("Tollgate, native process", "paced")?.paced_beside(bare));
    clients.push(native(bare, "unpaced")?);
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
        Client { name, paced_beside: None, together: 4, command: Box::new(command) }
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
    Ok(Client { name, paced_beside: None, together: 50, command: Box::new(command) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATENCY: Duration = Duration::from_millis(20);

    fn answer(line: &str, after: u64) -> Answer {
        Answer { line: line.into(), after: Duration::from_secs(after) }
    }

    #[test]
    fn a_round_ends_at_its_last_answer_whatever_that_says() {
        let late = answer("failed: Throttled", 7);
        let counts = Counts { refused_by_rate: 2, refused_by_concurrency: 1, ..Counts::default() };
        let answers = [answer("failed: Throttled", 1), answer("token", 2), late, answer("token", 5)];
        let round = Round::new(&answers, &counts);
        assert_eq!((round.first, round.seconds, round.tokens, round.refused), (2.0, 7.0, 2, 3));
        assert_eq!(round.failures, [("failed: Throttled".to_string(), 2)]);
        assert_eq!(round.queued(LATENCY), 5.02);
    }

    fn broken(ours: &[Answer], others: &[Answer]) -> Vec<String> {
        let client = |name, paced_beside| Client {
            name,
            paced_beside,
            together: 1,
            command: Box::new(|_| Command::new("true")),
        };
        let rounds = [
            (client("ours", Some("theirs")), Round::new(ours, &Counts::default())),
            (client("theirs", None), Round::new(others, &Counts::default())),
        ];
        let mut bounds = Bounds::default();
        promise(ours.len(), &rounds, LATENCY, 2.0, &mut bounds);
        bounds.to_string().lines().filter(|line| line.ends_with("NO")).map(str::to_owned).collect()
    }

    #[test]
    fn neither_a_slow_queue_nor_a_late_start_passes() {
        let theirs = [answer("token", 4)];
        assert!(broken(&[answer("token", 4), answer("token", 6)], &theirs).is_empty());
        let slow = broken(&[answer("token", 4), answer("token", 7)], &theirs);
        assert!(matches!(&*slow, [one] if one.contains("what the limits allow")), "{slow:?}");
        let late = broken(&[answer("token", 6), answer("token", 8)], &theirs);
        assert!(matches!(&*late, [one] if one.contains("without a gate")), "{late:?}");
        let none = broken(&[answer("failed", 4), answer("failed", 4)], &theirs);
        assert_eq!(none.len(), 3, "{none:?}");
    }
}
