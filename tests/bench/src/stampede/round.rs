//! What came of one client's round.

use std::time::Duration;

use imds_sim::Counts;

use crate::allowance;
use crate::herd::Answer;

pub(super) struct Round {
    pub(super) tokens: usize,
    pub(super) refused: u64,
    /// From the release to the first token.
    pub(super) first: f64,
    /// From the release to the token that ends the first second's worth; nothing where there are no more.
    full: Option<f64>,
    /// From the release to the last answer.
    pub(super) seconds: f64,
    pub(super) failures: Vec<(String, usize)>,
}

impl Round {
    /// What came of it. It ends at the last answer, whatever that says: the processes live on.
    pub(super) fn new(answers: &[Answer], counts: &Counts) -> Self {
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
    pub(super) fn ratio(&self, latency: Duration) -> Option<f64> {
        let allowed =
            allowance::seconds(self.tokens, latency) - allowance::seconds(allowance::PER_SECOND, latency);
        self.full.map(|full| (self.seconds - full) / allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATENCY: Duration = Duration::from_millis(20);

    fn answer(line: &str, after: f64) -> Answer {
        Answer { line: line.into(), after: Duration::from_secs_f64(after) }
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
        let mut answers = vec![answer("token", 3.0); allowance::PER_SECOND];
        answers.push(answer("token", 3.94));
        let round = Round::new(&answers, &Counts::default());
        let ratio = round.ratio(LATENCY).unwrap();
        assert!((ratio - 1.0).abs() < 1e-9, "{ratio}");
    }
}
