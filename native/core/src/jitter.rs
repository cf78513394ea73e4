//! Random jitter on a delay.

use std::time::Duration;

/// Returns `delay` plus up to 20 %, so that callers that failed together do not retry together. `random` is 0 to 1.
pub fn add_jitter(delay: Duration, random: f64) -> Duration {
    delay.mul_f64(1.0 + 0.2 * random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_adds_a_fifth_at_most() {
        let delay = Duration::from_secs(10);
        assert_eq!((add_jitter(delay, 0.0), add_jitter(delay, 1.0)), (delay, Duration::from_secs(12)));
    }
}
