//! What came of one client's round.

use imds_sim::Counts;

use crate::herd::Answer;

pub(super) struct Round {
    pub(super) tokens: usize,
    pub(super) refused: u64,
    /// From the release to the first token.
    pub(super) first: f64,
    /// From the release to the last answer.
    pub(super) last: f64,
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
        let after = |answer: &Answer| answer.after.as_secs_f64();
        Self {
            tokens: tokens.len(),
            refused: counts.refused_by_rate + counts.refused_by_concurrency,
            first: tokens.into_iter().map(after).fold(f64::NAN, f64::min),
            last: answers.iter().map(after).fold(0.0, f64::max),
            failures,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(line: &str, after: f64) -> Answer {
        Answer { line: line.into(), after: Duration::from_secs_f64(after) }
    }

    #[test]
    fn a_round_ends_at_its_last_answer_whatever_that_says() {
        let late = answer("failed: Throttled", 7.0);
        let counts = Counts { refused_by_rate: 2, refused_by_concurrency: 1, ..Counts::default() };
        let answers = [answer("failed: Throttled", 1.0), answer("token", 2.0), late, answer("token", 5.0)];
        let round = Round::new(&answers, &counts);
        assert_eq!((round.first, round.last, round.tokens, round.refused), (2.0, 7.0, 2, 3));
        assert_eq!(round.failures, [("failed: Throttled".to_string(), 2)]);
    }
}
