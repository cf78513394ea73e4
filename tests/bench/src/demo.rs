//! The main job, shown: in many fresh shells a script starts at the same instant, each connects and asks for its token, and
//! all of them get it.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::ground::{CLIENT_ID, Ground};
use crate::herd::{Answer, Herd};
use crate::module::Module;
use crate::table::Table;
use crate::{allowance, shell};

const PATIENCE: Duration = Duration::from_secs(180);
/// Shells that may be starting up at a time: more would only wait for each other.
const TOGETHER: usize = 4;

/// What each process runs, in the words of its reader; `scripts/demo.ps1` has it.
const SCRIPT: &str = "    Import-Module Tollgate
    Connect-MiAccount -SkipValidation -Identity -AccountId $clientId
    Get-MiAccessToken
";

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    module: Module,
    /// Scripts that start at the same instant
    #[arg(long, default_value_t = 40)]
    processes: usize,
    /// Milliseconds the service takes for an answer
    #[arg(long, default_value_t = 20)]
    latency_ms: u64,
}

/// Runs the scripts and prints how each of them fared. Fails when one of them did, or when the service refused anything.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let latency = Duration::from_millis(options.latency_ms);
    let ground = Ground::new(latency)?;
    let shell = shell::find()?.context(shell::NO_SHELL)?;
    let modules = shell::modules("Tollgate", &options.module.module)?;
    println!("In {} processes at the same instant:\n\n{SCRIPT}", options.processes);
    println!(
        "The simulated service allows 20 requests a second and 5 in flight, and takes {} ms.",
        options.latency_ms
    );
    println!("Starting the processes ...\n");
    let mut herd = Herd::gather(options.processes, TOGETHER, PATIENCE, || {
        let mut command = shell::script(&shell, "demo.ps1");
        ground.point(&mut command);
        command.env("PSModulePath", modules).args(["-ClientId", CLIENT_ID]);
        command
    })?;
    let start = Instant::now();
    herd.release()?;
    let answers = herd.answers(start, PATIENCE);

    let tokens = answers.iter().filter(|answer| waited(answer).is_some()).count();
    println!("{}", table(&answers));
    let counts = ground.counts();
    let refused = ground.refused();
    let last = answers.iter().map(|answer| answer.after).max().unwrap_or_default();
    let mut totals = Table::new(&["total", ""]);
    totals.row(["tokens".to_string(), format!("{tokens} of {}", options.processes)]);
    totals.row(["answers 429 (throttled)".into(), refused.to_string()]);
    totals.row(["requests served".into(), counts.served.to_string()]);
    totals.row([
        "seconds from the first request to the last answer".into(),
        seconds(counts.served_span() + latency),
    ]);
    let allowed = allowance::seconds(options.processes, latency);
    totals.row(["seconds the service's limits allow for that".into(), format!("{allowed:.2}")]);
    totals.row(["seconds from the release to the last script's end".into(), seconds(last)]);
    println!("{totals}");
    Ok(if tokens == options.processes && refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn table(answers: &[Answer]) -> Table {
    let mut table = Table::new(&["script", "result", "waited", "seconds"]);
    for (number, answer) in answers.iter().enumerate() {
        let waited = waited(answer);
        let result = if waited.is_some() { "token" } else { &answer.line };
        table.row([
            format!("{:>2}", number + 1),
            result.to_string(),
            waited.unwrap_or("-").to_string(),
            seconds(answer.after),
        ]);
    }
    table
}

/// The wait at the gate that a process with a token reports; nothing for one without a token.
fn waited(answer: &Answer) -> Option<&str> {
    answer.line.strip_prefix("token ")
}

fn seconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_shown_in_its_own_words_and_a_token_with_its_wait() {
        let answer = |line: &str| Answer { line: line.to_string(), after: Duration::from_millis(1500) };
        let shown = table(&[answer("token 0.3"), answer("failed: Throttled")]).to_string();
        let rows: Vec<&str> = shown.lines().skip(2).collect();
        assert_eq!(
            rows,
            [" 1                  token     0.3     1.50", " 2      failed: Throttled       -     1.50"]
        );
    }
}
