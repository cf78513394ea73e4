//! When each answer of a stampede came, as a file: what the pictures in docs/images are drawn from.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::herd::Answer;

/// One run of the stampede.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Record {
    /// Processes of each client.
    pub(crate) processes: usize,
    /// Seconds that a perfect queue needs.
    pub(crate) allowed_seconds: f64,
    /// In the order of the table.
    pub(crate) clients: Vec<ClientRecord>,
}

/// One client's round. Times are seconds since the release, ascending.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct ClientRecord {
    pub(crate) name: String,
    /// Whether its requests pass the gate.
    pub(crate) gated: bool,
    /// When each token came.
    pub(crate) tokens: Vec<f64>,
    /// When each process gave up.
    pub(crate) failures: Vec<f64>,
    /// When requests were answered 429, and how many: sampled, so that one entry can hold several.
    pub(crate) throttled: Vec<(f64, u64)>,
}

impl Record {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no record of a stampede", path.display()))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, serde_json::to_string(self)? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Seconds from the release to the last answer of all.
    pub(crate) fn end(&self) -> f64 {
        self.clients.iter().map(ClientRecord::end).fold(0.0, f64::max)
    }
}

impl ClientRecord {
    pub(crate) fn new(name: &str, gated: bool, answers: &[Answer], throttled: Vec<(f64, u64)>) -> Self {
        let times = |wanted: bool| {
            let chosen = answers.iter().filter(|answer| (answer.line == "token") == wanted);
            let mut times: Vec<f64> = chosen.map(|answer| milliseconds(answer.after.as_secs_f64())).collect();
            times.sort_by(f64::total_cmp);
            times
        };
        let throttled = throttled.into_iter().map(|(at, count)| (milliseconds(at), count)).collect();
        Self { name: name.to_owned(), gated, tokens: times(true), failures: times(false), throttled }
    }

    /// Requests answered 429.
    pub(crate) fn refused(&self) -> u64 {
        self.throttled.iter().map(|(_, count)| count).sum()
    }

    /// Seconds from the release to the last answer, whatever that was.
    pub(crate) fn end(&self) -> f64 {
        self.tokens.iter().chain(&self.failures).copied().fold(0.0, f64::max)
    }
}

/// A file needs no more digits.
fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(line: &str, milliseconds: u64) -> Answer {
        Answer { line: line.into(), after: Duration::from_millis(milliseconds) }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let answers = [answer("token", 2500), answer("failed: Throttled", 1000), answer("token", 1500)];
        let client = ClientRecord::new("x", true, &answers, vec![(0.5001, 3), (0.9, 1)]);
        assert_eq!((client.tokens.as_slice(), client.failures.as_slice()), (&[1.5, 2.5][..], &[1.0][..]));
        assert_eq!((client.refused(), client.end()), (4, 2.5));
        let record = Record { processes: 3, allowed_seconds: 0.02, clients: vec![client] };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        record.write(&path).unwrap();
        assert_eq!(Record::read(&path).unwrap(), record);
        assert_eq!(record.end(), 2.5);
    }
}
