//! Many processes, warm and released at one instant, each wanting one token: through Tollgate, and as scripts and client
//! libraries do it today. Each client has a round of its own on a fresh service with the real limits.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::allowance;
use crate::bounds::Bounds;
use crate::ground::Ground;
use crate::herd::Herd;
use crate::module::Module;
use crate::table::Table;

mod clients;
mod record;
mod round;

use clients::Client;
pub(crate) use record::{ClientRecord, Record};
use round::Round;

/// Over what the limits allow, from the release of the processes to the last answer.
const MARGIN: f64 = 1.05;
/// The first token over that of shells that ask without a gate.
const FIRST_TOKEN: f64 = 1.0;
/// What was sent to warm up has left every window after this.
const SETTLE: Duration = Duration::from_millis(1500);
const PATIENCE: Duration = Duration::from_secs(300);
/// How often the service's refusals are counted while a round runs: two pixels of the picture.
const SAMPLE: Duration = Duration::from_millis(40);

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
    /// Write when each answer came to this file, from which `picture` draws
    #[arg(long)]
    record: Option<PathBuf>,
}

impl Options {
    pub(crate) fn with(module: PathBuf, record: Option<PathBuf>) -> Self {
        Self {
            module: Module { module },
            processes: 200,
            latency_ms: 20,
            native: false,
            tiered: false,
            ours: false,
            record,
        }
    }
}

/// Runs every client's round and prints one table.
pub(crate) fn run(options: &Options, bounds: &mut Bounds) -> Result<()> {
    let latency = Duration::from_millis(options.latency_ms);
    let allowed = allowance::seconds(options.processes, latency);
    let mut rounds = Vec::new();
    let mut record = Record { processes: options.processes, allowed_seconds: allowed, clients: Vec::new() };
    for client in clients::clients(options.module.module.clone(), options.native, options.tiered)?
        .into_iter()
        .filter(|client| client.paced || !options.ours)
    {
        println!("stampede: {} processes, {}", options.processes, client.name);
        let (round, times) = round(&client, options.processes, latency)?;
        record.clients.push(times);
        for (failure, times) in &round.failures {
            println!("  {times} x {failure}");
        }
        rounds.push((client, round));
    }
    println!("\n{}", table(options.processes, &rounds, allowed));
    println!(
        "allowed: the seconds a perfect queue needs with 20 requests a second, 5 in flight, {} ms each",
        options.latency_ms
    );
    if !options.native && !options.tiered {
        println!("shells run with DOTNET_TieredCompilation=0; --tiered leaves their runtime as it is");
    }
    promise(options.processes, &rounds, allowed, bounds);
    options.record.as_ref().map_or(Ok(()), |path| record.write(path))
}

fn table(processes: usize, rounds: &[(Client, Round)], allowed: f64) -> Table {
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
        let ratio = round.last / allowed;
        table.row([
            client.name.to_string(),
            processes.to_string(),
            round.tokens.to_string(),
            (processes - round.tokens).to_string(),
            round.refused.to_string(),
            format!("{:.2}", round.first),
            format!("{:.2}", round.last),
            format!("{allowed:.2}"),
            if round.tokens == processes { format!("{ratio:.2}") } else { "-".into() },
        ]);
    }
    table
}

fn promise(processes: usize, rounds: &[(Client, Round)], allowed: f64, bounds: &mut Bounds) {
    for (client, round) in rounds.iter().filter(|(client, _)| client.paced) {
        let what = |promise| format!("{}: {promise}", client.name);
        bounds.at_most(what("processes without a token"), (processes - round.tokens) as f64, 0.0, "");
        bounds.at_most(what("requests answered 429"), round.refused as f64, 0.0, "");
        bounds.at_most(what("time over what the limits allow"), round.last / allowed, MARGIN, "x");
        let Some(ungated) = client.ungated else { continue };
        match rounds.iter().find(|(other, _)| other.name == ungated) {
            Some((_, other)) => bounds.at_most(
                what("first token over one without a gate"),
                round.first / other.first,
                FIRST_TOKEN,
                "x",
            ),
            None => println!("{}: the first token is not compared, for '{ungated}' did not run", client.name),
        }
    }
}

