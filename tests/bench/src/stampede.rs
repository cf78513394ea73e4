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

/// Over what the limits allow, once a full second's worth of tokens is there: until then the machine is busy with so many
/// processes that wake up at once, whoever asks. Shells still share the cores with each other later.
const MARGIN: f64 = 1.05;
const MARGIN_OF_SHELLS: f64 = 1.10;
/// The first token over that of the same shells without a gate.
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
    /// Ours: bounds apply.
    promises: Option<Promises>,
    /// How many may be starting up at a time.
    together: usize,
    command: Box<dyn Fn(&Ground) -> Command>,
}

struct Promises {
    margin: f64,
    /// The client whose processes do the same without a gate.
    beside: Option<&'static str>,
}

impl Client {
    fn promises(self, margin: f64, beside: Option<&'static str>) -> Self {
        Self { promises: Some(Promises { margin, beside }), ..self }
    }
}

/// Runs every client's round and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let latency = Duration::from_millis(options.latency_ms);
    let mut rounds = Vec::new();
    for client in clients(options)?.into_iter().filter(|client| client.promises.is_some() || !options.ours) {
        println!("stampede: {} processes, {}", options.processes, client.name);
        let round = round(&client, options.processes, latency)?;
        for (failure, times) in &round.failures {
            println!("  {times} x {failure}");
        }
        rounds.push((client, round));
    }
    println!("\n{}", table(options.processes, &rounds, latency));
    println!(
        "allowed: the seconds a perfect queue needs with 20 requests a second, 5 in flight, {} ms each;\n\
         ratio: the time from token {} to the last over what that queue needs for it",
        options.latency_ms,
        allowance::PER_SECOND
    );
    if !options.native && !options.tiered {
        println!("shells run with DOTNET_TieredCompilation=0; --tiered leaves their runtime as it is");
    }
    promise(options.processes, &rounds, latency, bounds);
    Ok(())
}

fn table(processes: usize, rounds: &[(Client, Round)], latency: Duration) -> Table {
    let allowed = allowance::seconds(processes, latency);
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
        let ratio = round.ratio(latency).filter(|_| round.tokens == processes);
        table.row([
            client.name.to_string(),
            processes.to_string(),
            round.tokens.to_string(),
            (processes - round.tokens).to_string(),
            round.refused.to_string(),
            format!("{:.2}", round.first),
            format!("{:.2}", round.seconds),
            format!("{allowed:.2}"),
            ratio.map_or("-".into(), |ratio| format!("{ratio:.2}")),
        ]);
    }
    table
}

fn promise(processes: usize, rounds: &[(Client, Round)], latency: Duration, bounds: &mut Bounds) {
    for (client, round) in rounds {
        let Some(Promises { margin, beside }) = client.promises else { continue };
        let what = |promise| format!("{}: {promise}", client.name);
        bounds.at_most(what("processes without a token"), (processes - round.tokens) as f64, 0.0, "");
        bounds.at_most(what("requests answered 429"), round.refused as f64, 0.0, "");
        if let Some(ratio) = round.ratio(latency) {
            bounds.at_most(what("time over what the limits allow"), ratio, margin, "x");
        }
        if let Some((_, other)) = rounds.iter().find(|(other, _)| Some(other.name) == beside) {
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
    /// From the release to the token that ends the first second's worth; nothing where there are no more.
    full: Option<f64>,
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
        let mut times: Vec<f64> = tokens.iter().map(|answer| answer.after.as_secs_f64()).collect();
        times.sort_by(f64::total_cmp);
        Self {
            tokens: tokens.len(),
            refused: counts.refused_by_rate + counts.refused_by_concurrency,
            first: times.first().copied().unwrap_or(f64::NAN),
            full: times
                .get(allowance::PER_SECOND - 1)
                .copied()
                .filter(|_| times.len() > allowance::PER_SECOND),
            seconds: answers.iter().map(|answer| answer.after.as_secs_f64()).fold(0.0, f64::max),
            failures,
        }
    }

    /// What the queue took, from the first second's worth to its end, over what the limits allow.
    fn ratio(&self, latency: Duration) -> Option<f64> {
        let allowed =
            allowance::seconds(self.tokens, latency) - allowance::seconds(allowance::PER_SECOND, latency);
        self.full.map(|full| (self.seconds - full) / allowed)
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
            clients.push(paced.promises(MARGIN_OF_SHELLS, Some(bare)));
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
    clients.push(native("Tollgate, native process", "paced")?.promises(MARGIN, None));
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
        Client { name, promises: None, together: 4, command: Box::new(command) }
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
    Ok(Client { name, promises: None, together: 50, command: Box::new(command) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATENCY: Duration = Duration::from_millis(20);

    fn answer(line: &str, after: f64) -> Answer {
        Answer { line: line.into(), after: Duration::from_secs_f64(after) }
    }

    /// Twenty tokens at one moment, and one more.
    fn tokens(twenty: f64, last: f64) -> Vec<Answer> {
        let mut answers = vec![answer("token", twenty); 20];
        answers.push(answer("token", last));
        answers
    }

    #[test]
    fn a_round_ends_at_its_last_answer_whatever_that_says() {
        let late = answer("failed: Throttled", 7.0);
        let counts = Counts { refused_by_rate: 2, refused_by_concurrency: 1, ..Counts::default() };
        let answers = [answer("failed: Throttled", 1.0), answer("token", 2.0), late, answer("token", 5.0)];
        let round = Round::new(&answers, &counts);
        assert_eq!((round.first, round.seconds, round.tokens, round.refused), (2.0, 7.0, 2, 3));
        assert_eq!(round.failures, [("failed: Throttled".to_string(), 2)]);
        assert_eq!(round.ratio(LATENCY), None);
    }

    #[test]
    fn the_queue_is_measured_from_the_end_of_the_first_seconds_worth() {
        let round = Round::new(&tokens(3.0, 3.94), &Counts::default());
        let ratio = round.ratio(LATENCY).unwrap();
        assert!((ratio - 1.0).abs() < 1e-9, "{ratio}");
    }

    fn broken(ours: &[Answer], others: &[Answer]) -> Vec<String> {
        let client =
            |name| Client { name, promises: None, together: 1, command: Box::new(|_| Command::new("true")) };
        let rounds = [
            (client("ours").promises(MARGIN, Some("theirs")), Round::new(ours, &Counts::default())),
            (client("theirs"), Round::new(others, &Counts::default())),
        ];
        let mut bounds = Bounds::default();
        promise(ours.len(), &rounds, LATENCY, &mut bounds);
        bounds.to_string().lines().filter(|line| line.ends_with("NO")).map(str::to_owned).collect()
    }

    #[test]
    fn neither_a_slow_queue_nor_a_late_start_passes() {
        let theirs = [answer("token", 4.0)];
        assert!(broken(&tokens(4.0, 4.96), &theirs).is_empty());
        let slow = broken(&tokens(4.0, 5.2), &theirs);
        assert!(matches!(&*slow, [one] if one.contains("what the limits allow")), "{slow:?}");
        let late = broken(&tokens(6.0, 6.96), &theirs);
        assert!(matches!(&*late, [one] if one.contains("without a gate")), "{late:?}");
        let none = broken(&[answer("failed", 4.0)], &theirs);
        assert_eq!(none.len(), 2, "{none:?}");
    }
}