fn round(client: &Client, processes: usize, latency: Duration) -> Result<(Round, ClientRecord)> {
    let ground = Ground::new(latency)?;
    let mut herd = Herd::gather(processes, client.together, PATIENCE, || (client.command)(&ground))?;
    std::thread::sleep(SETTLE);
    ground.forget();
    let start = Instant::now();
    herd.release()?;
    let (answers, throttled) = watch_throttling(&ground, start, || herd.answers(start, PATIENCE));
    let record = ClientRecord::new(client.name, client.paced, &answers, throttled);
    Ok((Round::new(&answers, &ground.counts()), record))
}

/// Runs `work` and samples meanwhile how many requests the service has refused: (seconds since `start`, newly refused).
fn watch_throttling<T>(ground: &Ground, start: Instant, work: impl FnOnce() -> T) -> (T, Vec<(f64, u64)>) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let sampler = scope.spawn(|| {
            let (mut samples, mut seen) = (Vec::new(), 0);
            loop {
                let last = done.load(Ordering::Acquire);
                let refused = ground.refused();
                if refused > seen {
                    samples.push((start.elapsed().as_secs_f64(), refused - seen));
                    seen = refused;
                }
                if last {
                    return samples;
                }
                std::thread::sleep(SAMPLE);
            }
        });
        let result = work();
        done.store(true, Ordering::Release);
        (result, sampler.join().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::process::Command;

    use imds_sim::Counts;

    use super::*;
    use crate::herd::Answer;

    fn answer(line: &str, after: f64) -> Answer {
        Answer { line: line.into(), after: Duration::from_secs_f64(after) }
    }

    /// What is not held of a herd that may take ten seconds, beside one without a gate.
    fn broken(ours: &[Answer], refused_by_rate: u64, theirs: f64) -> Vec<String> {
        let client = |name, paced, ungated| Client {
            name,
            paced,
            ungated,
            together: 1,
            command: Box::new(|_| Command::new("true")),
        };
        let counts = Counts { refused_by_rate, ..Counts::default() };
        let rounds = [
            (client("ours", true, Some("theirs")), Round::new(ours, &counts)),
            (client("theirs", false, None), Round::new(&[answer("token", theirs)], &Counts::default())),
        ];
        let mut bounds = Bounds::default();
        promise(ours.len(), &rounds, 10.0, &mut bounds);
        bounds.to_string().lines().filter(|line| line.ends_with("NO")).map(str::to_owned).collect()
    }

    /// Sends one token request and waits for its response.
    fn ask(ground: &Ground) {
        let mut command = Command::new("sh");
        ground.point(&mut command);
        let url = command.get_envs().find(|(name, _)| *name == "AZURE_POD_IDENTITY_AUTHORITY_HOST");
        let url = url.and_then(|(_, value)| value?.to_str()).unwrap();
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        let request = "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fx HTTP/1.1\r\n\
                       Host: x\r\nMetadata: true\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }

    #[test]
    fn every_429_of_a_round_is_in_its_record_and_none_from_before() {
        let ground = Ground::new(Duration::ZERO).unwrap();
        while ground.refused() == 0 {
            ask(&ground);
        }
        ground.forget();
        let start = Instant::now();
        let (refused, samples) = watch_throttling(&ground, start, || {
            // Longer than two samples, so that a refusal that is counted twice shows.
            while start.elapsed() < 3 * SAMPLE || ground.refused() == 0 {
                ask(&ground);
            }
            ground.refused()
        });
        assert_eq!(samples.iter().map(|(_, count)| count).sum::<u64>(), refused);
        assert!(samples.iter().all(|(at, _)| *at > 0.0));
    }

    #[test]
    fn no_promise_is_broken_unseen() {
        let good = [answer("token", 2.0), answer("token", 10.5)];
        assert!(broken(&good, 0, 2.0).is_empty());
        let slow = [answer("token", 2.0), answer("token", 10.6)];
        let lost = [answer("token", 2.0), answer("failed", 10.5)];
        for (answers, refused, theirs, what) in [
            (&slow, 0, 2.0, "what the limits allow"),
            (&good, 0, 1.9, "without a gate"),
            (&lost, 0, 2.0, "without a token"),
            (&good, 1, 2.0, "answered 429"),
        ] {
            let found = broken(answers, refused, theirs);
            assert!(matches!(&*found, [one] if one.contains(what)), "{what}: {found:?}");
        }
    }
}
